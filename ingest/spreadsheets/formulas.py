"""Cells of an XLSX whose formula has no stored value, as programs write them that compute nothing. Pure.

Readers show such a cell as empty, and what it says would be lost without a word.
"""

import re
import zipfile
from io import BytesIO
from xml.sax.saxutils import unescape

NOT_CALCULATED = "#GETTING_DATA"
"""The text in place of the value; Excel shows it while a value is not there yet."""
MAX_CELLS = 10_000
_CELL = re.compile(
    rb"<c\b(?P<members>[^<>]{1,200})>\s{0,9}<f\b(?:[^<>]{0,500}/>|[^<>]{0,500}>[^<]{0,9000}</f>)"
    rb"\s{0,9}(?:<v\s{0,9}/>|<v></v>)?\s{0,9}</c>"
)
_PLACE = re.compile(rb'\br="(?P<letters>[A-Z]{1,3})(?P<row>\d{1,7})"')
_SHEET = re.compile(rb"<(?:\w{1,9}:)?sheet\b[^<>]{1,999}>")
_RELATION = re.compile(rb"<Relationship\b[^<>]{1,999}>")
_MEMBER = re.compile(rb'(?<![\w:])(?P<name>name|Id|id|Target|\w{1,9}:id)="(?P<value>[^"<>]{0,900})"')


def find_uncalculated(body: bytes) -> dict[str, list[tuple[int, int]]]:
    """Rows (from 1) and columns (from 0) of formulas without a value, by the name of the sheet.

    Raises an error of `zipfile` for an archive that is damaged.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(BytesIO(body)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return found
        targets = {
            members.get("Id"): members.get("Target", "")
            for members in map(_members, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
        }
        for sheet in map(_members, _SHEET.findall(archive.read("xl/workbook.xml"))):
            target = targets.get(sheet.get("id"), "").removeprefix("/xl/")
            part = f"xl/{target}"
            if part not in names or b"<f" not in (data := archive.read(part)):
                continue
            places = [_place(each["members"]) for each in _CELL.finditer(data)]
            found[sheet.get("name", "")] = [place for place in places[:MAX_CELLS] if place is not None]
    return found


def _members(tag: bytes) -> dict[str, str]:
    return {
        each["name"].decode().rpartition(":")[2]: unescape(each["value"].decode("utf-8", "replace"), {"&quot;": '"'})
        for each in _MEMBER.finditer(tag)
    }


def _place(members: bytes) -> tuple[int, int] | None:
    place = _PLACE.search(members)
    if place is None:
        return None
    column = 0
    for letter in place["letters"]:
        column = column * 26 + letter - 64
    return int(place["row"]), column - 1
