"""Resolver of citations (xác định văn bản được viện dẫn) to the documents of a catalogue. Pure.

Citations and documents are joined by lookup keys: `citation_keys` and `document_keys`. Keys are plain texts that a
database can index; when a document is published, the citations with one of its keys are resolved again.
`disambiguate` then decides between the candidates, or returns several choices.

- `n:9.2017.ndcp` number with its symbol (`hub.legal.numbers.number_key`)
- `s:9.2017`, `s:269` serial with and without the year, for numbers cited without their symbol
- `l:luatdatdai:2024`, `l:luatdatdai` name of a law with and without the year of its issue
- `d:quyetdinh:2020-02-05` type and date
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from hub.legal.agency_names import name_key
from hub.legal.citations.patterns import COMPATIBLE_TYPES
from hub.legal.citations.types import MIN_CONFIDENCE, Citation, CitationKind
from hub.legal.laws import law_name_key
from hub.legal.numbers import number_key, parse_number
from hub.text import compact, strip_diacritics

_LAWS = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")


@dataclass(frozen=True)
class CatalogueEntry:
    """A document of a catalogue: the facts that resolving a citation needs. `id` is the id in that catalogue."""

    id: str
    number: str | None
    type: str
    title: str
    issuers: tuple[str, ...]
    issued_on: date


class Catalogue(Protocol):
    """Lookup of documents by key."""

    def find_by_keys(self, keys: Sequence[str]) -> Iterable[CatalogueEntry]:
        """Find every document with one of the keys, deduplicated."""


class Outcome(StrEnum):
    """Outcome of resolving a citation (kết quả xác định)."""

    matched = "matched"
    choices = "choices"
    unresolved = "unresolved"


@dataclass(frozen=True)
class Resolution:
    """One match, several choices (newest first), or none; and the reason."""

    outcome: Outcome
    documents: tuple[CatalogueEntry, ...]
    confidence: float
    why: str

    @property
    def document(self) -> CatalogueEntry | None:
        """The match, if there is one."""
        return self.documents[0] if self.outcome is Outcome.matched else None

    @property
    def is_certain(self) -> bool:
        """True for a match that needs no review by a person."""
        return self.outcome is Outcome.matched and self.confidence >= MIN_CONFIDENCE


def citation_keys(citation: Citation) -> tuple[str, ...]:
    """The lookup keys of a citation, the most exact one first; none for `Nghị định này`."""
    if citation.kind is CitationKind.here:
        return ()
    keys = []
    if citation.number_key:
        keys.append(f"n:{citation.number_key}")
    elif citation.serial:
        keys.append(f"s:{citation.serial}.{citation.year}" if citation.year else f"s:{citation.serial}")
    if citation.name:
        year = citation.year or next((on.year for on in citation.dates), None)
        keys.append(f"l:{_law_key(citation.name)}" + (f":{year}" if year else ""))
    if citation.kind is CitationKind.dated and citation.type:
        keys.extend(f"d:{compact(citation.type)}:{on}" for on in citation.dates)
    return tuple(keys)


def document_keys(known: CatalogueEntry) -> tuple[str, ...]:
    """The lookup keys of a document."""
    keys = [f"d:{compact(known.type)}:{known.issued_on}"]
    parsed = parse_number(known.number) if known.number else None
    if known.number:
        keys.append(f"n:{number_key(known.number)}")
    if parsed is not None:
        serial = strip_diacritics(parsed.serial).lstrip("0") or "0"
        keys += [f"s:{serial}", f"s:{serial}.{parsed.year or known.issued_on.year}"]
    if known.type in _LAWS:
        name = _law_key(_full_name(known))
        keys += [f"l:{name}", f"l:{name}:{known.issued_on.year}"]
    return tuple(keys)


def resolve(citation: Citation, catalogue: Catalogue, cited_on: date | None = None) -> Resolution:
    """Resolve a citation. `cited_on` is the date of the citing text: without a year, it cites no later document."""
    return disambiguate(citation, catalogue.find_by_keys(citation_keys(citation)), cited_on)


def disambiguate(citation: Citation, candidates: Iterable[CatalogueEntry], cited_on: date | None = None) -> Resolution:
    """Decide between candidates. A number or name without a year that fits several documents gives choices."""
    fitting = [known for known in candidates if _is_consistent(citation, known)]
    # Consolidated texts cite later amendments, with their year; so the date decides only without a year.
    exact = citation.year is not None or bool(citation.dates)
    earlier = [known for known in fitting if exact or cited_on is None or known.issued_on <= cited_on]
    if fitting and not earlier:
        return Resolution(Outcome.unresolved, (), 0.0, "Every document of this name or number is later than the text.")
    for matching in (_filter_by_date(citation, earlier), _filter_by_issuer(citation, earlier)):
        if matching:
            earlier = matching
    if not earlier:
        return Resolution(Outcome.unresolved, (), 0.0, "No document of this name or number is known.")
    if len(earlier) > 1:
        newest = tuple(sorted(earlier, key=lambda known: (known.issued_on, known.id), reverse=True))
        return Resolution(Outcome.choices, newest, 0.0, "Several documents have this name or number.")
    confidence, why = _match_confidence(citation, earlier[0])
    return Resolution(Outcome.matched, tuple(earlier), confidence, why)


def _is_consistent(citation: Citation, known: CatalogueEntry) -> bool:
    """True when no fact of the citation contradicts the document."""
    if citation.number_key and known.number and number_key(known.number) == citation.number_key:
        parsed = parse_number(known.number)
        return citation.year in (None, parsed and parsed.year, known.issued_on.year)
    if citation.number_key:
        return False
    if citation.type and citation.type != known.type and (citation.type, known.type) not in COMPATIBLE_TYPES:
        return False
    if citation.name:
        return _law_key(citation.name) == _law_key(_full_name(known)) and citation.year in (None, known.issued_on.year)
    if citation.serial:
        parsed = parse_number(known.number or "")
        year = parsed.year or known.issued_on.year if parsed else None
        return (
            parsed is not None
            and (strip_diacritics(parsed.serial).lstrip("0") or "0") == citation.serial
            and citation.year in (None, year)
        )
    return citation.kind is CitationKind.dated and known.issued_on in citation.dates


def _filter_by_date(citation: Citation, candidates: list[CatalogueEntry]) -> list[CatalogueEntry]:
    return [known for known in candidates if known.issued_on in citation.dates]


def _filter_by_issuer(citation: Citation, candidates: list[CatalogueEntry]) -> list[CatalogueEntry]:
    if not citation.issuer:
        return []
    cited = name_key(citation.issuer)
    return [known for known in candidates if any(name_key(name) in cited for name in known.issuers)]


def _match_confidence(citation: Citation, known: CatalogueEntry) -> tuple[float, str]:
    agreed = known.issued_on in citation.dates
    if citation.dates and not agreed:
        if citation.year is None or citation.name:
            return 0.4, f"The number agrees, the date does not: it was issued on {known.issued_on}."
        return 0.8, f"Number and year agree, the date does not: it was issued on {known.issued_on}."
    if citation.number_key and (citation.year or agreed):
        return 1.0, "Number and year agree."
    if citation.name:
        return (1.0, "Name and year agree.") if citation.year or agreed else (0.8, "The name agrees.")
    if citation.kind is CitationKind.dated:
        return 0.8, "Type and date agree."
    if citation.number_key:
        return 0.6, "The number agrees, but it carries no year."
    return (0.8, "Serial, year and type agree.") if citation.year else (0.5, "The serial and the type agree.")


def _full_name(known: CatalogueEntry) -> str:
    """The title of a law with its type as the first word, added if it is missing."""
    title = known.title.strip()
    # The law on lawyers is `Luật Luật sư`, and its title may be `Luật sư` alone.
    begins = strip_diacritics(title).startswith(f"{strip_diacritics(known.type)} ") and compact(title) != "luatsu"
    return title if begins else f"{known.type} {title}"


def _law_key(name: str) -> str:
    return law_name_key(name).replace(" ", "")


class InMemoryCatalogue:
    """A catalogue in memory."""

    def __init__(self, documents: Iterable[CatalogueEntry]) -> None:
        self._by_key: dict[str, list[CatalogueEntry]] = {}
        for known in documents:
            for key in dict.fromkeys(document_keys(known)):
                self._by_key.setdefault(key, []).append(known)

    def find_by_keys(self, keys: Sequence[str]) -> list[CatalogueEntry]:
        """Find every document with one of the keys, deduplicated."""
        return list({known.id: known for key in keys for known in self._by_key.get(key, ())}.values())
