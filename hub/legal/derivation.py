"""Facts about a document that follow from its other facts: type, number, issuers and title. Pure.

Each function returns what it finds and whether that is certain; what is not certain waits for an editor.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from hub.legal.issuer_symbols import issuers_of_number
from hub.legal.numbers import NUMBER_PATTERN, canonical_number, parse_number, symbol_parts
from hub.legal.types import TYPE_PATTERN, canonical_type, type_of_number
from hub.lookalikes import fold_signs
from hub.text import one_line

UNKNOWN_TYPE = "Văn bản"
"""The type of a document of which nobody says what it is."""
MAX_TITLE_FROM_TEXT = 160

_NAMED_NUMBER = re.compile(
    rf"^(?:(?P<type>(?i:{TYPE_PATTERN}))\s)?(?:(?i:số)\s?:?\s?)?(?P<number>{NUMBER_PATTERN})(?=[\s,.;:)]|$)"
)
_TYPE_FIRST = re.compile(rf"^(?:dự thảo\s)?(?P<type>{TYPE_PATTERN})(?=\s|$)", re.IGNORECASE)
_NUMBER_LABEL = re.compile(r"^(?:số|ký hiệu|số hiệu|number|no\.?)\s?:?\s?", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_AMBIGUOUS = frozenset({"Lệnh"})
"""Types whose letters also stand in numbers of others: `31-L/CTN` is an ordinance."""


def has_words(text: str | None) -> bool:
    """True for a text with at least one letter: `-`, `…` and `null` say nothing."""
    return bool(text) and _LETTER.search(text or "") is not None and one_line(text or "").lower() not in _NOTHING


_NOTHING = frozenset({"null", "none", "nan", "n/a", "na", "undefined", "không có", "chưa có"})


def read_number(text: str) -> str | None:
    """Read a text that is one number, with or without the word `Số:` before it; None for any other."""
    number = canonical_number(_NUMBER_LABEL.sub("", one_line(text)))
    return number if parse_number(number) is not None else None


def derive_number(*texts: str | None) -> str | None:
    """Find the number at the beginning of a name or title: `Nghị định số 09/2017/NĐ-CP quy định …`."""
    for text in filter(None, texts):
        line = fold_signs(one_line(text)).replace("–", "-")
        if (found := _NAMED_NUMBER.match(line)) is not None:
            return canonical_number(found["number"])
        if (kind := _TYPE_FIRST.match(line)) is not None and (number := read_number(line[kind.end() :])) is not None:
            return number
    return None


def derive_type(number: str | None, *texts: str | None) -> tuple[str, bool]:
    """Find the type by the letters of the number, else by the first words of a name or title.

    Words without a number behind them are not certain: `Quyết định giá đất` may be a title of any type.
    """
    by_number = type_of_number(number or "")
    if by_number is not None and by_number not in _AMBIGUOUS:
        return by_number, True
    lines = [fold_signs(one_line(text)).replace("–", "-") for text in texts if text]
    for line in lines:
        found = _TYPE_FIRST.match(line)
        if found is not None and (_NAMED_NUMBER.match(line) or read_number(line[found.end() :])):
            return canonical_type(found["type"]) or found["type"], True
    for line in lines:
        if (found := _TYPE_FIRST.match(line)) is not None:
            return canonical_type(found["type"]) or found["type"], False
    return by_number or UNKNOWN_TYPE, False


def derive_issuers(number: str | None) -> tuple[str, ...]:
    """Find the issuers by the letters of the number; empty when they do not name all of them."""
    return issuers_of_number(number or "")


def derive_title(
    doc_type: str | None,
    number: str | None,
    issuers: Iterable[str] = (),
    issued_on: date | None = None,
    nodes: Iterable[Any] = (),
) -> tuple[str, bool] | None:
    """Make a title of type and number, with the issuers where the number repeats every year; else of the text.

    None when there is nothing of all that.
    """
    of = f" của {' và '.join(issuers)}" if (issuers := list(issuers)) else ""
    if number:
        parsed = parse_number(number)
        needs_issuer = parsed is None or parsed.year is None or not issuers_of_number(number)
        return f"{doc_type or UNKNOWN_TYPE} {number}{of if needs_issuer else ''}", bool(
            doc_type and symbol_parts(number)
        )
    if doc_type and doc_type != UNKNOWN_TYPE and issued_on is not None:
        return f"{doc_type}{of} ngày {issued_on:%d/%m/%Y}", False
    for node in nodes:
        for member in ("heading", "text"):
            text = one_line(str(node.get(member) or "")) if isinstance(node, dict) else ""
            if has_words(text):
                return shorten(text, MAX_TITLE_FROM_TEXT), False
    return (f"{doc_type}{of}", False) if doc_type and of else None


def shorten(text: str, length: int) -> str:
    """Cut a line after a whole word, with an ellipsis."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
