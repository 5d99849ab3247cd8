"""In-memory registry: names for facets, and hierarchies and successions, although names and borders change.

The whole registry is a few hundred rows, so each process caches a copy for a few seconds: a filter by an agency with
all its predecessors then costs no statement, and a new or renamed agency is known everywhere within seconds.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import Database
from hub.errors import UnknownReference
from hub.problem_texts.templates import fill
from hub.public_state.versions import seen_versions
from hub.registry.names import name_in
from hub.text import one_line

T = TypeVar("T")
K = TypeVar("K")

_CODE = re.compile(r"^[a-z0-9]++(?:-[a-z0-9]++)*+$")
"""Shape of the codes of agencies; no name is written so."""

CACHE_SECONDS = 10.0
"""Seconds for which a process caches the registry."""

PlaceKey = tuple[str, date]
"""Key of an administrative unit: old and new units share codes, so the first day is part of the key."""


@dataclass(frozen=True, slots=True)
class PlaceVersion:
    """One administrative unit in its period of validity."""

    name: str
    parent: str | None
    first: date
    until: date


@dataclass(frozen=True)
class Registry:
    """Names, hierarchies and successions of the registry. Built by `read_registry`."""

    agencies: Mapping[str, str]
    topics: Mapping[str, str]
    places: Mapping[PlaceKey, PlaceVersion]
    agency_children: Mapping[str, frozenset[str]]
    topic_children: Mapping[str, frozenset[str]]
    agency_successors: Mapping[str, frozenset[str]]
    agency_predecessors: Mapping[str, frozenset[str]]
    place_successors: Mapping[PlaceKey, frozenset[PlaceKey]]
    place_predecessors: Mapping[PlaceKey, frozenset[PlaceKey]]
    former_names: frozenset[tuple[str, str]] = frozenset()
    """Former and present name of agencies and topics that kept their codes."""
    english: Mapping[tuple[str, str | PlaceKey], str] = field(default_factory=dict)
    """English names, by list and code, or for places by their keys."""

    def check_codes(
        self,
        *,
        agency: Iterable[str | None] = (),
        topic: Iterable[str | None] = (),
        place: Iterable[str | None] = (),
        issuer: Iterable[str | None] = (),
    ) -> None:
        """Check the codes of filters; None is no filter. Raises `UnknownReference` for one that is not registered.

        An issuer may also be the name of an agency outside the registry, which never looks like a code.
        """
        units = {unit[0] for unit in self.places}
        for member, codes, registered in (
            ("agency", agency, self.agencies),
            ("topic", topic, self.topics),
            ("place", place, units),
            ("issuer", (one for one in issuer if one and _CODE.fullmatch(one)), self.agencies),
        ):
            for code in codes:
                if code is not None and code not in registered:
                    raise UnknownReference(
                        fill("There is no {member} `{code}`.", member=member, code=code),
                        field=member,
                        expected="a code of the registry",
                    )

    def agency_with_descendants(self, code: str) -> frozenset[str]:
        """Return an agency, its predecessors and successors, and all agencies below any of them."""
        return closure(self.agency_lineage(code), self.agency_children)

    def issuer_names(self, issuer: str) -> frozenset[str]:
        """Expand the code of an issuer to its lineage; issuers without a code are stored by their given name."""
        return self.agency_lineage(issuer) if issuer in self.agencies else frozenset({one_line(issuer)})

    def agency_lineage(self, code: str) -> frozenset[str]:
        """Return an agency with its predecessors and successors."""
        return closure({code}, self.agency_successors) | closure({code}, self.agency_predecessors)

    def topic_with_descendants(self, code: str) -> frozenset[str]:
        """Return a topic and all topics below it."""
        return closure({code}, self.topic_children)

    def place_keys(self, code: str) -> frozenset[PlaceKey]:
        """Return the units that have or had this code."""
        return frozenset(unit for unit in self.places if unit[0] == code)

    def place_with_descendants(self, code: str) -> frozenset[str]:
        """Return the codes of the units with this code, of the units below them, and of predecessors and successors.

        Neighbours that merely merged into the same later unit are not included: the search goes either only forwards or
        only backwards from each unit.
        """
        own = self.place_keys(code)
        inside = own | {unit for unit, place in self.places.items() if self._is_descendant(place, own)}
        return frozenset(
            unit[0] for unit in closure(inside, self.place_successors) | closure(inside, self.place_predecessors)
        )

    def place_name(self, code: str) -> str | None:
        """Return the current name of the unit with this code, or its last one."""
        unit = self._last_unit(code)
        return unit.name if unit else None

    def name_in(self, lang: str, what: str, code: str) -> str | None:
        """Return the present name of an agency, topic or place in a language, or else in Vietnamese; None without."""
        if what == "place":
            unit = self._last_unit(code)
            return None if unit is None else name_in(lang, unit.name, self.english.get((what, (code, unit.first))))
        name = (self.agencies if what == "agency" else self.topics).get(code)
        return None if name is None else name_in(lang, name, self.english.get((what, code)))

    def present_names(self, agencies: Iterable[str], topics: Iterable[str], places: Iterable[str]) -> list[str]:
        """Return the present names of codes and of the agencies and units that succeeded them, sorted."""
        agency_codes = closure(agencies, self.agency_successors)
        units = closure((unit for code in places for unit in self.place_keys(code)), self.place_successors)
        names = [self.agencies.get(code) for code in agency_codes] + [self.topics.get(code) for code in topics]
        names += [self.places[unit].name for unit in units if unit in self.places]
        return sorted({name for name in names if name is not None})

    def _last_unit(self, code: str) -> PlaceVersion | None:
        return max((self.places[unit] for unit in self.place_keys(code)), key=lambda unit: unit.first, default=None)

    def _is_descendant(self, place: PlaceVersion, above: Iterable[PlaceKey]) -> bool:
        """Return true if one of the parents of a unit, at any level, is in `above` and was valid at the same time."""
        seen: set[PlaceKey] = set()
        waiting = [place]
        while waiting:
            below = waiting.pop()
            for unit in self.place_keys(below.parent) if below.parent else ():
                parent = self.places[unit]
                if unit in seen or parent.until <= below.first or below.until <= parent.first:
                    continue
                if unit in above:
                    return True
                seen.add(unit)
                waiting.append(parent)
        return False


def closure(start: Iterable[T], steps: Mapping[T, frozenset[T]]) -> frozenset[T]:
    """Return everything reachable by the steps, including the start."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for following in steps.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return frozenset(found)


_READ = text(
    """
    SELECT 'agency' AS what, code, DATE '0001-01-01' AS first, DATE '9999-12-31' AS until, name, parent FROM agency
    UNION ALL SELECT 'agency_english', code, NULL, NULL, name_en, NULL FROM agency WHERE name_en IS NOT NULL
    UNION ALL SELECT 'topic_english', code, NULL, NULL, name_en, NULL FROM topic
    UNION ALL SELECT 'place_english', code, valid_from, NULL, name_en, NULL FROM place WHERE name_en IS NOT NULL
    UNION ALL SELECT 'topic', code, DATE '0001-01-01', DATE '9999-12-31', name, parent FROM topic
    UNION ALL SELECT 'place', code, valid_from, coalesce(valid_to, DATE '9999-12-31'), name, parent FROM place
    UNION ALL SELECT 'former', code, NULL, NULL, f ->> 'name', name FROM agency, jsonb_array_elements(former_names) AS f
    UNION ALL SELECT 'former', code, NULL, NULL, f ->> 'name', name FROM topic, jsonb_array_elements(former_names) AS f
    UNION ALL SELECT 'agency_after', code, NULL, NULL, successor, NULL FROM agency_successor
    UNION ALL SELECT 'place_after', code, valid_from, successor_from, successor, NULL FROM place_successor
    """
)

_cache: WeakKeyDictionary[Database, tuple[Registry, float, tuple[UUID, int] | None]] = WeakKeyDictionary()


async def get_registry(database: Database) -> Registry:
    """Return the cached registry: of the version that the request has seen, else at most `CACHE_SECONDS` old."""
    cached, seen = _cache.get(database), seen_versions()
    if seen is None:
        is_current = cached is not None and time.monotonic() - cached[1] <= CACHE_SECONDS
    else:
        is_current = cached is not None and cached[2] == (seen.epoch, seen.registry_entries)
    if cached is None or not is_current:
        version = None if seen is None else (seen.epoch, seen.registry_entries)
        cached = _cache[database] = (await read_registry(database), time.monotonic(), version)
    return cached[0]


def forget_registry(database: Database) -> None:
    """Drop the cached registry of this process, so that the next reader sees what was just changed."""
    _cache.pop(database, None)


async def read_registry(database: Database) -> Registry:
    """Read the current registry, bypassing the cache, in one statement."""
    async with database.read() as connection:
        return await read_registry_from(connection)


async def read_registry_from(connection: AsyncConnection | AsyncSession) -> Registry:
    """Read the registry as this connection or transaction sees it, in one statement."""
    rows = (await connection.execute(_READ)).all()
    agencies = [row for row in rows if row.what == "agency"]
    topics = [row for row in rows if row.what == "topic"]
    agency_successions = [(row.code, row.name) for row in rows if row.what == "agency_after"]
    place_successions = [((row.code, row.first), (row.name, row.until)) for row in rows if row.what == "place_after"]
    return Registry(
        agencies={row.code: row.name for row in agencies},
        topics={row.code: row.name for row in topics},
        places={
            (row.code, row.first): PlaceVersion(row.name, row.parent, row.first, row.until)
            for row in rows
            if row.what == "place"
        },
        agency_children=_group_pairs((row.parent, row.code) for row in agencies if row.parent),
        topic_children=_group_pairs((row.parent, row.code) for row in topics if row.parent),
        agency_successors=_group_pairs(agency_successions),
        agency_predecessors=_group_pairs((later, earlier) for earlier, later in agency_successions),
        place_successors=_group_pairs(place_successions),
        place_predecessors=_group_pairs((later, earlier) for earlier, later in place_successions),
        english={
            (row.what.removesuffix("_english"), row.code if row.first is None else (row.code, row.first)): row.name
            for row in rows
            if row.what.endswith("_english")
        },
        former_names=frozenset((row.name, row.parent) for row in rows if row.what == "former"),
    )


def _group_pairs(pairs: Iterable[tuple[K, T]]) -> dict[K, frozenset[T]]:
    found: dict[K, set[T]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
