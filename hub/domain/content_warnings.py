"""Warnings about what cleaning changed in a content that an editor sent: collected while a request is validated.

Whoever cleans reports here; `collect_cleanings` hands the reports to the answer of the write. Outside such a block,
imports for example, a report costs nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import Field

from hub.domain.types import View

MAX_CLEANINGS = 50
"""Warnings of one answer."""


class CleaningWarning(View):
    """A change that cleaning made to what was sent, or a doubt about it (cảnh báo): nothing was refused, but look."""

    field: str = Field(description="Path in the content.", examples=["body"])
    code: str = Field(
        description="Stable code: `text_changed` (characters or spacing), `entries_removed` (repeated or empty entries "
        "of a list); of HTML: `elements_mapped`, `elements_removed`, `elements_removed_text_kept`, `pictures_removed`, "
        "`alternative_text_missing`, `links_removed`, `hidden_text_removed`, `formatting_removed`, `html_removed` "
        "(other elements or attributes that pages do not have). Nothing was changed: `window_too_short` "
        "(a consultation below the legal minimum), `broadcast_not_fast` (an urgent bulletin for a broadcast on Zalo).",
        examples=["html_removed"],
    )
    detail: str = Field(description="Explanation for people.")


_collected: ContextVar[list[CleaningWarning] | None] = ContextVar("hub_cleanings", default=None)


@contextmanager
def collect_cleanings() -> Iterator[list[CleaningWarning]]:
    """Collect the reports of a block; the list is filled while it runs."""
    found: list[CleaningWarning] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def report_cleaning(field: str, code: str, detail: str) -> None:
    """Report a change by cleaning, once for each field and code, if somebody collects."""
    found = _collected.get()
    if found is None or len(found) >= MAX_CLEANINGS:
        return
    if not any((one.field, one.code) == (field, code) for one in found):
        found.append(CleaningWarning(field=field, code=code, detail=detail))


def is_collecting() -> bool:
    """True while somebody collects reports."""
    return _collected.get() is not None
