"""Extraction of the article from a copied web page: headline, posting date and paragraphs, without menus.

By rules that hold for any site: a *dateline* (`Ngày cập nhật 28/03/2019`, `Cập nhật:23/10/2021 10:13:16 SA`,
`20:36 07/03/2024`) is between headline and text; a line like `Các tin khác` ends the text; counters and buttons are
lines of their own. Without a dateline the headline is certain only when it is the first line.
"""

import re
from dataclasses import dataclass
from datetime import date

from hub.legal.dates import find_dates
from hub.text import one_line, strip_diacritics

MIN_PROSE_LENGTH = 120
"""Minimum length of a line that is text and not an entry of a menu, unless it ends a sentence."""

_DATELINE = re.compile(
    r"^(?:(?:ngay )?(?:cap nhat|dang|dang tin|xuat ban|tao)(?: luc| ngay| lan cuoi)?\s*+:?\s*+"
    r"|(?:thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)\s*+,?\s*+|\d{1,2}:\d{2}(?::\d{2})?\s*+,?\s*+)"
    r"(?:\d{1,2}:\d{2}(?::\d{2})?\s*+,?\s*+)?(?:ngay )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"(?:\s*+[,|-]?\s*+\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s*+(?:sa|ch|am|pm|sang|trua|chieu|toi|dem|khuya))?)?(?:\s*+\(?gmt.*+)?$"
)
_END = re.compile(
    r"^(?:cac (?:tin|bai|bai viet|tin bai) (?:khac|lien quan|da dua|cu hon|moi hon)"
    r"|(?:tin|bai viet|tin tuc|van ban) (?:khac|lien quan|cung chuyen muc)|xem tin theo ngay|xem theo ngay|ve dau trang"
    r"|y kien (?:ban doc|cua ban)|gui y kien|binh luan(?: \(?\d++\)?)?|(?:ban quyen|copyright)\b[^\n]*+)\s*+[:.]?$"
)
_BOILERPLATE = re.compile(
    r"^(?:(?:tong (?:so )?(?:luot )?)?(?:truy cap|luot xem|luot truy cap|dang truy cap|so luot xem|so lan xem|luot doc)"
    r"(?: (?:hien tai|hom nay|hom qua|trong (?:tuan|thang|ngay)))?\s*+:?[\d.\s]*+"
    r"|thong ke (?:luot )?truy cap|dang (?:truc tuyen|online)\s*+:?[\d.\s]*+"
    r"|tim kiem(?: tin tuc)?|lien ket(?: website| web)?"
    r"|in (?:trang|bai(?: viet)?|tin)(?: nay)?|gui (?:email|cho ban be|bai viet)|chia se|share|tweet|trang chu|xem tiep"
    r"|(?:doc|nghe) bai(?: viet)?|co chu|mac dinh|a\+|a-)$"
)


@dataclass(frozen=True)
class Article:
    """The article of a page; `headline` is None when it cannot be distinguished from the menus."""

    headline: str | None
    posted_on: date | None
    paragraphs: tuple[str, ...]


def parse_article(text: str) -> Article:
    """Parse the text of a copied page, or a plain text whose first line is its headline."""
    lines = [line for line in map(one_line, text.splitlines()) if line]
    folded = [strip_diacritics(line) for line in lines]
    dateline = next((n for n, line in enumerate(folded) if _DATELINE.match(line)), None)
    if dateline is not None:
        found = find_dates(lines[dateline])
        above = [
            line for line, plain in zip(lines[:dateline], folded[:dateline], strict=True) if not _is_boilerplate(plain)
        ]
        return Article(above[-1] if above else None, found[0].on if found else None, _body(lines[dateline + 1 :]))
    content = [line for line, plain in zip(lines, folded, strict=True) if not _is_boilerplate(plain)]
    certain = len(content) > 1 and not is_prose(content[0]) and is_prose(content[1])
    return Article(content[0] if certain else None, None, _body(content[1:] if certain else content))


def is_prose(line: str) -> bool:
    """True for a line of running text, as opposed to a headline or an entry of a menu."""
    return len(line) >= MIN_PROSE_LENGTH or (line.endswith((".", ":", ";", "…")) and len(line) > MIN_PROSE_LENGTH // 3)


def posting_date(line: str) -> date | None:
    """The date of a dateline; None for any other line."""
    found = find_dates(line) if len(line) < MIN_PROSE_LENGTH and _DATELINE.match(strip_diacritics(line)) else []
    return found[0].on if found else None


def is_boilerplate(line: str, *, ends: bool = False) -> bool:
    """True for a button or a counter of a page; with `ends`, for a line that ends the text."""
    plain = strip_diacritics(line)
    return _END.match(plain) is not None if ends else _is_boilerplate(plain)


def _body(lines: list[str]) -> tuple[str, ...]:
    paragraphs: list[str] = []
    for line in lines:
        plain = strip_diacritics(line)
        if _END.match(plain) and paragraphs:
            break
        if not _is_boilerplate(plain):
            paragraphs.append(line)
    return tuple(paragraphs)


def _is_boilerplate(plain: str) -> bool:
    return len(plain) < MIN_PROSE_LENGTH // 2 and _BOILERPLATE.match(plain) is not None
