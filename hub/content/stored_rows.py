"""Rows of ours with stored JSON or codes, as views: one that is no longer valid never fails a list.

A row can be broken because it was stored before a rule, or changed by hand. Its invalid parts are left out and told: in
the view, where it has the member `problem`, and as a broken view.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hub.content.stored_views import forget_broken_view, report_broken_view
from hub.errors import ViewBroken
from hub.problem_texts.templates import fill
from hub.problem_texts.validation import explain_shortly

M = TypeVar("M", bound=BaseModel)

MAX_INVALID_PARTS = 100
MAX_PROBLEM = 300
"""Characters of the problem in a view."""


def read_row(model: type[M], values: Mapping[str, Any], name: str) -> M | None:
    """Build the view of a stored row without its invalid parts; None if too little is left of it.

    `name` names the row in reports: its table and key. A model is a part of it there: a whole line of an edition ends
    no alarm of its damaged text.
    """
    kept = dict(values)
    problems: list[str] = []
    forms: dict[int | str, list[Any]] = {}
    for _ in range(MAX_INVALID_PARTS):
        try:
            found = model.model_validate(kept)
        except ValidationError as invalid:
            if not problems:
                kept = deepcopy(kept)
            [finding, *_] = invalid.errors(include_url=False, include_input=False)
            if not problems or finding["loc"][0] not in forms:
                problems.append(f"{'.'.join(map(str, finding['loc']))}: {explain_shortly(finding)}")
            if not _leave_out(kept, finding["loc"], forms):
                break
            continue
        if not problems:
            forget_broken_view(name, _SURFACE, part=model.__name__)
            return found
        words = "; ".join(problems)[:MAX_PROBLEM]
        report_broken_view(name, _SURFACE, words, part=model.__name__)
        return found.model_copy(update={"problem": words}) if "problem" in model.model_fields else found
    report_broken_view(name, _SURFACE, "; ".join(problems), part=model.__name__)
    return None


def require_row(model: type[M], values: Mapping[str, Any], name: str) -> M:
    """Build the view of one stored row, as `read_row` does. Raises `ViewBroken` if too little is left of it."""
    found = read_row(model, values, name)
    if found is None:
        raise ViewBroken(
            fill("What is stored as {name} is damaged.", name=name), expected="a correction by the operators of the hub"
        )
    return found


def parse_stored(model: type[M], value: Any, name: str, field: str) -> M:
    """Parse stored JSON that is about to be used: all of it has to be valid. Raises `ViewBroken`."""
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        finding = invalid.errors(include_url=False, include_input=False)[0]
        words = f"{'.'.join(map(str, (field, *finding['loc'])))}: {explain_shortly(finding)}"
        raise ViewBroken(
            fill("What is stored as {name} is no longer valid. {words}", name=name, words=words),
            field=field,
            expected=fill("`{field}`, stored anew", field=field),
        ) from invalid


_SURFACE = "row"


def _leave_out(kept: dict[str, Any], place: Sequence[int | str], forms: dict[int | str, list[Any]]) -> bool:
    """Leave out the smallest part around an error; return False if nothing around it can be left out.

    A member of the view itself may be required, so it gets the `forms` of an empty value, one after the other.
    """
    steps: list[tuple[Any, Any]] = []
    around: Any = kept
    for step in place:
        is_inside = step in around if isinstance(around, dict) else isinstance(around, list) and isinstance(step, int)
        if not is_inside:
            break  # the rest of the path names a missing member, or a part of the type and not of the value
        steps.append((around, step))
        around = around[step]
    if not steps:
        return False
    container, step = steps[-1]
    if len(steps) > 1:
        del container[step]
        return True
    left = forms.setdefault(step, [None, [], {}])
    if not left:
        return False
    container[step] = left.pop()
    return True
