"""Matcher of cited provisions: `điểm a, b khoản 2 Điều 5`, `các Điều 3, 4 và 7`, `từ Điều 3 đến Điều 7`.

Vietnamese names the smaller part first, so a part belongs to the next larger part after it. Refs are those of
`hub.legal.refs`: `dieu-5/khoan-2/diem-a`. An article is identified by its number alone, so its chapter is left out.
"""

import re
from dataclasses import dataclass, field

from hub.legal.aligned_text import AlignedText
from hub.legal.refs import ref_part

LEVELS = ("phu-luc", "phan", "chuong", "muc", "tieu-muc", "dieu", "khoan", "diem", "tiet", "doan")
"""Kinds of parts, from the largest to the smallest."""

_KIND_BY_WORD = {
    "phụ lục": "phu-luc",
    "phần": "phan",
    "chương": "chuong",
    "tiểu mục": "tieu-muc",
    "mục": "muc",
    "điều": "dieu",
    "khoản": "khoan",
    "điểm": "diem",
    "tiết": "tiet",
    "đoạn": "doan",
    "phu luc": "phu-luc",
    "phan": "phan",
    "chuong": "chuong",
    "tieu muc": "tieu-muc",
    "muc": "muc",
    "dieu": "dieu",
    "khoan": "khoan",
    "diem": "diem",
    "tiet": "tiet",
    "doan": "doan",
}
_KIND = "|".join(
    sorted((re.escape(word).replace("\\ ", "[ \\n]{1,4}") for word in _KIND_BY_WORD), key=len, reverse=True)
)
START = re.compile(rf"(?<![^\W_])(?P<kind>{_KIND})(?=[ \n:]|\d)")
"""Possible beginning of a provision, in lower case."""

_S = r"[ \n]{0,6}"
_WORD_END = r"(?![^\W_])"
_LABEL_PATTERNS = {
    "dieu": r"\d{1,4}(?:[a-zđ](?![^\W_]))?(?![\d.]{0,8}\.\d)",
    "khoan": r"\d{1,3}(?:[a-zđ](?![^\W_]))?(?:\.\d{1,2}){0,3}",
    "diem": r"[“\"']?(?:\d{1,3}(?:\.\d{1,3}){0,4}(?:[a-zđ](?![^\W_]))?|[a-zđ]\d{0,2}(?:\.\d{1,2}){0,3})[”\"']?",
    "tiet": r"[“\"']?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zđ]\d{0,2})[”\"']?",
    "doan": r"(?:thứ[ \n])?(?:\d{1,2}|nhất|hai|ba|tư|bốn|năm|cuối|đầu)",
    "chuong": r"[ivxlc]{1,7}(?![^\W_])|\d{1,3}[a-z]?",
    "phan": r"thứ[ \n](?:nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)|[ivxlc]{1,7}(?![^\W_])|[a-hđ](?![^\W_])|\d{1,2}",
    "muc": r"[ivxlc]{1,7}(?:\.\d{1,2})?(?![^\W_])|[a-hđ](?![^\W_])|\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?",
    "tieu-muc": r"[ivxlc]{1,7}(?![^\W_])|\d{1,3}(?:\.\d{1,3}){0,3}",
    "phu-luc": r"(?:số[ \n]{1,3})?(?:[ivxlc]{1,7}(?![^\W_])|[a-h]\d{0,2}(?![^\W_])|\d{1,3}(?:[.-]\d{1,2})?[a-z]?)",
}
_LABELS = {kind: re.compile(rf"(?:{label})(?![^\W_])") for kind, label in _LABEL_PATTERNS.items()}
_THIS = re.compile(r"[ \n]{1,4}(?:này|nay)(?![^\W_])")
_SEPARATOR = re.compile(
    rf"{_S}(?:(?P<comma>[,;])|(?P<and>(?:và|hoặc|và/hoặc|va|hoac)(?=[ \n]))"
    r"|(?P<to>(?:cho[ \n])?(?:đến|tới|den)(?=[ \n])|[–-]))"
)
_BEFORE = re.compile(
    rf"{_S}(?:(?:của|thuộc|tại|trong|theo|từ|các|những|cả|quy định tại|với|nêu tại)[ \n]{{1,4}}){{0,3}}"
)
_CONTINUATION = re.compile(
    rf"{_S}(?:[,;.:)\]”\"'(–-]|$|(?:và|hoặc|và/hoặc|đến|tới|của|này|tại|thuộc|trong|ban hành|kèm|nêu|trên|dưới|được|"
    rf"thì|quy|nghị|thông|luật|bộ luật|pháp|quyết|hiến|chỉ|kế|điều lệ|hướng|va|den|cua|{_KIND}){_WORD_END})"
)
"""Allowed text after the second and later labels of a list: `Điều 5, 10 ngày sau` is no list."""

_NOT_BEFORE = re.compile(
    r"(?:thời|địa|quan|đặc|ưu|nhược|trọng|cao|số|tâm|chấm|tài|bồi|danh|đề|hạng|chuyên|mọi|cổ|thành|bộ|một|từng|hai|"
    r"kể từ thời|tính|chi|giai|công|lưu|tiêu|bưu|dự|vốn|bài|nhiều|phụ)[ \n]{1,3}$"
)
_TO_LABEL = re.compile(r"[ \n]{0,4}(?::[ \n]{0,4})?")
_TO_NEXT = re.compile(r"[ \n]{0,4}(?:(?:và|hoặc)[ \n]{1,4})?")
_NUMBERED_LINE = re.compile(r"[ \t]{0,4}(?:[.:\n]|$)")
MAX_LABELS = 200
"""Maximum number of labels of one mention."""


@dataclass(frozen=True)
class CitedProvision:
    """One cited part.

    `ref` is its path, `to` the last one of a range. `below` is the kind of the parent of `ref` when the sentence says
    “this”: `khoản 2 Điều này` is `khoan-2` below `dieu`, and `Điều này` itself is an empty ref below `dieu`.
    """

    ref: str
    to: str | None = None
    below: str | None = None


@dataclass(frozen=True)
class ProvisionMatch:
    """The parts of one mention, with a confidence from 0 to 1; `ends_in_this` is true when they end in `này`."""

    nodes: tuple[CitedProvision, ...]
    start: int
    end: int
    ends_in_this: bool
    is_heading: bool
    confidence: float


@dataclass
class _Item:
    kind: str
    label: str
    path: list[tuple[str, str]] = field(default_factory=list)
    to: list[tuple[str, str]] | None = None
    is_this: bool = False

    @property
    def level(self) -> int:
        return LEVELS.index(self.path[0][0])


def match_provisions(aligned: AlignedText, at: int) -> ProvisionMatch | None:
    """Match the mention of provisions that begins at `at`; None when the word there names no part."""
    small = aligned.small
    found = START.match(small, at)
    if found is None or _is_other_word(aligned, found):
        return None
    items: list[_Item] = []
    place, end, sure, this, first = at, at, 1.0, False, True
    ranged = after_and = after_comma = False
    while len(items) < MAX_LABELS and (found := START.match(small, place)) is not None:
        kind = _KIND_BY_WORD[" ".join(found["kind"].split())]
        if (own := _THIS.match(small, found.end())) is not None:
            _append_group(items, [_Item(kind, "", [(kind, "")], is_this=True)], after_and, after_comma)
            end, this = own.end(), True
            break
        group, group_end = _match_labels(aligned, kind, found.end())
        if not group:
            if kind != "phu-luc" or (not first and not items):
                break
            group, group_end = [_Item(kind, "", [(kind, "")])], found.end()
        if ranged and items:
            sure = min(sure, _close_range(items, group[0]))
            group = group[1:]
        if group and len(group) > 1 and items and not after_and:
            sure = 0.7
        _append_group(items, group, after_and, after_comma)
        end, first = group_end, False
        separator = _SEPARATOR.match(small, end)
        ranged = separator is not None and separator["to"] is not None
        after_and = separator is not None and separator["and"] is not None
        after_comma = separator is not None and separator["comma"] is not None
        place = separator.end() if separator else end
        if (gap := _BEFORE.match(small, place)) is not None:
            place = gap.end()
        if place == end:
            break
    if not items:
        return None
    heading = (at == 0 or small[at - 1] == "\n") and _NUMBERED_LINE.match(small, end) is not None
    _attach_to_preceding(items)
    return ProvisionMatch(tuple(_provision(item) for item in items), at, end, this, heading, sure)


def _match_labels(aligned: AlignedText, kind: str, at: int) -> tuple[list[_Item], int]:
    """Match the labels after one word, `3, 4 và 7`, `1 đến 5`, and the end of the last one."""
    small, pattern = aligned.small, _LABELS[kind]
    items: list[_Item] = []
    end, ranged = at, False
    gap = _TO_LABEL.match(small, at)
    place = gap.end() if gap else at
    while len(items) < MAX_LABELS and (found := pattern.match(small, place)) is not None:
        label = found.group()
        if (
            kind in ("phan", "muc", "phu-luc")
            and label[0].isalpha()
            and not aligned.plain[found.start()].isupper()
            and not label.startswith(("thứ", "số"))
        ):
            break
        if items and _CONTINUATION.match(small, found.end()) is None:
            break
        item = _Item(kind, label, [(kind, label)])
        if ranged:
            items[-1].to = item.path
        else:
            items.append(item)
        end = found.end()
        separator = _SEPARATOR.match(small, end)
        if separator is None:
            break
        ranged = separator["to"] is not None
        spaces = _TO_NEXT.match(small, separator.end())
        place = spaces.end() if spaces else separator.end()
    return items, end


def _append_group(items: list[_Item], group: list[_Item], after_and: bool, after_comma: bool) -> None:
    """Append a group. Its first label becomes the parent of the preceding smaller parts that have none yet.

    `after_and` is true for a group after “và”, `after_comma` for one after a comma.
    """
    if not group:
        return
    first, level = group[0], LEVELS.index(group[0].kind)
    waiting = [item for item in items if item.level > level and not item.is_this]
    if first.kind == "dieu" and not after_and:
        # The Điều of a decision may contain a whole plan: `khoản 2 Mục III Điều 1`.
        waiting += [i for i in items if i.path[0][0] == "muc" and (len(i.path) > 1 or not after_comma)]
    if first.kind in ("chuong", "phan", "muc") and waiting and all(item.path[0][0] == "dieu" for item in waiting):
        items.extend(group[1:])
        return
    for item in waiting:
        item.path = first.path + item.path
        item.to = first.path + item.to if item.to else None
        item.is_this = first.is_this
    items.extend(group[1:] if waiting else group)


def _close_range(items: list[_Item], last: _Item) -> float:
    """Close the range of `Điều 3 đến Điều 7`; parts of two kinds make no range. Returns the confidence."""
    if items[-1].path[0][0] != last.kind:
        items.append(last)
        return 0.5
    items[-1].to = last.path
    return 1.0


def _attach_to_preceding(items: list[_Item]) -> None:
    """Attach parts without a parent to the preceding larger part: `Điều 5 khoản 2`."""
    place = 1
    while place < len(items):
        item, before = items[place], items[place - 1]
        if (
            item.level > LEVELS.index(before.path[-1][0])
            and not before.is_this
            and before.path[-1][0] in ("dieu", "khoan")
        ):
            item.path = before.path + item.path
            items.pop(place - 1)
            continue
        place += 1


def _provision(item: _Item) -> CitedProvision:
    below = item.path[0][0] if item.is_this else None
    path = item.path[1:] if item.is_this else item.path
    to = item.to[1:] if item.to and item.is_this else item.to
    return CitedProvision(_ref(path), _ref(to) if to else None, below)


def _ref(path: list[tuple[str, str]]) -> str:
    kinds = [kind for kind, _ in path]
    if "dieu" in kinds:
        above = [step for step in path[: kinds.index("dieu")] if step[0] == "phu-luc"]
        path = above + path[kinds.index("dieu") :]
    return "/".join(_step(kind, label) for kind, label in path)


def _step(kind: str, label: str) -> str:
    label = label.removeprefix("số").strip(" \n“”\"'")
    if label.isdecimal():
        label = str(int(label))
    return ref_part(kind, label) if label else kind


def _is_other_word(aligned: AlignedText, found: re.Match[str]) -> bool:
    """True for words that only look like a provision: `thời điểm 1`, `điều 5 người`."""
    return _NOT_BEFORE.search(aligned.small, max(0, found.start() - 16), found.start()) is not None
