"""Read the labelled facts that portals show next to a document: `Số/Ký hiệu`, `Ngày ban hành`, `Trích yếu`, pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from hub.legal.dates import find_dates
from hub.legal.numbers import parse_number
from hub.lookalikes import fold_signs
from hub.text import compact

MAX_VALUE_LENGTH = 600
"""Largest number of characters of a value; a longer one is text."""

_LABELS = {
    "number": ("Số/Ký hiệu", "Số hiệu", "Số văn bản", "Số hiệu văn bản", "Số ký hiệu văn bản", "Số và ký hiệu"),
    "type": ("Loại văn bản", "Hình thức văn bản", "Thể loại văn bản"),
    "issuer": ("Cơ quan ban hành", "Đơn vị ban hành", "Nơi ban hành", "Cơ quan/Đơn vị ban hành"),
    "issued": ("Ngày ban hành", "Ngày ký", "Ngày văn bản", "Thời gian ban hành"),
    "effective": ("Ngày có hiệu lực", "Ngày hiệu lực", "Có hiệu lực từ ngày", "Hiệu lực từ ngày"),
    "title": ("Trích yếu", "Trích yếu nội dung", "Trích yếu văn bản", "Nội dung trích yếu", "Tên văn bản"),
}
_NAMES = {compact(label): name for name, labels in _LABELS.items() for label in labels}
_ABOUT_PREFIX = re.compile(r"^(?:về việc|v/v\.?)\s*:?\s+", re.IGNORECASE)


def labelled_facts(lines: Iterable[str]) -> dict[str, str]:
    """Find facts, by the names of selectors. A label with different values belongs to a list and is left out."""
    found: dict[str, set[str]] = {}
    for name, value in _pairs([cell for line in lines for cell in _cells(line)]):
        found.setdefault(name, set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(" | ")]


def _pairs(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield labels with the text after their colon, or else the next cell or line."""
    for position, cell in enumerate(cells):
        colon = fold_signs(cell).find(":")
        label, value = (cell[:colon], cell[colon + 1 :]) if colon >= 0 else (cell, "")
        name = _NAMES.get(compact(label)) if len(label) < MAX_VALUE_LENGTH else None
        if name is None:
            continue
        value = value.strip() or next(iter(cells[position + 1 : position + 2]), "")
        if _is_value_of(name, value):
            yield name, _without_about(value) if name == "title" else value


def _without_about(title: str) -> str:
    rest = _ABOUT_PREFIX.sub("", title)
    return rest[:1].upper() + rest[1:]


def _is_value_of(name: str, value: str) -> bool:
    """True when a text can be the value of a fact; the head of a list's next column cannot."""
    if not value or len(value) > MAX_VALUE_LENGTH or compact(value.partition(":")[0]) in _NAMES:
        return False
    if name == "number":
        return parse_number(value) is not None
    return name not in ("issued", "effective") or len(find_dates(value)) == 1
