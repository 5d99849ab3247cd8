"""Words that mean the same: those the search brings along, those editors add or take out, and names of units in time.

Editors' words are rows of a table, so they change without a new version and without an interruption: the follower
gives them to Meilisearch within seconds, the Postgres engine reads them as often. Old and new names of units are not
kept twice: they follow from the registry.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from hub.db import Database, table
from hub.errors import InvalidInput
from hub.registry.hierarchy import Registry, get_registry
from hub.search.models import SearchWord
from hub.text import compact, fold, one_line
from search.meilisearch.settings import replace_signs
from search.text.abbreviations import Abbreviations, select_unambiguous

SYNONYM = table(SearchWord)

CACHE_SECONDS = 5.0
"""How long a process remembers the words."""

MAX_SUCCESSOR_NAMES = 40
"""A unit with more successors than this (a whole province) is no help as a word."""


@dataclass(frozen=True, order=True)
class Synonym:
    """Whoever types `term` also means `means`; with `both_ways`, the other way round too."""

    term: str
    means: str
    both_ways: bool = True


SynonymMap = Mapping[str, Sequence[str]]
"""For each term (small letters, with marks) what else it means."""


def bundled_synonyms() -> list[Synonym]:
    """The pairs of the data file."""
    found = json.loads((files("search.text") / "data" / "words.json").read_text("utf-8"))
    pairs = [Synonym(term, means) for term, means in found["same"]]
    pairs += [Synonym(term, means, False) for term, means in found["said"]]
    return pairs + [Synonym(term, means, False) for term, several in found["readings"].items() for means in several]


def parse_synonym(term: str, means: str, both_ways: bool = True) -> Synonym:
    """A pair as it is kept. Raises `InvalidInput` for what says nothing."""
    kept = Synonym(one_line(term).lower(), one_line(means).lower(), both_ways)
    for field, value, longest in (("term", kept.term, 120), ("means", kept.means, 200)):
        if not compact(value) or len(value) > longest:
            raise InvalidInput(
                f"`{value}` is no word.", field=field, expected=f"letters or digits, at most {longest} characters"
            )
    if fold(kept.term) == fold(kept.means):
        raise InvalidInput("A word means itself already.", field="means", expected="another word")
    return kept


def successor_synonyms(known: Registry) -> list[Synonym]:
    """A unit's old name with the names of what it became: whoever asks for one means the others."""
    pairs = set()
    for unit, later in known.place_successors.items():
        names = {known.places[one].name.lower() for one in later if one in known.places}
        old = known.places[unit].name.lower()
        if len(names) <= MAX_SUCCESSOR_NAMES:
            pairs |= {Synonym(old, name) for name in names if fold(name) != fold(old)}
    for code, successors in known.agency_successors.items():
        old = known.agencies[code].lower()
        named = {known.agencies[later].lower() for later in successors}
        pairs |= {Synonym(old, name) for name in named if fold(name) != fold(old)}
    return sorted(pairs)


def synonym_map(pairs: Iterable[Synonym]) -> SynonymMap:
    """Pairs by what is typed, each way where both ways hold."""
    found: dict[str, set[str]] = {}
    for one in pairs:
        found.setdefault(one.term, set()).add(one.means)
        if one.both_ways:
            found.setdefault(one.means, set()).add(one.term)
    return {term: sorted(others) for term, others in sorted(found.items())}


async def read_editor_synonyms(database: Database) -> list[tuple[Synonym, bool]]:
    """What editors added, and (True) what they took out."""
    async with database.read() as connection:
        rows = await connection.execute(select(SYNONYM).order_by(SYNONYM.c.term, SYNONYM.c.means))
        return [(Synonym(row.term, row.means, row.both_ways), row.removed) for row in rows]


async def read_synonyms(database: Database) -> list[Synonym]:
    """The pairs that hold now, without names of units."""
    found = {(one.term, one.means): one for one in bundled_synonyms()}
    for one, removed in await read_editor_synonyms(database):
        if removed:
            found.pop((one.term, one.means), None)
        else:
            found[one.term, one.means] = one
    return sorted(found.values())


async def read_synonym_map(database: Database) -> SynonymMap:
    """Everything that means something else now."""
    return synonym_map([*await read_synonyms(database), *successor_synonyms(await get_registry(database))])


class SynonymStore:
    """The meanings as one process remembers them, at most `KEPT_SECONDS` old."""

    def __init__(self, database: Database):
        self.database = database
        self._synonyms: SynonymMap = {}
        self._folded: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._abbreviations = Abbreviations({})
        self._until = 0.0

    async def get_folded(self) -> Mapping[tuple[str, ...], list[tuple[str, ...]]]:
        """Meanings as folded words."""
        await self._refresh()
        return self._folded

    async def get_abbreviations(self) -> Abbreviations:
        """What is written out in questions."""
        await self._refresh()
        return self._abbreviations

    async def _refresh(self) -> None:
        if time.monotonic() < self._until:
            return
        found = await read_synonym_map(self.database)
        # They hardly ever change, and to bring them into these shapes costs more than to read them.
        if found != self._synonyms:
            folded: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
            for term, others in found.items():
                listed = folded.setdefault(tuple(fold(term).split()), [])
                listed += [words for other in others if (words := tuple(fold(other).split())) not in listed]
            self._synonyms, self._folded, self._abbreviations = found, folded, Abbreviations(select_unambiguous(found))
        self._until = time.monotonic() + CACHE_SECONDS


def to_meilisearch(found: SynonymMap) -> dict[str, list[str]]:
    """Meanings as the engine takes them: also under the term's unmarked spelling."""
    both: dict[str, list[str]] = {}
    for term, others in found.items():
        for key in dict.fromkeys(replace_signs(one) for one in (term, fold(term))):
            both.setdefault(key, [])
            both[key] += [said for other in others if (said := replace_signs(other)) not in both[key]]
    return both


def synonym_digest(synonyms: Mapping[str, Sequence[str]]) -> str:
    """Tells one set of synonyms from another."""
    return sha256(orjson.dumps(synonyms, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


async def add_synonyms(database: Database, pairs: Sequence[Synonym]) -> None:
    """Make these pairs hold, also those that had been taken out."""
    async with database.write() as session:
        for one in pairs:
            row = {"term": one.term, "means": one.means, "both_ways": one.both_ways, "removed": False}
            statement = insert(SYNONYM).values(**row)
            changed = {**row, "changed_at": func.now()}
            await session.execute(statement.on_conflict_do_update(index_elements=["term", "means"], set_=changed))


async def remove_synonym(database: Database, one: Synonym) -> None:
    """Make a pair hold no longer. Raises `InvalidInput` when it did not."""
    own = {(known.term, known.means) for known in bundled_synonyms()}
    if (one.term, one.means) not in {(known.term, known.means) for known in await read_synonyms(database)}:
        raise InvalidInput(f"`{one.term}` does not mean `{one.means}`.", field="term", expected="a pair of the list")
    async with database.write() as session:
        await session.execute(delete(SYNONYM).where(SYNONYM.c.term == one.term, SYNONYM.c.means == one.means))
        if (one.term, one.means) in own:
            await session.execute(insert(SYNONYM).values(term=one.term, means=one.means, both_ways=True, removed=True))
