"""Effect clauses: first and last day of effect, and repealed documents (`có hiệu lực kể từ ngày …`, `thay thế …`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.legal import dates
from hub.legal.citations.parser import find_citations
from hub.legal.citations.types import Citation, CitationKind

_SELF = (
    r"(?:luật|bộ luật|pháp lệnh|nghị định|thông tư(?: liên tịch)?|quyết định|nghị quyết(?: liên tịch)?|chỉ thị|quy chế|"
    r"quy định|kế hoạch|văn bản|hướng dẫn|lệnh|công văn|thông báo|chương trình|quy định này và quyết định)"
)
_TAKES_EFFECT = re.compile(
    rf"(?<!của )(?<!thuộc )(?<!trong ){_SELF} này (?:sẽ |bắt đầu )?có hiệu lực(?P<rest>[^.;]{{0,240}})", re.IGNORECASE
)
_PASSIVE = re.compile(
    rf"{_SELF} này (?:được |sẽ được )?(?:thi hành|áp dụng|thực hiện)(?P<rest> (?:kể )?từ ngày[^.;]{{0,200}})",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^(?:\s*(?:thi hành|áp dụng|thực hiện|pháp luật))?(?:\s*(?:kể|tính))?\s*từ\s+(?=ngày|\d)", re.IGNORECASE
)
_SIGNING = re.compile(r"^(?:ngày)\s+(?:được\s+)?(?P<how>ký|ban hành|thông qua|công bố|đăng)", re.IGNORECASE)
_AFTER = re.compile(
    r"sau\s+(?P<days>\d{1,3}|[\w]+(?:\s+[\w]+)?)\s*(?:\([^()]{1,30}\)\s*)?ngày,?\s*(?:kể\s*)?từ\s+ngày\s+"
    r"(?P<how>ký|ban hành|thông qua|đăng|công bố)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"{_SELF} này[^.;]{{0,200}}?(?:đến hết|hết hiệu lực(?: thi hành)?(?: kể)?(?: từ| vào)?) "
    rf"(?=ngày)(?P<on>{dates.DATE_PATTERN})",
    re.IGNORECASE,
)
_REPEAL = re.compile(r"thay thế|bãi bỏ|hết hiệu lực|hủy bỏ|huỷ bỏ", re.IGNORECASE)
_NUMBER_WORDS = {"mười": 10, "mười lăm": 15, "bốn mươi lăm": 45, "bốn lăm": 45, "ba mươi": 30, "bảy": 7, "hai mươi": 20}


@dataclass(frozen=True)
class Effect:
    """The effect of a document: `on` is its first day, `until` its last day; `repeals` are the repealed documents.

    `relative` is true for a day that is counted from the day of signing. `open` has the words for a day that does not
    follow from the text, and `several` is true when the clauses disagree.
    """

    on: date | None = None
    until: date | None = None
    relative: bool = False
    open: str | None = None
    several: bool = False
    repeals: tuple[Citation, ...] = field(default=())


def parse_effect(paragraphs: Iterable[str], issued_on: date | None) -> Effect:
    """Parse the effect clauses in the paragraphs of a document that was signed on `issued_on`."""
    found: list[tuple[date, bool]] = []
    until: list[date] = []
    unknown: str | None = None
    ends: list[Citation] = []
    for paragraph in paragraphs:
        if "hiệu lực" not in paragraph and " này " not in paragraph and "thay thế" not in paragraph:
            continue
        states = False
        for clause in (*_TAKES_EFFECT.finditer(paragraph), *_PASSIVE.finditer(paragraph)):
            states = True
            day, relative, why = _parse_start(clause["rest"], issued_on)
            if day is not None:
                found.append((day, relative))
            unknown = unknown or why
        until += [day for last in _UNTIL.finditer(paragraph) if (day := dates.parse_date(last["on"])) is not None]
        if _REPEAL.search(paragraph) and (
            states or re.search(_SELF + " này|hết hiệu lực|bãi bỏ", paragraph, re.IGNORECASE)
        ):
            ends += _find_repealed(paragraph)
    first = found[0] if found else None
    return Effect(
        on=first[0] if first else None,
        until=until[0] if until else None,
        relative=first[1] if first else False,
        open=unknown if first is None else None,
        several=len({day for day, _ in found}) > 1,
        repeals=tuple(ends),
    )


def _parse_start(rest: str, issued_on: date | None) -> tuple[date | None, bool, str | None]:
    after = _AFTER.search(rest)
    if after is not None:
        days = int(after["days"]) if after["days"].isdecimal() else _NUMBER_WORDS.get(after["days"].lower())
        if days is None or after["how"].lower() in ("đăng", "công bố") or issued_on is None:
            return None, False, after.group()
        return issued_on + timedelta(days=days), True, None
    begin = _FROM.match(rest)
    if begin is None:
        return None, False, None
    following = rest[begin.end() :]
    signing = _SIGNING.match(following)
    if signing is not None:
        if signing["how"].lower() in ("đăng", "công bố") or issued_on is None:
            return None, False, signing.group()
        return issued_on, True, None
    parsed = dates.find_dates(following[:60])
    return (
        (parsed[0].on, False, None)
        if parsed and parsed[0].start == 0
        else (None, False, following[:40].strip() or None)
    )


def _find_repealed(paragraph: str) -> list[Citation]:
    """The documents that a paragraph replaces or repeals, without those that are named as the reason."""
    return [
        citation
        for citation in find_citations(paragraph)
        if citation.kind is CitationKind.number
        and not citation.nodes
        and _REPEAL.search(_sentence_around(paragraph, citation))
    ]


def _sentence_around(paragraph: str, citation: Citation) -> str:
    start = max(0, paragraph.rfind(".", 0, citation.start))
    end = paragraph.find(". ", citation.end)
    return paragraph[start : end if end >= 0 else len(paragraph)]
