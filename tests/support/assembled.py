"""Whole legal documents put together from parts, with the nodes that they hold known by how they were built.

Every text is written for these tests. A document is printed in one of several ways (`PRINTS`): the same facts and nodes
have to come back from all of them.
"""

import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.text import strip_diacritics

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def step(word: str, number: str) -> str:
    """A step of a ref, written down apart from the code that is tested."""
    return f"{word}-{strip_diacritics(number.lower().replace('đ', 'dd')).replace('.', '-').replace(' ', '-')}"


@dataclass
class Whole:
    """A document: what its head and end say, the lines between, and the nodes that these lines are."""

    agency: list[str]
    """Lines in capitals on the left of the head."""
    number: str
    place: str
    on: date
    type: str
    title: list[str]
    signer: tuple[list[str], str]
    recipients: list[str]
    issuers: tuple[str, ...]
    shown_title: str
    bases: list[str] = field(default_factory=list)
    authority: str | None = None
    enacts: str | None = None
    subject: bool = False
    """A công văn: the title stands under the number."""
    effective: date | None = None
    last_day: date | None = None
    repeals: tuple[str, ...] = ()
    parent: str | None = None
    body: list[str] = field(default_factory=list)
    annexes: list[str] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    plan: bool = False

    def __post_init__(self) -> None:
        self._scope = ""
        self._open: dict[str, str] = {}
        self._paragraphs = 0
        self._lines = self.body
        for line in self.bases:
            self._paragraph(line)

    # What may stand in the text. Each prints a line and notes the node that it is.

    def prose(self, text: str) -> "Whole":
        """A paragraph that no part holds."""
        self._lines.append(text)
        self._paragraph(text)
        return self

    def more(self, text: str) -> "Whole":
        """A further line of the node before."""
        self._lines.append(text)
        node = self.nodes[-1]
        node["text"] = f"{node['text']}\n{text}" if "text" in node else text
        return self

    def part(self, number: str, heading: str) -> "Whole":
        return self._titled("phan", "part", f"Phần {number}", number, heading)

    def chapter(self, number: str, heading: str) -> "Whole":
        return self._titled("chuong", "chapter", f"Chương {number}", number, heading)

    def section(self, number: str, heading: str) -> "Whole":
        return self._titled("muc", "section", f"Mục {number}", number, heading, behind=". ")

    def subsection(self, number: str, heading: str) -> "Whole":
        return self._titled("tieu-muc", "subsection", f"Tiểu mục {number}", number, heading, behind=". ")

    def article(self, number: str, heading: str | None = None, text: str | None = None) -> "Whole":
        """`Điều 5. Title`, the text below; or `Điều 5. Text` without a title."""
        self._lines.append(f"Điều {number}. {heading or text}")
        parent = self._above("dieu")
        ref = self._take("dieu", self._scope + step("dieu", number))
        self._node(ref, parent, "article", f"Điều {number}", heading, None if heading else text)
        if heading and text:
            self.more(text)
        return self

    def roman(self, number: str, heading: str) -> "Whole":
        self._lines.append(f"{number}. {heading}")
        parent = self._above("la-ma")
        ref = self._take("la-ma", self._under(parent, step("muc", number)))
        self._node(ref, parent, "section", f"{number}.", heading, None)
        return self

    def clause(self, number: str, text: str) -> "Whole":
        """`1. …`: in a plan a short line without a full stop is a title."""
        self._lines.append(f"{number}. {text}")
        parent = self._above("khoan")
        titled = self.plan and not text.endswith((".", ";", ":"))
        ref = self._take("khoan", self._under(parent, step("muc" if self.plan else "khoan", number)))
        kind = "section" if titled else "clause"
        self._node(ref, parent, kind, f"{number}.", text if titled else None, None if titled else text)
        return self

    def point(self, letter: str, text: str) -> "Whole":
        self._lines.append(f"{letter}) {text}")
        parent = self._above("diem")
        ref = self._take("diem", self._under(parent, step("diem", letter)))
        self._node(ref, parent, "point", f"{letter})", None, text)
        return self

    def annex(
        self, ref: str, *, label: str | None = None, heading: str = "", note: str | None = None, plan: bool = False
    ) -> "Whole":
        """An annex or a text published with this one; what follows stands in it."""
        self._lines, self._scope, self._open, self.plan = self.annexes, f"{ref}/", {}, plan
        self._lines += [line for line in (label, heading, note) if line]
        self._node(ref, None, "annex", label, heading or None, note)
        return self

    _LEVELS = ("phan", "chuong", "muc", "tieu-muc", "dieu", "la-ma", "khoan", "diem")

    def _titled(self, word: str, kind: str, label: str, number: str, heading: str, behind: str = "\n") -> "Whole":
        self._lines += f"{label}{behind}{heading}".split("\n")
        parent = self._above(word)
        ref = self._take(word, self._under(parent, step(word, number)))
        self._node(ref, parent, kind, label, heading.replace("\n", " "), None)
        return self

    def _above(self, word: str) -> str | None:
        """The ref of the innermost open part that is larger."""
        larger = self._LEVELS[: self._LEVELS.index(word)]
        for level in self._LEVELS[self._LEVELS.index(word) :]:
            self._open.pop(level, None)
        found = [self._open[level] for level in larger if level in self._open]
        return found[-1] if found else self._scope.rstrip("/") or None

    def _under(self, parent: str | None, part: str) -> str:
        return f"{parent}/{part}" if parent else part

    def _take(self, word: str, ref: str) -> str:
        self._open[word] = ref
        return ref

    def _paragraph(self, text: str) -> None:
        self._paragraphs += 1
        self._node(f"doan-{self._paragraphs}", None, "paragraph", None, None, text)

    def _node(
        self, ref: str, parent: str | None, kind: str, label: str | None, heading: str | None, text: str | None
    ) -> None:
        node = {"ref": ref, "parent": parent, "type": kind, "label": label, "heading": heading, "text": text}
        self.nodes.append({name: part for name, part in node.items() if part is not None or name == "parent"})

    # How it is printed.

    @property
    def dated(self) -> str:
        month = f"{self.on.month:02}" if self.on.month < 3 else str(self.on.month)
        return f"{self.place}, ngày {self.on.day:02} tháng {month} năm {self.on.year}"

    @property
    def printed_number(self) -> str:
        return f"Luật số: {self.number}" if self.type == "Luật" else f"Số: {self.number}"

    def head(self, columns: Callable[[list[str], list[str]], list[str]]) -> list[str]:
        left = [*self.agency, "-------", self.printed_number]
        right = [COUNTRY, MOTTO, "---------------", self.dated]
        if self.subject:
            left += [f"V/v {self.title[0]}", *self.title[1:]]
            return columns(left, right)
        return [*columns(left, right), self.type.upper(), *self.title]

    def middle(self) -> list[str]:
        lines = [self.authority, *self.bases, self.enacts]
        return [line for line in lines if line] + self.body

    def end(self, columns: Callable[[list[str], list[str]], list[str]]) -> list[str]:
        titles, name = self.signer
        left = ["Nơi nhận:", *(f"- {item};" for item in self.recipients[:-1]), f"- {self.recipients[-1]}."]
        return columns(left, [*titles, "(Đã ký)", name])


def side_by_side(left: list[str], right: list[str]) -> list[str]:
    """Two columns with a wide gap."""
    rows = max(len(left), len(right))
    left, right = left + [""] * (rows - len(left)), right + [""] * (rows - len(right))
    return [f"{a:<44}      {b}".rstrip() for a, b in zip(left, right, strict=True)]


def cell_by_cell(left: list[str], right: list[str]) -> list[str]:
    """The left column, then the right one, as tables are copied."""
    return [*left, *right]


def tabbed(left: list[str], right: list[str]) -> list[str]:
    """Two columns with a tab between them."""
    rows = max(len(left), len(right))
    left, right = left + [""] * (rows - len(left)), right + [""] * (rows - len(right))
    return ["\t".join((a, b)).rstrip() for a, b in zip(left, right, strict=True)]


def plain(whole: Whole, columns: Callable[[list[str], list[str]], list[str]] = side_by_side) -> str:
    """Head, text, end and annexes, one paragraph a line."""
    parts = (whole.head(columns), whole.middle(), whole.end(columns), whole.annexes)
    return "\n\n".join("\n".join(part) for part in parts if part)


def wrapped(whole: Whole) -> str:
    """Paragraphs broken to a width of 78 letters, as old mail and terminals do."""
    lines: list[str] = []
    for line in [*whole.middle(), "\f", *whole.annexes]:
        lines += (
            [line] if line == "\f" else textwrap.wrap(line, 78, break_long_words=False) if "|" not in line else [line]
        )
    place = lines.index("\f")
    middle, annexes = lines[:place], lines[place + 1 :]
    return "\n".join([*whole.head(side_by_side), "", *middle, "", *whole.end(side_by_side), "", *annexes])


def odd_letters(whole: Whole) -> str:
    """Decomposed letters, Ð for Đ, zero-width spaces, Windows line ends."""
    text = plain(whole, cell_by_cell).replace("Đ", "Ð")
    text = unicodedata.normalize("NFD", text).replace("Ðiều ", "Ðiều\u200b ").replace(" - ", "\u00a0- ")
    return text.replace("\n", "\r\n")


def loud(whole: Whole) -> str:
    """Marks of parts in capitals, `ĐIỀU 5:` for `Điều 5.`"""
    lines = plain(whole, tabbed).split("\n")
    return "\n".join(_loud(line) for line in lines)


def _loud(line: str) -> str:
    for word in ("Chương ", "Tiểu mục ", "Mục ", "Phần "):
        if line.startswith(word):
            return line.replace(word, word.upper(), 1)
    if line.startswith("Điều "):
        label, _, rest = line.partition(". ")
        return f"{label.upper()}: {rest}"
    return line


PRINTS: dict[str, Callable[[Whole], str]] = {
    "side by side": plain,
    "cell by cell": lambda whole: plain(whole, cell_by_cell),
    "tabbed": lambda whole: plain(whole, tabbed),
    "wrapped": wrapped,
    "odd letters": odd_letters,
    "loud": loud,
}


CITY = ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HUẾ"]
CITY_NAME = "Ủy ban nhân dân thành phố Huế"
PROVINCE = ["ỦY BAN NHÂN DÂN", "TỈNH THỪA THIÊN HUẾ"]
PROVINCE_NAME = "Ủy ban nhân dân tỉnh Thừa Thiên Huế"
CHAIR = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
DEPUTY = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
LOCAL_LAW = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"


def whole_of(**facts: Any) -> Whole:
    """A document with a signature and recipients, unless it names its own."""
    defaults = {"place": "Huế", "signer": (CHAIR, "Nguyễn Văn Mẫu"), "recipients": ["Như trên", "Lưu: VT"]}
    return Whole(**(defaults | facts))
