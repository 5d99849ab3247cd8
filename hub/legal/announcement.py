"""Parser of articles that announce a document: “ngày …, Ủy ban nhân dân tỉnh ban hành Kế hoạch số 269/KH-UBND về …”.

Everything is found by grammar, and nothing is guessed. An uncertain field gives a `Doubt` for a person to settle, with
the field, the reason and the expected text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.legal import dates, numbers, types
from hub.legal.agency_names import expand_abbreviations, has_agency_prefix, initials, name_key
from hub.legal.doubt import Doubt
from hub.legal.outline import outline
from hub.legal.web_article import Article, parse_article
from hub.lookalikes import fold_signs
from hub.text import clean, one_line

SUBJECT_WINDOW = 600
"""Maximum distance of issuer and date before the verb, in characters."""

_ANNOUNCES = re.compile(
    r"\s(?:(?:đã|vừa|mới|có|chính thức)\s){0,4}(?:ký\s)?ban hành\s"
    rf"(?P<type>(?i:{types.TYPE_PATTERN}))\s(?:số\s?:?\s?)?"
    rf"(?P<number>{numbers.NUMBER_PATTERN})(?P<after>\s?,?\s(?i:{dates.DATE_PATTERN}))?",
)
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=\w)")
_CLAUSE = re.compile(r"(?:^|[,;:]\s+)(?=\w)")
_LEVELS = r"tỉnh|thành phố|huyện|quận|thị xã|phường|xã"
_ENDS_IN_LEVEL = re.compile(rf"(?:^|\s)(?P<level>{_LEVELS})$")
_PLACE = re.compile(rf"\b(?P<level>{_LEVELS})\s(?P<name>[^\W\d_]++(?:\s[^\W\d_]++)*+)")
_NAME_OF_LEVEL = {level: re.compile(rf"\b{level}\s((?:[^\W\d_]++[ ]?)++)") for level in _LEVELS.split("|")}
_NUMBER_AT_END = re.compile(rf"{numbers.NUMBER_PATTERN}[\s,]*+$")
MAX_NUMBER_LENGTH = 160
"""Characters before a date in which the number that it may belong to is looked for."""


@dataclass(frozen=True)
class Announcement:
    """The facts of an announced document; a field in doubt is None."""

    title: str | None
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: date | None
    posted_on: date | None
    lead: str | None
    nodes: tuple[dict[str, Any], ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _AnnouncingSentence:
    type: str
    number: str
    issuer: str | None
    issued_on: frozenset[date]


def read_announcement(text: str) -> Announcement:
    """Parse the text of a page or a plain text. Check `doubts` before using the result."""
    page = parse_article(clean(text))
    doubts: list[Doubt] = []
    if page.headline is None:
        doubts.append(
            Doubt(
                "title", "The headline cannot be distinguished from the lines around it.", "a headline above the date"
            )
        )
    found = _find_sentences(page.paragraphs)
    number, doc_type, issuer, issued_on = _reconcile(found, page, doubts)
    return Announcement(
        title=page.headline,
        number=number,
        type=doc_type,
        issuer=issuer,
        issued_on=issued_on,
        posted_on=page.posted_on,
        lead=page.paragraphs[0] if page.paragraphs else None,
        nodes=tuple(outline(page.paragraphs)),
        doubts=tuple(doubts),
    )


def _find_sentences(paragraphs: Sequence[str]) -> list[_AnnouncingSentence]:
    return [
        _parse_sentence(paragraph, match)
        for paragraph in paragraphs
        for match in _ANNOUNCES.finditer(fold_signs(paragraph))
    ]


def _parse_sentence(paragraph: str, match: re.Match[str]) -> _AnnouncingSentence:
    window = paragraph[max(0, match.start() - SUBJECT_WINDOW) : match.start()]
    # A window that begins inside the paragraph does not begin with a clause.
    before = _SENTENCE_END.split(window if match.start() <= SUBJECT_WINDOW else f"-{window}")[-1]
    # The issuer is the subject: the last clause that begins with a name runs up to the verb.
    starts = [found.end() for found in _CLAUSE.finditer(before) if has_agency_prefix(before[found.end() :])]
    start = starts[-1] if starts else None
    on = {found.on for found in dates.find_dates(match["after"] or "")}
    if start is not None:
        leading = before[:start].rstrip(" ,")
        on |= {
            found.on
            for found in dates.find_dates(leading)
            if found.end == len(leading) and not _is_of_other_number(leading, found)
        }
    return _AnnouncingSentence(
        type=types.canonical_type(match["type"]) or match["type"],
        number=re.sub(r"\s", "", numbers.canonical_number(match["number"])),
        issuer=expand_abbreviations(before[start:]) if start is not None else None,
        issued_on=frozenset(on),
    )


def _is_of_other_number(leading: str, found: dates.DateMatch) -> bool:
    """True for a date that belongs to a number right before it (`Chỉ thị số 07/CT-TTg ngày 21/3/2023, …`)."""
    return _NUMBER_AT_END.search(fold_signs(leading[: found.start][-MAX_NUMBER_LENGTH:])) is not None


def _reconcile(
    found: Sequence[_AnnouncingSentence], page: Article, doubts: list[Doubt]
) -> tuple[str | None, str | None, str | None, date | None]:
    if len({numbers.number_key(one.number) for one in found}) != 1:
        several = ", ".join(dict.fromkeys(one.number for one in found))
        detail = f"The text announces several documents: {several}." if found else "The text announces no document."
        doubts.append(Doubt("number", detail, "one sentence “<cơ quan> ban hành <loại văn bản> số <số, ký hiệu>”"))
        return None, None, None, None
    first = found[0]
    named = types.type_of_number(first.number)
    if named is not None and named != first.type:
        detail = f"The text says {first.type}, but the letters of {first.number} mean {named}."
        doubts.append(Doubt("type", detail, "a type that agrees with the number"))
    issuer = _reconcile_issuer(found, page, doubts)
    days = frozenset[date]().union(*(one.issued_on for one in found))
    if len(days) != 1:
        detail = "The text gives several dates of issue." if days else "The text gives no date of issue."
        doubts.append(Doubt("dates", detail, "the date next to the issuer or after the number"))
    return first.number, first.type, issuer, next(iter(days)) if len(days) == 1 else None


def _reconcile_issuer(found: Sequence[_AnnouncingSentence], page: Article, doubts: list[Doubt]) -> str | None:
    names = {name_key(one.issuer): one.issuer for one in found if one.issuer}
    if len(names) != 1:
        doubts.append(
            Doubt("issuers", "The issuer of the document is not certain.", "the issuer's name before “ban hành”")
        )
        return None
    issuer = next(iter(names.values()))
    letters = numbers.symbol_parts(found[0].number)[-1:]
    base = _ENDS_IN_LEVEL.sub("", _PLACE.sub("", issuer)).strip()
    if letters in (("UBND",), ("HĐND",)) and initials(base) != letters[0]:
        doubts.append(
            Doubt(
                "issuers", f"{issuer} does not match the letters {letters[0]}.", "an issuer that agrees with the number"
            )
        )
        return None
    if (level := _ENDS_IN_LEVEL.search(issuer)) is None:
        return issuer
    place = _place(level["level"], page)
    if place is None:
        doubts.append(
            Doubt(
                "issuers", f"The text does not say which {level['level']} {issuer} belongs to.", "the name of the place"
            )
        )
        return None
    return f"{issuer} {place}"


def _place(level: str, page: Article) -> str | None:
    """The only place of a level that is named in the headline, or else in the text."""
    for text in (page.headline or "", "\n".join(page.paragraphs)):
        named = {name_key(name): name for name in _places(level, text)}
        if len(named) == 1:
            return next(iter(named.values()))
        if named:
            return None
    return None


def _places(level: str, text: str) -> list[str]:
    places = []
    for match in _NAME_OF_LEVEL[level].finditer(text):
        words: list[str] = []
        for word in one_line(match[1]).split(" "):
            if not word[:1].isupper():
                break
            words.append(word)
        if words:
            places.append(" ".join(words))
    return places
