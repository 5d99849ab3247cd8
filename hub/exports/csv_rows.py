"""A list as CSV that opens well in a spreadsheet, and runs nothing there: pure.

UTF-8 with a byte order mark (Excel reads Vietnamese by it), CRLF, one column for each plain fact. A text that a
spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

BOM = "\ufeff"
LIST_SEPARATOR = "; "
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def columns(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """The columns of a view, by name: the path of members to each plain fact."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in model.model_fields.items():
        inner = _inner_type(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= {f"{name}_{below}": (name, *path) for below, path in columns(inner).items()}
        else:
            found[name] = (name,)
    return found


def _inner_type(annotation: Any) -> Any:
    """The type behind `Annotated`, `| None` and `list`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated or origin in (list, tuple):
        return _inner_type(arguments[0])
    if origin in (Union, UnionType):
        return _inner_type(next(argument for argument in arguments if argument is not NoneType))
    return annotation


def cell(value: Any, path: Sequence[str]) -> str:
    """What stands in a column: several values of a list beside each other."""
    for step, name in enumerate(path):
        if isinstance(value, list):
            return LIST_SEPARATOR.join(said for one in value if (said := cell(one, path[step:])))
        value = value.get(name) if isinstance(value, Mapping) else None
    return _format_value(value)


def _format_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return LIST_SEPARATOR.join(map(_format_value, value))
    return str(value)


def escape_formula(text: str) -> str:
    """The text as a spreadsheet shows it, and never calculates it."""
    return f"'{text}" if _FORMULA.match(text) else text


def line(cells: Sequence[str]) -> str:
    """One line."""
    written = io.StringIO()
    csv.writer(written).writerow(map(escape_formula, cells))
    return written.getvalue()
