"""Which document a citation means (xác định văn bản được viện dẫn), among those that a catalogue holds. Pure.

Keys bring the two together: `keys_of` says under which keys a citation looks, `keys_of_document` under which keys a
document is found. Both are plain texts that a database can index; when a document arrives, the citations that wait
under one of its keys are judged again. `judge` then decides between the candidates, or says that it cannot.

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
    """A document of a catalogue, as far as telling citations apart needs it. `id` is whatever the catalogue uses."""

    id: str
    number: str | None
    type: str
    title: str
    issuers: tuple[str, ...]
    issued_on: date


class Catalogue(Protocol):
    """Documents by key."""

    def find_by_keys(self, keys: Sequence[str]) -> Iterable[CatalogueEntry]:
        """Every document that has one of the keys, once."""


class Outcome(StrEnum):
    """What became of a citation."""

    matched = "matched"
    choices = "choices"
    unresolved = "unresolved"


@dataclass(frozen=True)
class Resolution:
    """One match, or several to choose from (newest first, each with its year and issuer), or none; and why."""

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
        """Whether the match needs no person to look at it."""
        return self.outcome is Outcome.matched and self.confidence >= MIN_CONFIDENCE


def citation_keys(citation: Citation) -> tuple[str, ...]:
    """Where a citation looks, the most exact key first; nothing for `Nghị định này`."""
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
    """Under which keys a document is found."""
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
    """Look up and judge. `cited_on` is the date of the text that cites: without a year it cites nothing later."""
    return disambiguate(citation, catalogue.find_by_keys(citation_keys(citation)), cited_on)


def disambiguate(citation: Citation, candidates: Iterable[CatalogueEntry], cited_on: date | None = None) -> Resolution:
    """Decide between candidates. A number without a year, or a name without one, that fits several gives choices."""
    fitting = [known for known in candidates if _is_consistent(citation, known)]
    # Consolidated texts cite what changed them later, with its year; only without a year does time tell.
    exact = citation.year is not None or bool(citation.dates)
    earlier = [known for known in fitting if exact or cited_on is None or known.issued_on <= cited_on]
    if fitting and not earlier:
        return Resolution(Outcome.unresolved, (), 0.0, "Every document of this name or number is later than the text.")
    for narrowed in (_filter_by_date(citation, earlier), _filter_by_issuer(citation, earlier)):
        if narrowed:
            earlier = narrowed
    if not earlier:
        return Resolution(Outcome.unresolved, (), 0.0, "No document of this name or number is known.")
    if len(earlier) > 1:
        newest = tuple(sorted(earlier, key=lambda known: (known.issued_on, known.id), reverse=True))
        return Resolution(Outcome.choices, newest, 0.0, "Several documents have this name or number.")
    confidence, why = _match_confidence(citation, earlier[0])
    return Resolution(Outcome.matched, tuple(earlier), confidence, why)


def _is_consistent(citation: Citation, known: CatalogueEntry) -> bool:
    """Whether nothing that names a document contradicts."""
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
    said = name_key(citation.issuer)
    return [known for known in candidates if any(name_key(name) in said for name in known.issuers)]


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
    """A law's name with its type, whether or not the title begins with it."""
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
        """Every document that has one of the keys, once."""
        return list({known.id: known for key in keys for known in self._by_key.get(key, ())}.values())
