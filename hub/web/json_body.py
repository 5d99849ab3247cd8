"""Strict validation of JSON bodies: UTF-8, limited nesting, unique member names, interoperable numbers and characters.

The parsers of the routes are more lenient (of two members with one name the last one wins; `NaN`; UTF-16; half a
surrogate pair), and a text that two programs read differently must not become an official one.
"""

import json
from typing import Any, NoReturn

import orjson

from hub.errors import InvalidInput
from hub.problem_texts.templates import FilledText, as_words, fill

MAX_DEPTH = 32
MAX_VALUES = 1_000_000
"""Values in one body. A value takes a hundred bytes of memory, however short it is written."""

_MAX_QUOTES = 4 * MAX_VALUES
_AS_LISTS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def parse_json(body: bytes, name: str = "body") -> Any:
    """Parse such JSON; raises `InvalidInput` for anything else, with `name` as its field and in its words.

    Time and memory are linear in its length.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as problem:
        words = fill("is not UTF-8: byte {position} is invalid", position=problem.start)
        raise _invalid_json(
            name, fill("is not UTF-8: byte {position} is invalid", position=problem.start), "JSON in UTF-8"
        ) from problem
    if has_too_many_values(body):
        raise _invalid_json(
            name, fill("has too many values"), fill("at most {max_values:,} values", max_values=MAX_VALUES)
        )
    if is_too_deep(body):
        raise _invalid_json(name, fill("is nested too deeply"), fill("at most {max_depth} levels", max_depth=MAX_DEPTH))
    try:
        # Also refused if it cannot be serialized again: numbers beyond 64 bits, half a surrogate pair.
        value = json.loads(text, object_pairs_hook=_unique_members, parse_constant=_reject_constant)
        orjson.dumps(value)
    except _NotJson as problem:
        raise _invalid_json(
            name, fill("has `{constant}`, which is not JSON", constant=str(problem)), "a number, or null"
        ) from problem
    except json.JSONDecodeError as problem:
        words = fill("is not JSON: line {line}, column {column}", line=problem.lineno, column=problem.colno)
        raise _invalid_json(name, words, "JSON in UTF-8") from problem
    except (TypeError, ValueError) as problem:
        words = fill("has a number or a character that is not portable")
        raise _invalid_json(name, words, "integers of at most 64 bits, and no unpaired surrogates") from problem
    return value


def has_too_many_values(body: bytes) -> bool:
    """True if there are more values than `MAX_VALUES`, counted by what stands before and between them.

    Texts may contain such characters too: they are left out only where the quick count is too high, and after a look at
    the number of the texts themselves.
    """
    if body.count(b'"') <= _MAX_QUOTES and _count_separators(body) <= MAX_VALUES:
        return False
    unescaped = _without_escapes(body)
    return unescaped.count(b'"') > _MAX_QUOTES or _count_separators(_outside_texts(unescaped)) > MAX_VALUES


def is_too_deep(body: bytes) -> bool:
    """True if brackets are nested more than `MAX_DEPTH` levels deep, found without recursion."""
    brackets = _outside_texts(_without_escapes(body)).translate(_AS_LISTS, _NO_BRACKETS)
    if b"[" * (MAX_DEPTH + 1) in brackets:
        return True
    # Each pass removes the innermost brackets. Brackets that are never closed count: a parser descends into them, too.
    for _ in range(MAX_DEPTH):
        less = brackets.replace(b"[]", b"")
        if len(less) == len(brackets):
            break
        brackets = less
    return b"[]" in brackets or brackets.count(b"[") > MAX_DEPTH


def _without_escapes(body: bytes) -> bytes:
    return body.replace(b"\\\\", b"").replace(b'\\"', b"")


def _outside_texts(unescaped: bytes) -> bytes:
    return b"".join(unescaped.split(b'"')[::2])


def _count_separators(json_bytes: bytes) -> int:
    return json_bytes.count(b",") + json_bytes.count(b"[") + json_bytes.count(b"{")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise InvalidInput(
            fill("The member `{twice}` occurs twice in one object.", twice=twice[:100]),
            field=twice[:100],
            expected="unique names",
        )
    return found


def _reject_constant(name: str) -> NoReturn:
    raise _NotJson(name)


class _NotJson(Exception):
    """A constant of JavaScript that JSON does not have, such as `NaN`."""


def _invalid_json(name: str, words: FilledText, expected: str) -> InvalidInput:
    return InvalidInput(fill("The {name} {words}.", name=as_words(name), words=words), field=name, expected=expected)
