"""Titles of drafts compared: whether one is the next draft (dự thảo lần sau) of another. Pure.

Two drafts that are linked by mistake mix the comments on two documents, and a link that was missed costs an editor a
minute. So a title says yes only with every word, number and year of the other, from the same agencies, for the same
type of document, and as a later draft; what is merely close is asked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hub.lookalikes import fold_signs
from hub.text import clean, fold, split_tone

MIN_SHARE = 0.75
"""Least part of the words of the longer title that both have, for a later draft in other words to be asked about."""

_WORD = re.compile(r"\w+")
_ORDINALS = {"hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "ii": 2, "iii": 3, "iv": 4}
_DRAFT = (("dự", "thảo"), ("bản", "dự", "thảo"))
_TIMES = (("lần", "thứ"), ("lần",), ("số",), ())
MAX_DRAFTS = 99


class DraftLikeness(StrEnum):
    """Likeness of a draft to one that may come before it: the next draft, one to ask about, or another document."""

    next = "next"
    doubtful = "doubtful"
    other = "other"


@dataclass(frozen=True)
class DraftTitle:
    """Words of a title without `dự thảo lần …` at its ends, and the number of the draft that stood there."""

    words: tuple[tuple[str, str], ...]
    """Syllables without tone, and their tone: `hoà` and `hòa` are equal, `đất` and `đạt` are not."""
    figures: tuple[str, ...]
    """Every number in it: years, weeks, and numbers of documents."""
    version: int | None


@dataclass(frozen=True)
class DraftFacts:
    """Facts by which the next draft of a consultation is recognised."""

    agency: str
    """Agency that asks for comments: the owner of the document."""
    drafting_agency: str
    type: str
    """Folded type of the document it will become."""
    lang: str
    title: str
    version: int
    """Number of the draft, as it states it."""


def read_title(title: str) -> DraftTitle:
    """Read a title; what says that it is a draft, and which one, is no part of its words."""
    text, version = _split_brackets(fold_signs(clean(title)))
    words = [word.casefold() for word in _WORD.findall(text)]
    for cut in (_cut_start, _cut_end):
        words, found = cut(words)
        version = version or found
    return DraftTitle(
        tuple(split_tone(word) for word in words),
        tuple(word.lstrip("0") or "0" for word in words if word.isdecimal()),
        version,
    )


def compare_drafts(before: DraftFacts, after: DraftFacts) -> DraftLikeness:
    """Compare a draft with one that may come before it."""
    if _key(before) != _key(after):
        return DraftLikeness.other
    old, new = read_title(before.title), read_title(after.title)
    if old.figures != new.figures or not new.words:
        return DraftLikeness.other
    is_later = max(after.version, new.version or 1) > max(before.version, old.version or 1)
    if old.words == new.words:
        return DraftLikeness.next if is_later else DraftLikeness.doubtful
    if not is_later:
        return DraftLikeness.other
    plain = [[fold(base) for base, _ in title.words] for title in (old, new)]
    shared = sum((Counter(plain[0]) & Counter(plain[1])).values())
    return DraftLikeness.doubtful if shared >= MIN_SHARE * max(map(len, plain)) else DraftLikeness.other


def _key(facts: DraftFacts) -> tuple[str, ...]:
    return facts.agency, facts.drafting_agency, facts.type, facts.lang


def _cut_start(words: Sequence[str]) -> tuple[list[str], int | None]:
    for name in _DRAFT:
        if tuple(words[: len(name)]) == name:
            rest = list(words[len(name) :])
            for times in _TIMES[:-1]:
                size = len(times)
                if tuple(rest[:size]) == times and (number := _number(rest[size : size + 1])) is not None:
                    return rest[size + 1 :], number
            return rest, None
    return list(words), None


def _cut_end(words: Sequence[str]) -> tuple[list[str], int | None]:
    """Cut `dự thảo`, `dự thảo 2` or `dự thảo lần 2`. A bare `lần 2` stays: it may count what the document is about."""
    if (number := _number(words[-1:])) is not None:
        for end in ((*name, *times) for name in _DRAFT for times in _TIMES):
            if tuple(words[-1 - len(end) : -1]) == end:
                return list(words[: -1 - len(end)]), number
    for name in _DRAFT:
        if tuple(words[-len(name) :]) == name:
            return list(words[: -len(name)]), None
    return list(words), None


def _split_brackets(title: str) -> tuple[str, int | None]:
    """Split `(lần 2)` or `(dự thảo lần 2)` from the end of a title: in brackets it can mean the draft only."""
    rest, bracket, inner = title.rstrip().rpartition("(")
    if not bracket or not inner.endswith(")"):
        return title, None
    words = _WORD.findall(inner.casefold())
    for end in ((*name, *times) for name in (*_DRAFT, ()) for times in _TIMES):
        if end and tuple(words[:-1]) == end and (number := _number(words[-1:])) is not None:
            return rest, number
    return (rest, None) if tuple(words) in _DRAFT else (title, None)


def _number(words: Sequence[str]) -> int | None:
    if not words:
        return None
    number = int(words[0]) if words[0].isdecimal() and len(words[0]) <= 2 else _ORDINALS.get(words[0])
    return number if number is not None and 1 <= number <= MAX_DRAFTS else None
