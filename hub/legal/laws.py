"""Names of laws, codes and ordinances (luật, bộ luật, pháp lệnh): how long a name is that stands inside a sentence.

Sentences write `Luật phí và lệ phí và Nghị định …`: only knowing the name tells where it ends. The list holds names
alone, without year or number; a name that is not in it is read by its capitals and by the words that never are in one.
"""

import re
from dataclasses import dataclass

from hub.legal.law_names import CODES, LAWS, ORDINANCES
from hub.legal.letters import Letters
from hub.legal.names import name_key
from hub.text import fold, unmark

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[ \n]{0,12}(?:[,(/–-][ \n]{0,12})?")
LONGEST = 24
"""How many words of a name are looked at."""


def _known(names: str) -> dict[str, dict[str, str]]:
    """Names by their first word and their folded words."""
    found: dict[str, dict[str, str]] = {}
    for name in " ".join(names.split()).split("; "):
        words = " ".join(_WORD.findall(unmark(name)))
        found.setdefault(words.split(" ", 1)[0], {}).setdefault(words, name)
    return found


_KNOWN = {"luat": _known(LAWS), "bo luat": _known(CODES), "phap lenh": _known(ORDINANCES)}

_NEVER_IN_A_NAME = """
nay do duoc quy thi phai da dang se bi khi neu hien noi theo cho den nham la moi cu tren duoi sau day hoac nhu
boi ma khong ngay nam so nghi thong dieu khoan diem chuong muc phan luat bo phap lenh hien hanh cung dong
"""
_NEVER = frozenset(_NEVER_IN_A_NAME.split())
"""Words (unmarked) that no name holds, as far as a name can be told by its capitals."""
_SOFT = frozenset(["va", "ve", "cua", "cac", "tai", "trong", "doi", "voi", "de", "co", "tu", "vao", "ra", "cung"])
"""Words that a name may hold but not end with; without a year or number behind them they end it."""

_AMENDING = re.compile(
    r"[ \n]{1,4}sua doi(?:[ \n]{0,4},)?(?:[ \n]{1,4}bo sung)?[^.;:()\n]{0,60}?"
    r"[ \n](?P<law>bo luat|luat|phap lenh)(?=[ \n])"
)
_MORE = re.compile(r"(?:[ \n]{0,4},|[ \n]{1,4}va)[ \n]{1,4}(?P<law>bo luat|luat|phap lenh)(?=[ \n])")
_ANCHOR = re.compile(
    r"[ \n]{0,12}(?:\((?:sua doi|nam)[^()]{0,40}\)[ \n]{0,12})?,?[ \n]{0,12}[(]?"
    r"(?:nam[ \n]{1,12}(?:19|20)\d\d|(?:19|20)\d\d(?!\w)|(?:luat[ \n]{1,4})?so[ \n]{0,12}:?[ \n]{0,12}\d"
    r"|ngay[ \n]{1,12}\d|\d{1,3}/(?:19|20)\d\d/)"
)
"""What stands behind a name and ends it: a year, a number, a date."""


@dataclass(frozen=True)
class LawName:
    """A name without its type, and where it ends; `sure` from 0 to 1."""

    name: str
    end: int
    sure: float


def read_law_name(letters: Letters, kind: str, at: int) -> LawName | None:
    """The name behind `luat`, `bo luat` or `phap lenh` that ends at `at`; None where the word names no law."""
    return _amending(letters, at) or _listed(letters, kind, at) or _told_by_form(letters, at)


def known_law_name(kind: str, name: str) -> str | None:
    """A listed name as it is properly written, from a spelling with or without marks."""
    words = " ".join(_WORD.findall(unmark(name)))
    return _KNOWN[kind].get(words.split(" ", 1)[0], {}).get(words)


def _amending(letters: Letters, at: int) -> LawName | None:
    found = _AMENDING.match(letters.bare, at)
    if found is None:
        return None
    inner = _simple(letters, found["law"], found.end())
    if inner is None:
        return None
    end, sure = inner.end, min(inner.sure, 0.9)
    further = end
    while not _ANCHOR.match(letters.bare, further) and (more := _MORE.match(letters.bare, further)) is not None:
        added = _simple(letters, more["law"], more.end())
        if added is None or added.sure < 0.8:
            break
        further = added.end
    if further != end and _ANCHOR.match(letters.bare, further):
        end = further
    return LawName(letters.line(at, end), end, sure)


def _simple(letters: Letters, kind: str, at: int) -> LawName | None:
    return _listed(letters, kind, at) or _told_by_form(letters, at)


def _words(letters: Letters, at: int) -> list[re.Match[str]]:
    """The words of one stretch: at most `LONGEST`, with nothing but spaces, commas, hyphens and brackets between."""
    words: list[re.Match[str]] = []
    while len(words) < LONGEST:
        gap = _BETWEEN.match(letters.bare, at)
        word = _WORD.match(letters.bare, gap.end() if gap else at)
        if word is None or (gap is not None and "\n\n" in gap.group()):
            break
        words.append(word)
        at = word.end()
    return words


def _listed(letters: Letters, kind: str, at: int) -> LawName | None:
    words = _words(letters, at)
    if words and words[0].group() == "ve":
        words = words[1:]
    names = _KNOWN[kind].get(words[0].group()) if words else None
    for count in range(len(words), 0, -1) if names else ():
        name = (names or {}).get(" ".join(word.group() for word in words[:count]))
        if name is None:
            continue
        end = words[count - 1].end() + (")" in name)
        written = letters.line(words[0].start(), end)
        if name_key(written) == name_key(name):
            return LawName(name, end, 1.0)
        if written.isascii() or fold(written) == fold(name):
            return LawName(name, end, 0.9 if written.isascii() else 0.6)
    return None


def _told_by_form(letters: Letters, at: int) -> LawName | None:
    words = _words(letters, at)
    if not words or words[0].group() in _NEVER:
        return None
    end = _before_anchor(letters, words)
    if end is not None:
        return LawName(letters.line(words[0].start(), end), end, 0.8)
    if not letters.plain[words[0].start()].isupper():
        return None
    kept: list[re.Match[str]] = []
    for word in words:
        if (
            word.group() in _NEVER
            or word.group() in _SOFT
            or (kept and "," in letters.plain[kept[-1].end() : word.start()])
        ):
            break
        kept.append(word)
    if not kept:
        return None
    return LawName(letters.line(kept[0].start(), kept[-1].end()), kept[-1].end(), 0.5)


def _before_anchor(letters: Letters, words: list[re.Match[str]]) -> int | None:
    """Where a name of unknown length ends because a year, number or date stands behind it."""
    for word in words:
        if word.group() in _NEVER or word.group().isdigit():
            return None
        if _ANCHOR.match(letters.bare, word.end()):
            return None if word.group() in _SOFT else word.end()
    return None
