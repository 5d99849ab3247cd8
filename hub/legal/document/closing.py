"""The closing of a document: recipients (nơi nhận) and signatures, in two columns or one below the other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.legal.aligned_text import AlignedText
from hub.legal.document.capitals import is_uppercase
from hub.legal.document.lines import LayoutLine
from hub.legal.document.numbering import Level
from hub.text import one_line

_RECIPIENTS = re.compile(r"noi nhan ?[:.]?")
_ON_BEHALF = re.compile(
    r"(?:t\.? ?m|k\.? ?t|t\.? ?l|t\.? ?u\.? ?q|t/m|k/t|t/l|q)\.(?: |(?=[^\W_]))|(?:tm|kt|tl|tuq) (?=[^\W_])"
)
_POST = re.compile(
    r"(?:q\. ?)?(?:quyen )?(?:pho )?(?:chu tich|bo truong|thu truong|giam doc|tong giam doc|thu tuong(?: chinh phu)?|"
    r"thong doc|vien truong|chanh an|chanh van phong|tong thanh tra|pho tong thanh tra|tong kiem toan|cuc truong|"
    r"tong cuc truong|chi cuc truong|truong ban|hieu truong|truong phong|bi thu|chanh thanh tra|tu lenh|chu nhiem|"
    r"chu toa|truong doan|pho chanh van phong|vu truong)(?![^\W_])"
)
_POST_INSIDE = re.compile(rf"(?<= )(?:{_ON_BEHALF.pattern}|{_POST.pattern})")
_SIGNED = re.compile(
    r"[\[(/]?(?:da ky|ky ten|ky,? .{0,40}dong dau|ky,? ghi ro ho ten|dau|da ky ten dong dau|daky|signed)"
                     r"[^\w]*$")  # fmt: skip
_NAME = re.compile(
    r"^(?:(?:PGS|GS|TS|ThS|Ths|BS|KS|CN|Ts|Bs|BSCKII|BSCKI|LS|Luật sư|Thượng tướng|Đại tướng|Trung tướng|Thiếu tướng|"
    r"Đại tá|Thượng tá|Trung tá)[. ]{1,2}){0,4}(?P<name>[^\W\d_]+(?: [^\W\d_]+){1,5})$"
)
_NEXT_ITEM = re.compile(r"; ?(?=[-–+] )")
_ITEM = re.compile(r"[-–+*•] ?")
MAX_LINES = 60
"""Maximum number of lines of the closing."""


@dataclass(frozen=True)
class Signature:
    """One signer: the name, and the lines above it (`KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`)."""

    name: str
    title: str | None


@dataclass(frozen=True)
class Closing:
    """The closing, lines `start` to `end` (exclusive). `unparsed` has the lines that are neither of both."""

    start: int
    end: int
    recipients: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    unparsed: tuple[str, ...] = ()


def find_closing(lines: Sequence[LayoutLine], start: int, inside: Sequence[bool]) -> int | None:
    """Find the first line of the closing from `start` on; `inside` is true for quoted lines."""
    for place in range(start, len(lines)):
        if not inside[place] and _is_closing_start(lines, place):
            return place
    return None


def _is_closing_start(lines: Sequence[LayoutLine], place: int) -> bool:
    line = lines[place]
    if _RECIPIENTS.match(line.bare) and len(line.text) < 200 and line.text[:1] == "N":
        return True
    if not line.is_uppercase or len(line.text) > 120:
        return False
    if not (_ON_BEHALF.match(line.bare) or _POST.match(line.bare)):
        return False
    return any(
        _parse_name(column) is not None
        or _SIGNED.match(AlignedText(column).bare)
        or _RECIPIENTS.match(AlignedText(column).bare)
        for following in lines[place + 1 : place + 7]
        for column in following.columns
    )


def parse_closing(lines: Sequence[LayoutLine], start: int) -> Closing:
    """Parse recipients and signatures from `start` on, until an annex begins or a line does not belong to them."""
    left: list[str] = []
    right: list[str] = []
    names: list[str] = []
    unparsed: list[str] = []
    pair = _PairedSignatures()
    receiving = False
    place = start
    while place < min(len(lines), start + MAX_LINES):
        line = lines[place]
        if line.numbering is not None and line.numbering.level in (
            Level.annex,
            Level.part,
            Level.chapter,
            Level.article,
        ):
            break
        if pair.consume(line):
            place += 1
            continue
        parsed = False
        for column in _split_columns(line):
            bare = AlignedText(column).bare
            if (label := _RECIPIENTS.match(bare)) is not None and column[:1] in "Nn":
                receiving, parsed = True, True
                if rest := column[label.end() :].strip():
                    left.append(rest)
            elif receiving and _ITEM.match(column):
                left.append(column)
                parsed = True
            elif (
                is_uppercase(column)
                and (_ON_BEHALF.match(bare) or _POST.match(bare))
                and not _has_attachment_note(lines, place)
            ):
                right.append(column)
                parsed = True
            elif _SIGNED.match(bare):
                parsed = True
            elif right and len(names) < _signer_count(right) and (name := _parse_name(column)) is not None:
                names.append(name)
                parsed = True
            elif right and not names and is_uppercase(column):
                right.append(column)
                parsed = True
            elif receiving and not is_uppercase(column) and len(column) < 200 and not names and not right:
                left.append(column)
                parsed = True
            elif receiving and left and column[:1].islower():
                left[-1] = f"{left[-1]} {column}"
                parsed = True
        if not parsed and (names or receiving):
            break
        if not parsed:
            unparsed.append(line.text)
        place += 1
    signed = pair.signatures() or _build_signatures(right, names)
    return Closing(start, place, tuple(_clean_recipients(left)), tuple(signed), tuple(unparsed))


class _PairedSignatures:
    """Two signatures side by side, each with a column of titles above the name, as in joint circulars."""

    def __init__(self) -> None:
        self._titles: tuple[list[str], list[str]] = ([], [])
        self._names: list[str] = []

    def consume(self, line: LayoutLine) -> bool:
        """Consume a line that belongs to both: two titles, two names, or two notes of signing. False for any other."""
        if len(line.columns) != 2 or self._names:
            return False
        bare = [AlignedText(column).bare for column in line.columns]
        if all(is_uppercase(column) for column in line.columns) and all(
            _ON_BEHALF.match(one) or _POST.match(one) for one in bare
        ):
            for titles, column in zip(self._titles, line.columns, strict=True):
                titles.append(column)
            return True
        names = [name for name in map(_parse_name, line.columns) if name is not None]
        if self._titles[0] and len(names) == 2:
            self._names = names
            return True
        return bool(self._titles[0]) and all(_SIGNED.match(one) for one in bare)

    def signatures(self) -> list[Signature]:
        return [
            Signature(name, " – ".join(titles))
            for name, titles in zip(self._names, self._titles, strict=False)
            if titles
        ]


def _split_columns(line: LayoutLine) -> list[str]:
    """Split a line into columns; also `- Lưu: VT. KT. CHỦ TỊCH`, which has only one space between them."""
    parts: list[str] = []
    for column in line.columns:
        small = [place for place, char in enumerate(column) if char.isalpha() and not char.isupper()]
        found = _POST_INSIDE.search(AlignedText(column).bare, small[-1] + 1) if small else None
        if found is None or not is_uppercase(column[found.start() :]):
            parts.append(column)
        else:
            parts += [column[: found.start()].strip(), column[found.start() :]]
    return parts


def _has_attachment_note(lines: Sequence[LayoutLine], place: int) -> bool:
    """True when `(Kèm theo …)` follows shortly: then a text begins that was published with this one.

    Below the name of a signer, or the label of an annex, the note belongs to the next text.
    """
    for line in lines[place + 1 : place + 5]:
        if re.match(r"\(?(?:ban hanh )?kem theo", line.bare):
            return True
        if line.numbering is not None or _parse_name(line.text) is not None:
            return False
    return False


def _signer_count(right: Sequence[str]) -> int:
    """The number of signers: each `KT.` or `TM.` after a complete post begins another one."""
    return max(1, len(_group_titles(right)))


def _group_titles(right: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for line in right:
        bare = AlignedText(line).bare
        first = bool(_ON_BEHALF.match(bare))
        if groups and not (first and _is_complete(groups[-1], bare)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_complete(group: Sequence[str], bare: str) -> bool:
    """`TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH` are one signer; a second `KT.` begins another one."""
    kinds = [AlignedText(line).bare[:2] for line in group]
    return bare[:2] in kinds or (len(group) > 1 and bare.startswith("tm"))


def _parse_name(column: str) -> str | None:
    found = _NAME.match(column)
    if found is None:
        return None
    bare = AlignedText(column).bare
    if _ON_BEHALF.match(bare) or _POST.match(bare) or _SIGNED.match(bare):
        return None
    words = found["name"].split()
    if not all(word[:1].isupper() for word in words) or bare.startswith(("phu luc", "quy che", "quy dinh", "danh muc")):
        return None
    if is_uppercase(column):
        if len(words) > 4 or not len(words) >= 2:
            return None
        return " ".join(word.capitalize() for word in words)
    return one_line(column)


def _clean_recipients(left: Sequence[str]) -> list[str]:
    """The recipients as single items, without dash and final punctuation."""
    items = [part for item in left for part in _NEXT_ITEM.split(item)]
    recipients = (_ITEM.sub("", item, count=1).strip(" ;.,") for item in items)
    return [recipient for recipient in recipients if recipient]


def _build_signatures(right: Sequence[str], names: Sequence[str]) -> list[Signature]:
    groups = _group_titles(right)
    if len(names) == len(groups) and len(groups) > 1:
        return [Signature(name, " – ".join(group)) for name, group in zip(names, groups, strict=True)]
    if len(names) == 1:
        return [Signature(names[0], " – ".join(right) or None)]
    return [Signature(name, None) for name in names]
