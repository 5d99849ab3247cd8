"""Annexes, and other texts published with a document: `PHỤ LỤC I`, `QUY CHẾ … (Ban hành kèm theo …)`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.legal.document.lines import LayoutLine
from hub.legal.document.numbering import Level
from hub.legal.web_article import is_prose

_ATTACHMENT_NOTE = re.compile(
    r"\(?(?:(?:duoc )?ban hanh )?(?:kem theo|theo|cung|tai) ?(?![^\W_]{20})(?:.{0,60})(?:so|cua|ngay)|\(?kem theo"
)
_KINDS = re.compile(
    r"(?:quy che|quy dinh|quy trinh|noi quy|dieu le|ke hoach|chuong trinh|de an|du an|phuong an|danh muc|danh sach|"
    r"bang|bieu|huong dan|tieu chuan|dinh muc|khung|quy chuan|tieu chi|bo tieu chi|mau|noi dung|he thong|phan cong|"
    r"chien luoc|quy hoach|thuyet minh|bao cao|to trinh|de cuong|nhiem vu|quy uoc|cac)(?![^\W_])"
)
MAX_NOTE_DISTANCE = 9


@dataclass(frozen=True)
class Annex:
    """An annex. Its body is the lines from `body` to `end`; `note` names the document that it was published with."""

    start: int
    body: int
    end: int
    label: str | None
    number: str
    heading: str | None
    note: tuple[str, ...]


def find_annexes(lines: Sequence[LayoutLine], start: int, inside: Sequence[bool]) -> list[int]:
    """Find the first lines of annexes from `start` on; `inside` is true for quoted lines."""
    found: list[int] = []
    covered = -1
    for place in range(start, len(lines)):
        if inside[place] or place <= covered:
            continue
        line = lines[place]
        if line.numbering is not None:
            if line.numbering.level is Level.annex and _is_start(line):
                found.append(place)
                note = _find_note(lines, place + 1)
                covered = note if note is not None else place
        elif _has_kind_prefix(line) and (note := _find_note(lines, place + 1)) is not None:
            found.append(place)
            covered = note
    return found


def parse_annex(lines: Sequence[LayoutLine], start: int, end: int) -> Annex:
    """Parse label, title and note of the annex from `start` to `end`."""
    numbering = lines[start].numbering
    label, number, mark, heading = None, "", "", list[str]()
    place = start
    if numbering is not None and numbering.level is Level.annex:
        label, number = numbering.label, numbering.number
        heading = [numbering.rest] if numbering.rest and not _ATTACHMENT_NOTE.match(numbering.rest.lower()) else []
        mark = numbering.note
        place += 1
    note_at = _find_note(lines, place)
    while place < end and len(heading) < 10 and lines[place].numbering is None:
        line = lines[place]
        if note_at is not None and place >= note_at:
            break
        plain = line.is_uppercase or ((note_at is not None or not heading) and not is_prose(line.text))
        if not plain or "|" in line.raw or line.text.startswith(("-", "+", "(")) or line.text.endswith((";", ":", ".")):
            break
        heading.append(line.text)
        place += 1
    note: list[str] = []
    while place < end and note_at is not None and place <= note_at:
        note.append(lines[place].text)
        place += 1
    return Annex(start, place, end, label, number, " ".join(filter(None, (mark, *heading))) or None, tuple(note))


def _has_kind_prefix(line: LayoutLine) -> bool:
    """True for `QUY CHẾ`, alone or followed by a title; `Quy chế này …` is a sentence."""
    kind = _KINDS.match(line.without_marks.bare)
    return kind is not None and line.without_marks.text[: kind.end()].isupper()


def _is_start(line: LayoutLine) -> bool:
    """True for a label alone or with a title, false for a sentence that begins with `Phụ lục 1`."""
    numbering = line.numbering
    return numbering is not None and (line.is_uppercase or not numbering.rest or len(line.text) < 200)


def _find_note(lines: Sequence[LayoutLine], start: int) -> int | None:
    """Find the line `(Ban hành kèm theo Quyết định số …)` shortly below a title, with only title lines between."""
    for place in range(start, min(len(lines), start + MAX_NOTE_DISTANCE)):
        line = lines[place]
        if line.text.startswith("(") and _ATTACHMENT_NOTE.match(line.bare):
            return place
        if line.bare.startswith(("kem theo", "ban hanh kem theo")):
            return place
        if line.numbering is not None or is_prose(line.text):
            return None
    return None
