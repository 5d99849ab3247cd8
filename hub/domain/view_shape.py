"""Shape of stored views: whether JSON has every member of its kind, each of the right type. Pure.

Cheaper than validation, and without its rules: a view that was stored before a rule is still shown as it is.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import EnumMeta
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from hub.domain.kinds import KINDS
from hub.domain.types import LaterMember

_Check = Callable[[Any], bool]
_TEXTS = (str, UUID, date, datetime)
_MISSING = object()


def has_shape(item: Any, *, full: bool) -> bool:
    """True for a parsed view with all members of its kind's card, or of its full form."""
    kind = KINDS.get(item["kind"]) if isinstance(item, dict) and isinstance(item.get("kind"), str) else None
    return kind is not None and _model_check(kind.full if full else kind.card)(item)


@cache
def _model_check(model: type[BaseModel]) -> _Check:
    """Build the check of a model; most members are of a type that one comparison recognises."""
    checks = [
        (
            name,
            _usual_type(field.annotation),
            _check_of(field.annotation),
            any(isinstance(each, LaterMember) for each in field.metadata),
        )
        for name, field in model.model_fields.items()
    ]

    def check(value: Any) -> bool:
        if not isinstance(value, Mapping):
            return False
        for name, usual, member_check, is_later in checks:
            member = value.get(name, _MISSING)
            if type(member) is usual:
                continue
            if not (is_later if member is _MISSING else member_check(member)):
                return False
        return True

    return check


def _usual_type(annotation: Any) -> Any:
    """Return the type that most values of a member have, if every value of it is right; None if there is none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _usual_type(arguments[0])
    if origin in (Union, UnionType):
        return _usual_type(next(argument for argument in arguments if argument is not NoneType))
    if annotation in _TEXTS:
        return str
    return annotation if annotation in (bool, int, float) else None


def _check_of(annotation: Any) -> _Check:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _check_of(arguments[0])
    if origin in (Union, UnionType):
        inner = _check_of(next(argument for argument in arguments if argument is not NoneType))
        return lambda value: value is None or inner(value)
    if origin is list:
        item = _check_of(arguments[0])
        return lambda value: isinstance(value, list) and all(map(item, value))
    if origin is Literal:
        return lambda value: value in arguments
    if isinstance(annotation, EnumMeta):
        values = frozenset(map(str, annotation.__members__.values()))
        return lambda value: isinstance(value, str) and value in values
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        # Looked up when it is used: the check of a model is made once, whichever model contains it.
        return lambda value: _model_check(annotation)(value)
    accepted = str if annotation in _TEXTS else annotation
    return lambda value: isinstance(value, accepted)
