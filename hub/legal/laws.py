"""Matcher of names of laws, codes and ordinances (luật, bộ luật, pháp lệnh) inside sentences: finds the end of a name.

In `Luật phí và lệ phí và Nghị định …` the end of the name follows only from a list of names, which has no years and no
numbers. The end of any other name is found by its capitals and by words that are never part of a name.
"""

import re
from dataclasses import dataclass

from hub.legal.agency_names import name_key
from hub.legal.aligned_text import AlignedText
from hub.legal.law_names import CODES, LAWS, ORDINANCES
from hub.text import strip_diacritics

_WORD = re.compile(r"[^\W_]+")
_I_OR_Y = re.compile(r"\b([hklmst]|qu)y\b")
_SPACES = re.compile(r"[ \n]{1,12}")
_BETWEEN = re.compile(r"[ \n]{0,12}(?:[,(/–-][ \n]{0,12})?")
MAX_WORDS = 24
"""Maximum number of words of a name."""


def law_name_key(text: str) -> str:
    """Comparison key of a name: no diacritics, and `y` as `i` where both are in use (`kỹ thuật`, `kĩ thuật`)."""
    return _I_OR_Y.sub(r"\1i", " ".join(_WORD.findall(strip_diacritics(text))))


def _index_names(names: str) -> dict[str, dict[str, str]]:
    """Index names by their first word, then by their folded words."""
    found: dict[str, dict[str, str]] = {}
    for name in " ".join(names.split()).split("; "):
        words = law_name_key(name)
        found.setdefault(words.split(" ", 1)[0], {}).setdefault(words, name)
    return found


_NAMES_BY_KIND = {"luat": _index_names(LAWS), "bo luat": _index_names(CODES), "phap lenh": _index_names(ORDINANCES)}


def _initials(known: dict[str, dict[str, str]]) -> dict[str, str]:
    """Index names by their unique initials, with and without “và”."""
    found: dict[str, set[str]] = {}
    for words, name in (pair for names in known.values() for pair in names.items()):
        for parts in (words.split(), [word for word in words.split() if word != "va"]):
            found.setdefault("".join(word[0] for word in parts), set()).add(name)
    return {letters: names.pop() for letters, names in found.items() if len(names) == 1 and len(letters) > 2}


_INITIALS = {kind: _initials(names) for kind, names in _NAMES_BY_KIND.items()}
_MAX_ABBREVIATED_WORDS = 6

_STOP_WORD_LIST = """
này do được quy thì phải đã đang sẽ bị khi nếu hiện nơi theo cho đến nhằm là mới trên dưới sau đây hoặc như bởi mà không
ngày năm số nghị thông điều khoản điểm chương mục phần luật bộ pháp lệnh cũng
"""
_STOP_WORDS = frozenset(_STOP_WORD_LIST.split())
"""Words that end a name which is recognized by its capitals."""
_HARD_STOP_WORD_LIST = """
này được thì phải đã đang sẽ bị khi nếu nơi nhằm là sau hoặc như bởi mà nghị thông khoản điểm chương luật năm ngày
"""
_HARD_STOP_WORDS = frozenset(_HARD_STOP_WORD_LIST.split())
"""Words that are never part of a name, not even of one that a year or a number follows."""
_NON_NAME_WORDS = frozenset(
    ["sư", "pháp", "định", "gia", "khác", "chuyên", "hiện", "liên", "quốc", "nước", "tục", "học", "lệ"]
)
"""Words that form another word with `luật` (`luật sư`, `luật pháp`, `luật quốc tế`)."""
_INNER_WORDS = frozenset(
    ["và", "về", "của", "các", "tại", "trong", "đối", "với", "để", "có", "từ", "vào", "ra", "cùng"]
)
"""Words that a name may contain but not end with. Unless a year or number follows the name, they end it."""

_AMENDING = re.compile(
    r"[ \n]{1,4}sua doi(?:[ \n]{0,4},)?(?:[ \n]{1,4}bo sung)?[^.;:()\n]{0,60}?"
    r"[ \n](?P<law>bo luat|luat|phap lenh)(?=[ \n])"
)
_MORE = re.compile(r"(?:[ \n]{0,4},|[ \n]{1,4}va)[ \n]{1,4}(?P<law>bo luat|luat|phap lenh)(?=[ \n])")
_ANCHOR = re.compile(
    r"[ \n]{0,12}+(?:\((?:sua doi|nam)[^()]{0,40}\)[ \n]{0,12}+)?,?[ \n]{0,12}+[(]?"
    r"(?:nam[ \n]{1,12}+(?:19|20)\d\d|(?:19|20)\d\d(?!\w)|(?:luat[ \n]{1,4})?so[ \n]{0,12}+:?[ \n]{0,12}+\d"
    r"|ngay[ \n]{1,12}\d|\d{1,3}/(?:19|20)\d\d/)"
)
"""A year, number or date that follows a name and so marks its end."""


@dataclass(frozen=True)
class LawNameMatch:
    """A name without its type, the end of it, and the confidence from 0 to 1."""

    name: str
    end: int
    confidence: float


def match_law_name(aligned: AlignedText, kind: str, at: int) -> LawNameMatch | None:
    """Match the name after `luat`, `bo luat` or `phap lenh` (`kind`), which ends at `at`; None when no name follows."""
    return _match_amending(aligned, at) or _match_simple(aligned, kind, at)


def _match_amending(aligned: AlignedText, at: int) -> LawNameMatch | None:
    found = _AMENDING.match(aligned.bare, at)
    if found is None:
        return None
    inner = _match_simple(aligned, found["law"], found.end())
    if inner is None:
        return None
    end, sure = inner.end, min(inner.confidence, 0.9)
    further = end
    while not _ANCHOR.match(aligned.bare, further) and (more := _MORE.match(aligned.bare, further)) is not None:
        added = _match_simple(aligned, more["law"], more.end())
        if added is None or added.confidence < 0.8:
            break
        further = added.end
    if further != end and _ANCHOR.match(aligned.bare, further):
        end = further
    return LawNameMatch(aligned.excerpt(at, end), end, sure)


def _match_simple(aligned: AlignedText, kind: str, at: int) -> LawNameMatch | None:
    return _match_listed(aligned, kind, at) or _match_abbreviated(aligned, kind, at) or _match_by_form(aligned, at)


def _match_words(aligned: AlignedText, at: int) -> list[re.Match[str]]:
    """At most `MAX_WORDS` words from `at` on, with only spaces, commas, hyphens and brackets between them."""
    words: list[re.Match[str]] = []
    while len(words) < MAX_WORDS:
        gap = (_BETWEEN if words else _SPACES).match(aligned.bare, at)
        word = _WORD.match(aligned.bare, gap.end() if gap else at)
        if word is None or (gap is not None and "\n\n" in gap.group()):
            break
        words.append(word)
        at = word.end()
    return words


def _match_listed(aligned: AlignedText, kind: str, at: int) -> LawNameMatch | None:
    words = _match_words(aligned, at)
    if words and words[0].group() == "ve":
        words = words[1:]
    names = _NAMES_BY_KIND[kind].get(law_name_key(words[0].group())) if words else None
    for count in range(len(words), 0, -1) if names else ():
        name = (names or {}).get(_I_OR_Y.sub(r"\1i", " ".join(word.group() for word in words[:count])))
        if name is None:
            continue
        end = words[count - 1].end() + (")" in name)
        written = aligned.excerpt(words[0].start(), end)
        if _I_OR_Y.sub(r"\1i", name_key(written)) == _I_OR_Y.sub(r"\1i", name_key(name)):
            return LawNameMatch(name, end, 1.0)
        return LawNameMatch(name, end, 0.9 if written.isascii() else 0.7)
    return None


def _match_abbreviated(aligned: AlignedText, kind: str, at: int) -> LawNameMatch | None:
    """Match `Luật BHYT`, `Luật Ban hành VBQPPL`: initials that are unique among the listed names."""
    words = _match_words(aligned, at)[:_MAX_ABBREVIATED_WORDS]
    written = [aligned.plain[word.start() : word.end()] for word in words]
    parts = [
        word.group() if len(spelling) > 1 and spelling.isupper() else word.group()[0]
        for word, spelling in zip(words, written, strict=True)
    ]
    for count in range(len(words), 0, -1):
        if all(len(part) == 1 for part in parts[:count]):
            return None
        name = _INITIALS[kind].get("".join(parts[:count]))
        if name is not None:
            return LawNameMatch(name, words[count - 1].end(), 0.8)
    return None


def _match_by_form(aligned: AlignedText, at: int) -> LawNameMatch | None:
    words = _match_words(aligned, at)
    if not words:
        return None
    written = [aligned.small[word.start() : word.end()] for word in words]
    # In a line that is all in capitals, a capital does not mark a name.
    capital = aligned.plain[words[0].start()].isupper() and aligned.plain[at - 1].islower()
    if written[0] in _INNER_WORDS or (not capital and written[0] in _NON_NAME_WORDS):
        return None
    end = _end_before_anchor(aligned, words, written)
    if end is not None:
        return LawNameMatch(aligned.excerpt(words[0].start(), end), end, 0.8)
    if not capital or written[0] in _STOP_WORDS:
        return None
    name: list[re.Match[str]] = []
    for word, small in zip(words, written, strict=True):
        after_comma = bool(name) and "," in aligned.plain[name[-1].end() : word.start()]
        if small in _STOP_WORDS or small in _INNER_WORDS or small.isdigit() or after_comma:
            break
        name.append(word)
    return LawNameMatch(aligned.excerpt(name[0].start(), name[-1].end()), name[-1].end(), 0.5)


def _end_before_anchor(aligned: AlignedText, words: list[re.Match[str]], written: list[str]) -> int | None:
    """The end of a name of unknown length that a year, number or date follows; None without one."""
    for word, small, following in zip(words, written, [*written[1:], ""], strict=True):
        if small in _HARD_STOP_WORDS or small.isdigit() or (small, following) in (("quy", "định"), ("hiện", "hành")):
            return None
        if _ANCHOR.match(aligned.bare, word.end()):
            return None if small in _INNER_WORDS else word.end()
    return None
