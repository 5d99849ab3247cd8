"""Where annexes and texts published with a document begin: `PHỤ LỤC I`, `QUY CHẾ … (Ban hành kèm theo …)`."""

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
    """An annex: its lines are those from `body` to `end`; `note` is the line that says with what it was published."""

    start: int
    body: int
    end: int
    label: str | None
    number: str
    heading: str | None
    note: tuple[str, ...]


def find_annexes(lines: Sequence[LayoutLine], start: int, inside: Sequence[bool]) -> list[int]:
    """The lines from `start` on at which an annex begins; `inside` says which lines are quoted."""
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
    """The annex from `start` to `end`: its label, title and note."""
    mark = lines[start].numbering
    label, number, heading = None, "", []
    place = start
    if mark is not None and mark.level is Level.annex:
        label, number = mark.label, mark.number
        heading = [mark.rest] if mark.rest and not _ATTACHMENT_NOTE.match(mark.rest.lower()) else []
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
    return Annex(start, place, end, label, number, " ".join(heading) or None, tuple(note))


def _has_kind_prefix(line: LayoutLine) -> bool:
    """`QUY CHẾ`, alone or with the title on its line; `Quy chế này …` is a sentence."""
    kind = _KINDS.match(line.bare)
    return kind is not None and line.text[: kind.end()].isupper()


def _is_start(line: LayoutLine) -> bool:
    """A label alone or with a title; a sentence that begins with `Phụ lục 1` is none."""
    mark = line.numbering
    return mark is not None and (line.is_uppercase or not mark.rest or len(line.text) < 200)


def _find_note(lines: Sequence[LayoutLine], start: int) -> int | None:
    """The line `(Ban hành kèm theo Quyết định số …)` close below a title, with nothing but title between."""
    for place in range(start, min(len(lines), start + MAX_NOTE_DISTANCE)):
        line = lines[place]
        if line.text.startswith("(") and _ATTACHMENT_NOTE.match(line.bare):
            return place
        if line.bare.startswith(("kem theo", "ban hanh kem theo")):
            return place
        if line.numbering is not None or is_prose(line.text):
            return None
    return None
