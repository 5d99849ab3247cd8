"""Names of laws, codes and ordinances (luật, bộ luật, pháp lệnh): how long a name is that stands inside a sentence.

Sentences write `Luật phí và lệ phí và Nghị định …`: only knowing the name tells where it ends. The list holds names
alone, without year or number; a name that is not in it is read by its capitals and by the words that never are in one.
"""

import re
from dataclasses import dataclass

from hub.legal.agency_names import name_key
from hub.legal.aligned_text import Letters
from hub.legal.law_names import CODES, LAWS, ORDINANCES
from hub.text import unmark

_WORD = re.compile(r"[^\W_]+")
_SWINGING = re.compile(r"\b([hklmst]|qu)y\b")
_SPACES = re.compile(r"[ \n]{1,12}")
_BETWEEN = re.compile(r"[ \n]{0,12}(?:[,(/–-][ \n]{0,12})?")
LONGEST = 24
"""How many words of a name are looked at."""


def words_key(text: str) -> str:
    """The words of a name without marks, with `i` and `y` as one where writing swings (`kỹ thuật`, `kĩ thuật`)."""
    return _SWINGING.sub(r"\1i", " ".join(_WORD.findall(unmark(text))))


def _known(names: str) -> dict[str, dict[str, str]]:
    """Names by their first word and their folded words."""
    found: dict[str, dict[str, str]] = {}
    for name in " ".join(names.split()).split("; "):
        words = words_key(name)
        found.setdefault(words.split(" ", 1)[0], {}).setdefault(words, name)
    return found


_KNOWN = {"luat": _known(LAWS), "bo luat": _known(CODES), "phap lenh": _known(ORDINANCES)}


def _initials(known: dict[str, dict[str, str]]) -> dict[str, str]:
    """Names by their first letters, with and without “và”, where no other name has the same."""
    found: dict[str, set[str]] = {}
    for words, name in (pair for names in known.values() for pair in names.items()):
        for kept in (words.split(), [word for word in words.split() if word != "va"]):
            found.setdefault("".join(word[0] for word in kept), set()).add(name)
    return {letters: names.pop() for letters, names in found.items() if len(names) == 1 and len(letters) > 2}


_INITIALS = {kind: _initials(names) for kind, names in _KNOWN.items()}
_MOST_ABBREVIATED = 6

_ENDING = """
này do được quy thì phải đã đang sẽ bị khi nếu hiện nơi theo cho đến nhằm là mới trên dưới sau đây hoặc như bởi mà không
ngày năm số nghị thông điều khoản điểm chương mục phần luật bộ pháp lệnh cũng
"""
_NEVER = frozenset(_ENDING.split())
"""Words that no name holds, as far as a name can be told by its capitals."""
_BREAKING = """
này được thì phải đã đang sẽ bị khi nếu nơi nhằm là sau hoặc như bởi mà nghị thông khoản điểm chương luật năm ngày
"""
_HARD = frozenset(_BREAKING.split())
"""Words that no name holds even where a year or a number stands behind it."""
_NO_NAME = frozenset(
    ["sư", "pháp", "định", "gia", "khác", "chuyên", "hiện", "liên", "quốc", "nước", "tục", "học", "lệ"]
)
"""Words that make another word of `luật` (`luật sư`, `luật pháp`, `luật quốc tế`)."""
_SOFT = frozenset(["và", "về", "của", "các", "tại", "trong", "đối", "với", "để", "có", "từ", "vào", "ra", "cùng"])
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
    return _amending(letters, at) or _simple(letters, kind, at)


def known_law_name(kind: str, name: str) -> str | None:
    """A listed name as it is properly written, from a spelling with or without marks."""
    words = words_key(name)
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
    return _listed(letters, kind, at) or _abbreviated(letters, kind, at) or _told_by_form(letters, at)


def _words(letters: Letters, at: int) -> list[re.Match[str]]:
    """The words of one stretch: at most `LONGEST`, with nothing but spaces, commas, hyphens and brackets between."""
    words: list[re.Match[str]] = []
    while len(words) < LONGEST:
        gap = (_BETWEEN if words else _SPACES).match(letters.bare, at)
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
    names = _KNOWN[kind].get(words_key(words[0].group())) if words else None
    for count in range(len(words), 0, -1) if names else ():
        name = (names or {}).get(_SWINGING.sub(r"\1i", " ".join(word.group() for word in words[:count])))
        if name is None:
            continue
        end = words[count - 1].end() + (")" in name)
        written = letters.line(words[0].start(), end)
        if _SWINGING.sub(r"\1i", name_key(written)) == _SWINGING.sub(r"\1i", name_key(name)):
            return LawName(name, end, 1.0)
        return LawName(name, end, 0.9 if written.isascii() else 0.7)
    return None


def _abbreviated(letters: Letters, kind: str, at: int) -> LawName | None:
    """`Luật BHYT`, `Luật Ban hành VBQPPL`: first letters that only one listed name has."""
    words = _words(letters, at)[:_MOST_ABBREVIATED]
    written = [letters.plain[word.start() : word.end()] for word in words]
    parts = [
        word.group() if len(said) > 1 and said.isupper() else word.group()[0]
        for word, said in zip(words, written, strict=True)
    ]
    for count in range(len(words), 0, -1):
        if all(len(part) == 1 for part in parts[:count]):
            return None
        name = _INITIALS[kind].get("".join(parts[:count]))
        if name is not None:
            return LawName(name, words[count - 1].end(), 0.8)
    return None


def _told_by_form(letters: Letters, at: int) -> LawName | None:
    words = _words(letters, at)
    if not words:
        return None
    written = [letters.small[word.start() : word.end()] for word in words]
    # In a line of capitals no letter says that a name begins.
    capital = letters.plain[words[0].start()].isupper() and letters.plain[at - 1].islower()
    if written[0] in _SOFT or (not capital and written[0] in _NO_NAME):
        return None
    end = _before_anchor(letters, words, written)
    if end is not None:
        return LawName(letters.line(words[0].start(), end), end, 0.8)
    if not capital or written[0] in _NEVER:
        return None
    kept: list[re.Match[str]] = []
    for word, small in zip(words, written, strict=True):
        apart = bool(kept) and "," in letters.plain[kept[-1].end() : word.start()]
        if small in _NEVER or small in _SOFT or small.isdigit() or apart:
            break
        kept.append(word)
    return LawName(letters.line(kept[0].start(), kept[-1].end()), kept[-1].end(), 0.5)


def _before_anchor(letters: Letters, words: list[re.Match[str]], written: list[str]) -> int | None:
    """Where a name of unknown length ends because a year, number or date stands behind it."""
    for word, small, following in zip(words, written, [*written[1:], ""], strict=True):
        if small in _HARD or small.isdigit() or (small, following) in (("quy", "định"), ("hiện", "hành")):
            return None
        if _ANCHOR.match(letters.bare, word.end()):
            return None if small in _SOFT else word.end()
    return None
