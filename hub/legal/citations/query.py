"""Parser of a citation that is typed as a search query: `nd 9/2017`, `269 kh ubnd`, `luat bhyt`.

Inside a sentence most of these would be ordinary words. Here the whole text is one citation, so lower case, missing
diacritics, missing slashes and abbreviated types have only one possible meaning.
"""

import re
from collections.abc import Iterator

from hub.legal.citations.parser import find_citations
from hub.legal.citations.types import Citation, CitationKind
from hub.legal.types import TYPE_ABBREVIATIONS, TYPES
from hub.lookalikes import fold_signs
from hub.text import fold, one_line

MAX_QUERY_LENGTH = 500
"""Maximum length of a query in characters; the rest is ignored."""

_TYPE_BY_FOLD = {fold(name): name for name in (*TYPES, "Kết luận", "Văn bản hợp nhất")}
_TYPE_BY_FOLD |= {fold(letters): name for letters, name in reversed(TYPE_ABBREVIATIONS.items()) if len(letters) > 1} | {
    "cv": "Công văn"
}
_TYPE_PATTERN = "|".join(sorted(map(re.escape, _TYPE_BY_FOLD), key=len, reverse=True))
_PARTS = re.compile(
    r"^(?P<parts>(?:(?:phu luc|phan|chuong|muc|dieu|khoan|diem|article)\b[\s,]*[0-9a-z.]{1,8}[\s,]*(?:cua\b\s*)?){1,5})"
    r"(?P<rest>.*)$"
)
_NUMBER_QUERY = re.compile(
    rf"^(?:(?P<type>{_TYPE_PATTERN})(?:[ -](?:cp|ttg))?[ .:]*+)?(?:van ban )?(?:so|no)?[ .:]*+"
    r"(?P<serial>\d{1,5}(?:\.\d{1,5})?(?:[a-z](?![a-z0-9]))?)"
    r"(?:[ /.-]*+(?:nam )?(?P<year>(?:19|20)\d\d))?"
    r"(?:[ /.-]*+(?P<symbol>[a-z][a-z0-9&]*(?:[ /.-]+[a-z][a-z0-9&]*){0,4}))?"
    r"(?: nam (?P<late>(?:19|20)\d\d))?$"
)
_FOLDED_ABBREVIATIONS = tuple(fold(letters) for letters in TYPE_ABBREVIATIONS if len(letters) > 1)


def parse_citation_query(text: str) -> Citation | None:
    """Parse the document, and the parts of it, that a query names; None when it names none."""
    text = fold_signs(one_line(text))[:MAX_QUERY_LENGTH]
    with_parts = _PARTS.match(fold(text)) is not None
    best: Citation | None = None
    for spelling in _spellings(text):
        for one in find_citations(spelling):
            if one.kind is CitationKind.here:
                continue
            if one.nodes or not with_parts:
                return one
            best = best or one
    return best


def _spellings(text: str) -> Iterator[str]:
    """The text as typed, then expanded spellings of it, each less certain than the one before."""
    yield text
    spaced = " ".join(fold(text.replace("/", " / ").replace(".", " . ")).split())
    folded = spaced.replace(" / ", "/").replace(" . ", ".").strip(" .,;/")
    cut = _PARTS.match(folded)
    parts, rest = (cut["parts"], cut["rest"]) if cut else ("", folded)
    named = _NUMBER_QUERY.match(rest)
    if named is not None and (named["type"] or named["year"] or "/" in text or _has_type_symbol(named["symbol"])):
        yield _compose_citation(parts, named)
    yield text.upper()
    yield f"Luật {text}"


def _has_type_symbol(letters: str | None) -> bool:
    return letters is not None and letters.startswith(_FOLDED_ABBREVIATIONS)


def _compose_citation(parts: str, named: re.Match[str]) -> str:
    """Rewrite `kh 269 ubnd` as `Kế hoạch số 269/UBND`, and `269 kh ubnd` as `Văn bản số 269/KH-UBND`."""
    year = named["year"] or ""
    symbol = re.sub(r"[ /.-]+", "-", named["symbol"] or "").upper()
    number = "/".join(piece for piece in (named["serial"], year, symbol) if piece)
    late = f" năm {named['late']}" if named["late"] else ""
    return f"{parts} {_TYPE_BY_FOLD[named['type']] if named['type'] else 'Văn bản'} số {number}{late}".strip()
