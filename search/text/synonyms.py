"""Synonyms: the bundled ones, those that editors add or remove, and the former names of administrative units.

Editors' synonyms are rows of a table, so they change without a new version and without an interruption: the follower
sends them to Meilisearch within seconds, and the Postgres engine reads them as often. Old and new names of units are
not stored here again: they are derived from the registry.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from hub.db import Database, table
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.registry.hierarchy import Registry, get_registry
from hub.search.models import SearchWord
from hub.text import compact, fold, one_line
from search.text.abbreviations import Abbreviations, select_unambiguous

SYNONYM = table(SearchWord)

CACHE_SECONDS = 5.0
"""Seconds for which a process caches the synonyms."""

MAX_SUCCESSOR_NAMES = 40
"""Most successors of a unit for its name to be a synonym; with more (a whole province) it does not help."""


@dataclass(frozen=True, order=True)
class Synonym:
    """A pair of synonyms: a query for `term` also matches `means`; with `both_ways`, in both directions."""

    term: str
    means: str
    both_ways: bool = True


SynonymMap = Mapping[str, Sequence[str]]
"""Synonyms by term (lower case, with diacritics)."""


def bundled_synonyms() -> list[Synonym]:
    """Load the pairs of the data file."""
    found = json.loads((files("search.text") / "data" / "words.json").read_text("utf-8"))
    pairs = [
        Synonym(term, means, both_ways)
        for name, both_ways in (("same", True), ("said", False))
        for group in found[name]
        for term, means in group["pairs"]
    ]
    return pairs + [Synonym(term, means, False) for term, several in found["readings"].items() for means in several]


def parse_synonym(term: str, means: str, both_ways: bool = True) -> Synonym:
    """Normalise a pair as it is stored. Raises `InvalidInput` for an empty, too long or self-referring one."""
    pair = Synonym(one_line(term).lower(), one_line(means).lower(), both_ways)
    for field, value, longest in (("term", pair.term, 120), ("means", pair.means, 200)):
        if not compact(value) or len(value) > longest:
            raise InvalidInput(
                fill("`{value}` is not a word.", value=value),
                field=field,
                expected=fill("letters or digits, up to {longest} characters", longest=longest),
            )
    if fold(pair.term) == fold(pair.means):
        raise InvalidInput("A word cannot be a synonym of itself.", field="means", expected="another word")
    return pair


def successor_synonyms(registry: Registry) -> list[Synonym]:
    """Pair former names of units, agencies and topics with present ones and those of successors, in both directions."""
    pairs = {Synonym(old.lower(), name.lower()) for old, name in registry.former_names if fold(old) != fold(name)}
    for unit, later in registry.place_successors.items():
        names = {registry.places[one].name.lower() for one in later if one in registry.places}
        old = registry.places[unit].name.lower()
        if len(names) <= MAX_SUCCESSOR_NAMES:
            pairs |= {Synonym(old, name) for name in names if fold(name) != fold(old)}
    for code, successors in registry.agency_successors.items():
        old = registry.agencies[code].lower()
        names = {registry.agencies[later].lower() for later in successors}
        pairs |= {Synonym(old, name) for name in names if fold(name) != fold(old)}
    return sorted(pairs)


def synonym_map(pairs: Iterable[Synonym]) -> SynonymMap:
    """Group pairs by term, in both directions where both hold."""
    found: dict[str, set[str]] = {}
    for one in pairs:
        found.setdefault(one.term, set()).add(one.means)
        if one.both_ways:
            found.setdefault(one.means, set()).add(one.term)
    return {term: sorted(others) for term, others in sorted(found.items())}


async def read_editor_synonyms(database: Database) -> list[tuple[Synonym, bool]]:
    """Read the pairs that editors added and, with True, those that they removed."""
    async with database.read() as connection:
        rows = await connection.execute(select(SYNONYM).order_by(SYNONYM.c.term, SYNONYM.c.means))
        return [(Synonym(row.term, row.means, row.both_ways), row.removed) for row in rows]


async def read_synonyms(database: Database) -> list[Synonym]:
    """Read the pairs in use: bundled and editors', without the names of units."""
    found = {(one.term, one.means): one for one in bundled_synonyms()}
    for one, removed in await read_editor_synonyms(database):
        if removed:
            found.pop((one.term, one.means), None)
        else:
            found[one.term, one.means] = one
    return sorted(found.values())


async def read_synonym_map(database: Database) -> SynonymMap:
    """Read all synonyms in use, including the names of units."""
    return synonym_map([*await read_synonyms(database), *successor_synonyms(await get_registry(database))])


class SynonymStore:
    """Cache of the synonyms in one process, at most `CACHE_SECONDS` old."""

    def __init__(self, database: Database):
        self.database = database
        self._synonyms: SynonymMap = {}
        self._folded: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._abbreviations = Abbreviations({})
        self._until = 0.0

    async def get_folded(self) -> Mapping[tuple[str, ...], list[tuple[str, ...]]]:
        """Return the synonyms as folded words."""
        await self._refresh()
        return self._folded

    async def get_abbreviations(self) -> Abbreviations:
        """Return the abbreviations that are expanded in questions."""
        await self._refresh()
        return self._abbreviations

    async def _refresh(self) -> None:
        if time.monotonic() < self._until:
            return
        found = await read_synonym_map(self.database)
        # They hardly ever change, and converting them costs more than reading them.
        if found != self._synonyms:
            folded: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
            for term, others in found.items():
                listed = folded.setdefault(tuple(fold(term).split()), [])
                listed += [words for other in others if (words := tuple(fold(other).split())) not in listed]
            self._synonyms, self._folded, self._abbreviations = found, folded, Abbreviations(select_unambiguous(found))
        self._until = time.monotonic() + CACHE_SECONDS


async def add_synonyms(database: Database, pairs: Sequence[Synonym]) -> None:
    """Add these pairs, including bundled ones that had been removed."""
    async with database.write() as session:
        for one in pairs:
            row = {"term": one.term, "means": one.means, "both_ways": one.both_ways, "removed": False}
            statement = insert(SYNONYM).values(**row)
            changed = {**row, "changed_at": func.now()}
            await session.execute(statement.on_conflict_do_update(index_elements=["term", "means"], set_=changed))


async def remove_synonym(database: Database, one: Synonym) -> None:
    """Delete an editors' pair, or store a bundled one as removed. Raises `InvalidInput` for any other."""
    bundled = {(known.term, known.means) for known in bundled_synonyms()}
    if (one.term, one.means) not in {(known.term, known.means) for known in await read_synonyms(database)}:
        raise InvalidInput(
            fill("`{term}` is not a synonym of `{means}`.", term=one.term, means=one.means),
            field="term",
            expected="a pair of `hub synonyms list`",
        )
    async with database.write() as session:
        await session.execute(delete(SYNONYM).where(SYNONYM.c.term == one.term, SYNONYM.c.means == one.means))
        if (one.term, one.means) in bundled:
            await session.execute(insert(SYNONYM).values(term=one.term, means=one.means, both_ways=True, removed=True))
