"""Definitions: a question what something is (`X là gì`) prefers the passage that says it (`X là …`). Pure.

Told from the words alone: a clause that begins with the term and goes on with `là`. So an article of explanations is
found as well as a definition in the middle of another one, whatever the headings say.
"""

import re
from collections.abc import Iterator, Sequence

from search.text.abbreviations import Expansions, expand_terms
from search.text.syllables import plain_syllable, syllables

MAX_TERM_CHARACTERS = 200
"""Characters before `là` that are looked at; no term is longer."""

# Over words without diacritics, so that they are the same for every way of typing.
_RULE = r"(?:theo|trong|tai)\b.*|quy dinh.*"
_ASKED = (
    # X là gì, X được quy định cụ thể là gì, X nghĩa là gì, X là như thế nào
    re.compile(
        r"(?P<term>.+?)(?: duoc(?: phap luat)?(?: quy dinh)?(?: cu the)?)?(?: co)?(?: nghia)?"
        r" la(?: cai)? (?:gi|nhu the nao|the nao)"
    ),
    # X được hiểu như thế nào, X được định nghĩa ra sao
    re.compile(r"(?P<term>.+?)(?: duoc)? (?:hieu|dinh nghia|giai thich)(?: la)?(?: nhu)? (?:the nao|ra sao|gi)"),
    # thế nào là X, như thế nào được coi là X
    re.compile(
        rf"(?:.*?\b)??(?:nhu )?the nao(?: thi)?(?: duoc)?(?: hieu| goi| coi| xem)? la (?P<term>.+?)(?: {_RULE})?"
    ),
    # khái niệm X, định nghĩa về X được quy định như thế nào
    re.compile(
        r"(?:khai niem|dinh nghia|thuat ngu)(?: ve| cua)? (?P<term>.+?)"
        rf"(?: (?:{_RULE}))?(?: duoc (?:quy dinh|hieu).*| la gi| nhu the nao)?"
    ),
)
_LEADS = re.compile(
    r"(?:theo|trong|tai|luat|bo luat|phap lenh|nghi dinh|thong tu|quyet dinh)\b.*|khai niem|thuat ngu|tu|cum tu"
)
"""Words before a term: `theo Luật này`, `khái niệm`; after `nhiệm vụ của` it is not the term asked for."""

_IS = re.compile(r"\blà\b", re.IGNORECASE)
_SIGN_BEFORE_IS = re.compile(r"[:,–-]\s*(?=là\b)", re.IGNORECASE)
"""`Cây cổ thụ: là cây …`: the sign ends no clause."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_CLAUSE_END = re.compile(r"[\n.;:]")
_NUMBER = re.compile(r"^\W*(?:\d+|[a-zđ])\s*\)", re.IGNORECASE)
"""`a) Cây cổ thụ là …`; the dot of `1.` has ended a clause before."""
_INTRODUCTION = re.compile(r"^\s*(?:trong|theo)\b[^,]*,", re.IGNORECASE)


def definition_term(words: Sequence[str]) -> list[str]:
    """Return the words of the term whose definition a question (its syllables) asks for; mostly none."""
    plain = [plain_syllable(word) for word in words]
    whole = " ".join(plain)
    for pattern in _ASKED:
        if (match := pattern.fullmatch(whole)) is not None:
            first = whole[: match.start("term")].count(" ")
            return list(words[first : first + match["term"].count(" ") + 1])
    return []


def defines(term: Sequence[str], text: str, *, with_diacritics: bool, expansions: Expansions) -> bool:
    """Return True if a text says what a term (its syllables, not empty) is."""
    return any(
        _is_same_term(term, expand_terms(words, expansions)[0])
        for words in _defined_terms(text, with_diacritics=with_diacritics)
    )


def _is_same_term(term: Sequence[str], defined: Sequence[str]) -> bool:
    """True if the defined term is the asked one, but for words that lead to it (`theo Luật này`)."""
    size = len(defined)
    if not size or list(term[-size:]) != list(defined):
        return False
    lead = " ".join(map(plain_syllable, term[:-size]))
    return not lead or (size > 1 and (f" {lead}".endswith(" quy dinh") or _LEADS.fullmatch(lead) is not None))


def _defined_terms(text: str, *, with_diacritics: bool) -> Iterator[list[str]]:
    """Yield the words between the beginning of a clause and its first `là`, without number and introduction."""
    for clause in _CLAUSE_END.split(_SIGN_BEFORE_IS.sub(" ", _IN_BRACKETS.sub(" ", text))):
        found = _IS.search(clause)
        if found is not None and 0 < found.start() <= MAX_TERM_CHARACTERS:
            term = _NUMBER.sub("", _INTRODUCTION.sub("", clause[: found.start()]))
            yield syllables(term, with_diacritics=with_diacritics)
