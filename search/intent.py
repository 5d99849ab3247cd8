"""Intent of a query, derived from its text: a reference to a document, a question, or keywords. Pure.

A number or a citation names one document, which comes first; a question or a long text is answered in two steps
(candidates, then scoring); everything else is keywords, which may still be being typed.
"""

import re
from dataclasses import dataclass

from hub.legal.numbers import number_key, parse_number
from hub.legal.refs import ref_part
from hub.legal.types import TYPE_ABBREVIATIONS, TYPES
from hub.lookalikes import fold_signs
from hub.text import compact, fold, one_line
from search.text.phrases import quoted_phrases

_MAX_REFERENCE_LETTERS = 60
_LABEL = re.compile(r"^(?:văn bản )?số ?:? ?(?=\d)", re.IGNORECASE)
# Folded spellings: `269 kh ubnd`, `09 2017 nd cp`, `66 13 2026 nq cp`, and in one piece `269khubnd`.
_SPACED = (
    re.compile(r"^(?P<serial>\d{1,5}[a-z]?) (?P<year>(?:19|20)\d\d) (?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5}[a-z]?) (?P<year>)(?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5} \d{1,5}) (?P<year>(?:19|20)\d\d) (?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5})(?P<year>)(?P<symbol>[a-z]{3,12}[0-9]{0,2})$"),
)


def _types() -> dict[str, tuple[str, ...]]:
    """Map the ways to write a document type to the type's folded names: names, and the letters of numbers."""
    found: dict[str, set[str]] = {fold(name): {fold(name)} for name in TYPES}
    for letters, name in TYPE_ABBREVIATIONS.items():
        if len(letters) > 1:
            found.setdefault(fold(letters), set()).add(fold(name))
    found["cv"] = {"cong van"}
    return {written: tuple(sorted(names)) for written, names in found.items()}


_TYPES = _types()
_TYPE = "|".join(sorted(_TYPES, key=len, reverse=True))
_CITATION_PATTERN = re.compile(
    rf"^(?P<type>{_TYPE})(?P<symbol>(?: (?!so\b|nam\b)[a-z]{{2,8}}){{0,3}})(?: so)? (?P<serial>\d{{1,5}}[a-z]?)"
    r"(?:(?: nam)? (?P<year>(?:19|20)\d\d))?(?P<more> [a-z ]*)?$"
)
_LAW = re.compile(r"^(?P<name>(?:bo )?(?:luat|phap lenh|hien phap)\b.*?)(?: nam)? (?P<year>(?:19|20)\d\d)$")
_EMBEDDED_NUMBER = re.compile(
    r"(?<![\w/])\d{1,5}[a-z]?(?:\s?/\s?(?:19|20)\d\d)?\s?/\s?[^\W\d_][\w&]*+(?:[–-][\w&]++)*+", re.IGNORECASE
)
_YEAR_AT_END = re.compile(r" ?(?:năm|nam)? ?(?:19|20)\d\d\W*+$", re.IGNORECASE)
_ARTICLE = re.compile(r"\bđiều\s+(\d{1,4}[a-zđ]?)\b|\bdieu\s+(\d{1,4}[a-z]?)\b", re.IGNORECASE)
_QUESTION_PHRASES = re.compile(
    r"\b(?:the nao|bao nhieu|bao lau|bao gio|bao xa|la gi|nhung gi|lam gi|can gi|gom gi|khi nao|o dau|tai sao|vi sao|"
    r"lam sao|ai|co duoc|duoc khong|hay khong|co phai|phai khong|co bi|gi|nao|dung hay sai|dieu kien|khong)\b"
)


@dataclass(frozen=True)
class PartialCitation:
    """A reference without the whole number: `nghị định 09/2017`, `KH 269`. `types` are folded names."""

    serial: str
    year: int | None
    types: tuple[str, ...]


@dataclass(frozen=True)
class LawReference:
    """A reference to a law by title and year: `Luật Đất đai 2024`."""

    name: str
    year: int


@dataclass(frozen=True)
class Intent:
    """The intent of a query. `article` is the ref of the article that it names with a document."""

    keys: tuple[str, ...] = ()
    citation: PartialCitation | None = None
    law: LawReference | None = None
    article: str | None = None
    is_question: bool = False
    has_phrase: bool = False
    """True if words are in quotation marks, which a text must then hold as they are."""

    @property
    def is_reference(self) -> bool:
        """True if the query names a document."""
        return bool(self.keys or self.citation or self.law)


def parse_intent(text: str) -> Intent:
    """Parse the intent of a query."""
    text = fold_signs(one_line(text))
    article = _article(text)
    rest = _ARTICLE.sub(" ", text).strip(" ,.") if article else text
    keys = list(number_keys(rest)) or [
        key for found in _EMBEDDED_NUMBER.findall(rest)[:4] for key in _embedded_keys(found)
    ]
    folded = fold(rest)
    law = None if keys else _law(folded, rest)
    citation = None if law or len(folded) > _MAX_REFERENCE_LETTERS else _citation(folded)
    named = bool(keys or citation or law)
    return Intent(
        tuple(keys),
        citation,
        law,
        article if named else None,
        not citation and not law and is_question(text),
        bool(quoted_phrases(text)),
    )


def is_question(text: str) -> bool:
    """Return True if a text is a question, or long enough to be treated as one."""
    words = fold(text).split()
    if len(words) >= 8:
        return True
    return len(words) >= 4 and (text.rstrip().endswith("?") or bool(_QUESTION_PHRASES.search(" ".join(words))))


def _embedded_keys(found: str) -> list[str]:
    return [number_key(re.sub(r"\s", "", found))] if parse_number(found) else []


def _article(text: str) -> str | None:
    found = _ARTICLE.search(text)
    return ref_part("dieu", found[1] or found[2]) if found else None


def _citation(folded: str) -> PartialCitation | None:
    match = _CITATION_PATTERN.match(folded)
    if match is None or not all(map(_SYMBOL.match, _words_before_issuer(match["more"] or ""))):
        return None
    serial = match["serial"].lstrip("0") or "0"
    return PartialCitation(serial, int(match["year"]) if match["year"] else None, _TYPES[match["type"]])


_SYMBOL = re.compile(r"^(?:[b-df-hj-np-tv-xz]{1,6}|ubnd|tu|bca|byt|qh)$")
"""A folded part of a number's symbol: without a vowel, or one of a few; `thông tư 5 ngày` is not a citation."""


def _words_before_issuer(more: str) -> list[str]:
    """Return the words after a cited number, without `của Chính phủ` and `về …`."""
    words = more.split()
    ends = [words.index(word) for word in ("cua", "ve") if word in words]
    return words[: min(ends, default=len(words))]


def _law(folded: str, text: str) -> LawReference | None:
    match = _LAW.match(folded)
    if match is None or len(match["name"].split()) < 2:
        return None
    name = _YEAR_AT_END.sub("", text)
    return LawReference(name, int(match["year"]))


def number_keys(text: str) -> list[str]:
    """Return the keys (`hub.legal.numbers.number_key`) of the document numbers that a query may be; mostly none.

    Words that only look like a number (`15 ngày nghỉ phép`) give a key that no document has, which costs nothing.
    """
    text = _LABEL.sub("", _TYPE_FIRST.sub("", one_line(text)))
    if len(text) > _MAX_REFERENCE_LETTERS:
        return []
    if parse_number(text) is not None:
        return [number_key(text)]
    folded = fold(text)
    keys = []
    for pattern in _SPACED:
        if match := pattern.match(folded):
            serial = match["serial"].lstrip("0").replace(" ", ".") or "0"
            keys.append(".".join(part for part in (serial, match["year"], compact(match["symbol"])) if part))
    return list(dict.fromkeys(keys))


_TYPE_FIRST = re.compile(
    rf"^(?:{'|'.join(re.escape(name) for name in sorted(TYPES, key=len, reverse=True))}) (?=(?:số ?:? ?)?\d)",
    re.IGNORECASE,
)


def number_parts(number: str, year: int) -> list[str]:
    """Return the forms in which a citation without the symbol names a document: `09/2017/NĐ-CP` → ``9``, ``9.2017``.

    A number without a year is cited with the year of its issue.
    """
    parsed = parse_number(number)
    if parsed is None:
        return []
    serial = fold(parsed.serial).replace(" ", ".").lstrip("0") or "0"
    return [serial, f"{serial}.{parsed.year or year}"]


def has_words(text: str) -> bool:
    """Return True if a text has a letter or a digit to search for."""
    return any(char.isalnum() for char in text)
