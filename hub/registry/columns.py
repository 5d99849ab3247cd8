"""Columns and sheets of a registry in a workbook, in English and Vietnamese, and the forms of their cells. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.registry.difference import REMOVE
from hub.registry.entries import RegistryList
from hub.text import fold

SHEETS: Mapping[RegistryList, tuple[str, ...]] = {
    RegistryList.agencies: ("agencies", "Cơ quan"),
    RegistryList.topics: ("topics", "Chủ đề"),
    RegistryList.places: ("places", "Địa bàn", "Đơn vị hành chính"),
    RegistryList.spokespersons: ("spokespersons", "Người phát ngôn"),
}
"""Names of the sheet of each list; the first is written by an export."""

HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "Mã"),
    "name": ("name", "Tên", "Họ tên"),
    "name_en": ("name_en", "Tên tiếng Anh"),
    "level": ("level", "Cấp"),
    "parent": ("parent", "Cấp trên", "Mã cấp trên"),
    "place": ("place", "Mã địa bàn"),
    "agency": ("agency", "Mã cơ quan"),
    "title": ("title", "Chức vụ"),
    "phone": ("phone", "Điện thoại"),
    "email": ("email", "Thư điện tử"),
    "valid_from": ("valid_from", "Từ ngày"),
    "valid_to": ("valid_to", "Hết hiệu lực từ ngày"),
    "successors": ("successors", "Kế thừa", "Mã kế thừa"),
    "former_names": ("former_names", "Tên cũ"),
    REMOVE: (REMOVE, "Xóa"),
}
"""Headers of the column of each member."""

LEVELS: Mapping[str, str] = {
    "trung ương": "central",
    "tỉnh": "province",
    "sở": "department",
    "sở, ban, ngành": "department",
    "xã": "commune",
    "đảng": "party",
    "khác": "other",
    "thành phố": "city",
    "huyện": "district",
    "phường": "ward",
    "thị trấn": "township",
}
"""Levels in Vietnamese; an agency of a ward has the level `commune`."""

_SEPARATORS = re.compile(r"[;\n]")
_TRUE = frozenset({"x", "1", "true", "yes", "co", "xoa"})
_PART = "/part"


def find_list(sheet: str) -> RegistryList | None:
    """Return the list that a sheet is named after; None for any other sheet."""
    return next((kind for kind, names in SHEETS.items() if _key(sheet) in map(_key, names)), None)


def find_member(header: str) -> str | None:
    """Return the member that a header is named after; None for any other."""
    return next((member for member, names in HEADERS.items() if _key(header) in map(_key, names)), None)


def parse_cell(kind: RegistryList, member: str, value: Any) -> Any:
    """Convert the value of a cell to that of its member. An empty cell is null, or an empty list."""
    text = cell_text(value)
    if member == "successors":
        return [_parse_successor(kind, part) for part in _parts(text)]
    if member == "former_names":
        return [_parse_former_name(part) for part in _parts(text)]
    if member == REMOVE:
        return fold(text) in _TRUE
    if member == "level":
        return _parse_level(kind, text)
    return text or None


def format_cell(member: str, value: Any) -> str | None:
    """Write a member as the text of a cell, which `parse_cell` reads."""
    if member == "successors":
        return "; ".join(one if isinstance(one, str) else _format_unit(one) for one in value) or None
    if member == "former_names":
        return "; ".join(f"{one['name']}@{one['valid_to']}" for one in value) or None
    return None if value is None else str(value)


def cell_text(value: Any) -> str:
    """Write the value of a cell as text: codes that look like numbers and days keep their usual form."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _key(name: str) -> str:
    return fold(name).replace("_", " ").strip()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _parse_successor(kind: RegistryList, part: str) -> Any:
    if kind is not RegistryList.places:
        return part
    whole = not part.endswith(_PART)
    code, _, day = part.removesuffix(_PART).partition("@")
    return {"code": code.strip(), "valid_from": day.strip() or None, "whole": whole}


def _format_unit(one: Mapping[str, Any]) -> str:
    return f"{one['code']}{'@' + one['valid_from'] if one['valid_from'] else ''}{'' if one['whole'] else _PART}"


def _parse_former_name(part: str) -> Any:
    name, _, day = part.rpartition("@")
    if not name:
        raise InvalidInput(fill("`{part}` has no day.", part=part), field="former_names", expected="Tên cũ@2025-07-01")
    return {"name": name.strip(), "valid_to": day.strip()}


def _parse_level(kind: RegistryList, text: str) -> str | None:
    level = next((name for word, name in LEVELS.items() if fold(word) == fold(text)), text)
    if kind is RegistryList.agencies and level in ("ward", "township"):
        level = "commune"
    return level or None
