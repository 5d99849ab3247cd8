"""CSV for spreadsheets, safe from formula injection: pure.

UTF-8 with a byte order mark (which Excel needs for Vietnamese), CRLF, one column for each scalar member. A text that a
spreadsheet would take for a formula gets a leading apostrophe.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from hub.domain.spreadsheet_cells import escape_formula

LIST_SEPARATOR = "; "


def columns(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """Return the columns of a view by name, each with the path of members to its scalar value."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in model.model_fields.items():
        inner = _inner_type(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= {f"{name}_{below}": (name, *path) for below, path in columns(inner).items()}
        else:
            found[name] = (name,)
    return found


def _inner_type(annotation: Any) -> Any:
    """Return the type inside `Annotated`, `| None` and `list`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated or origin in (list, tuple):
        return _inner_type(arguments[0])
    if origin in (Union, UnionType):
        return _inner_type(next(argument for argument in arguments if argument is not NoneType))
    return annotation


def cell(value: Any, path: Sequence[str]) -> str:
    """Return the text of a cell; the values of a list are joined by a separator."""
    for step, name in enumerate(path):
        if isinstance(value, list):
            return LIST_SEPARATOR.join(text for item in value if (text := cell(item, path[step:])))
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


def line(cells: Sequence[str]) -> str:
    """Format one line of CSV."""
    written = io.StringIO()
    csv.writer(written).writerow(map(escape_formula, cells))
    return written.getvalue()
