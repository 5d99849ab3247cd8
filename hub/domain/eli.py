"""URLs of legal documents made of their printed type, year and number, after the European Legislation Identifier. Pure.

`269/KH-UBND` of 2023 → `/eli/vn/hue/ke-hoach/2023/269/kh-ubnd`; its Điều 5 khoản 2 → `…/dieu/5/khoan/2`. The year is
that of issue, even if the number contains none: a number identifies one document of its issuer only within a year.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hub.legal.numbers import parse_number
from hub.legal.types import TYPE_ABBREVIATIONS, type_of_number
from hub.text import compact, strip_diacritics

ROOT = "/eli/vn/hue"

_NOT_SLUG = re.compile(r"[^0-9a-z]+")
PART_SLUGS = ("phu-luc", "phan", "chuong", "muc", "tieu-muc", "dieu", "khoan", "diem")
"""Path segments of parts: annex, part, chapter, section, subsection, article, clause, point."""


def slug(text: str) -> str:
    """Convert to lower-case letters without diacritics, joined by hyphens."""
    return _NOT_SLUG.sub("-", strip_diacritics(text)).strip("-")


_TYPE_SLUGS = [(slug(letters), slug(name)) for letters, name in TYPE_ABBREVIATIONS.items()]
_TYPE_BY_LETTERS = {
    letters: name for letters, name in _TYPE_SLUGS if [each for each, _ in _TYPE_SLUGS].count(letters) == 1
}
"""Document types by abbreviation without diacritics, unambiguous ones only: `da` may be Đề án or Dự án."""


def eli_path(policy: Mapping[str, Any], ref: str | None = None) -> str | None:
    """The path of a policy (its JSON) or of one of its nodes. None if the policy or the node has no number."""
    printed = policy.get("number")
    path = _document_path(printed, policy["issued_on"][:4], policy["type"]) if printed else None
    if path is None or ref is None:
        return path
    parts = ref.split("/")
    steps = [_part_path(part) for part in parts]
    return None if None in steps else "/".join((path, *(step for step in steps if step)))


@lru_cache(maxsize=4_096)
def _document_path(printed: str, year: str, type_name: str) -> str | None:
    number = parse_number(printed)
    if number is None:
        return None
    # The symbol in the number gives the type in Vietnamese, regardless of the language of the edition.
    type_slug = slug(type_of_number(printed) or type_name)
    return f"{ROOT}/{type_slug}/{year}/{number.serial.lower()}/{slug(number.symbol)}"


def type_slug_from_symbol(symbol: str) -> str | None:
    """The type slug for a symbol: `kh-ubnd` → `ke-hoach`. None if the symbol names no type."""
    return next((found for part in symbol.split("-") if (found := _TYPE_BY_LETTERS.get(part))), None)


def _part_path(part: str) -> str | None:
    for word in PART_SLUGS:
        if part.startswith(f"{word}-"):
            return f"{word}/{part.removeprefix(f'{word}-')}"
    return None


def node_ref(steps: Sequence[str]) -> str | None:
    """The ref for the path segments of a part: `("dieu", "5", "khoan", "2")` → `dieu-5/khoan-2`. None if not valid."""
    if len(steps) % 2 or any(word not in PART_SLUGS for word in steps[::2]):
        return None
    return "/".join(f"{word}-{number}" for word, number in zip(steps[::2], steps[1::2], strict=True))


def number_keys(serial: str, symbol: str, year: int) -> list[str]:
    """The keys of a number in views, with and without the year. See `hub.legal.numbers.number_key`."""
    bare = strip_diacritics(serial).lstrip("0") or "0"
    return [f"{bare}.{compact(symbol)}", f"{bare}.{year}.{compact(symbol)}"]
