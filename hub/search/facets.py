"""Facets for readers: the number of results that share a value, and the value as people write it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import String, column, select, values
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open
from hub.content.stored_views import forget_broken_view, parse_object
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import Database, in_search_pool
from hub.errors import ServiceUnavailable
from hub.i18n.catalogues import format_date, load_catalogue, translate
from hub.legal.types import ENGLISH_TYPES, canonical_type
from hub.registry.hierarchy import Registry, get_registry

log = structlog.get_logger()

Facets = Mapping[str, Sequence[Mapping[str, Any]]]
"""Values with label and count by filter, most frequent first."""

MAX_REMEMBERED_TYPES = 1_000
MAX_SPELLED_AT_ONCE = 20
"""Document types that one search looks up, the most frequent first; the next searches look up the others."""

_SURFACE = "facets"
_spelled_types: WeakKeyDictionary[Database, dict[str, str]] = WeakKeyDictionary()
"""Spelling of document types that are in no law, by their folded form; read once by each process.

A type that no live document has any more is remembered as it is.
"""


async def label_facets(database: Database, counts: Mapping[str, Mapping[str, int]], day: date, lang: str) -> Facets:
    """Add labels to the counts; one statement for document types that this process meets for the first time."""
    registry = await get_registry(database)
    types = await _spell_types(database, counts.get("type", {}))
    return add_labels(counts, registry, day, lang, types)


def add_labels(
    counts: Mapping[str, Mapping[str, int]], registry: Registry, day: date, lang: str, types: Mapping[str, str]
) -> Facets:
    """Add labels in a language to the counts. A value without a name is its own label.

    The count of items in force is that of `day`, the value for the filter of that name.
    """
    return {
        field: [
            {"value": text, "label": _label(field, text, registry, lang, types), "count": count}
            for value, count in sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0])))
            if not _is_duplicate_issuer(field, str(value), values, registry)
            for text in [str(day) if field == "in_force_on" else str(value)]
        ]
        for field, values in counts.items()
    }


def _label(field: str, value: str, registry: Registry, lang: str, types: Mapping[str, str]) -> str:
    named: dict[str, Callable[[str], str | None]] = {
        "agency": lambda code: registry.name_in(lang, "agency", code),
        "issuer": lambda code: registry.name_in(lang, "agency", code),
        "topic": lambda code: registry.name_in(lang, "topic", code),
        "place": lambda code: registry.name_in(lang, "place", code),
        "type": lambda folded: _type_label(folded, lang, types),
        "in_force_on": lambda on: f"{translate(lang, 'facets.in_force_on')} {format_date(lang, on)}",
    }
    if field in named:
        return named[field](value) or value
    key = f"short_kinds.{value}" if field == "kind" else f"facets.{field}.{value}"
    return load_catalogue(lang).by_key.get(key, value)


def _type_label(folded: str, lang: str, types: Mapping[str, str]) -> str | None:
    spelled = canonical_type(folded) or types.get(folded)
    return ENGLISH_TYPES.get(spelled or "", spelled) if lang == "en" else spelled


async def _spell_types(database: Database, counts: Mapping[str, int]) -> Mapping[str, str]:
    """Return the spelling in a live document of each type that is in no law; without those that cannot be read now."""
    known = _spelled_types.setdefault(database, {})
    unknown = [one for one in counts if canonical_type(one) is None and one not in known]
    unknown.sort(key=lambda one: -counts[one])
    room = min(MAX_SPELLED_AT_ONCE, MAX_REMEMBERED_TYPES - len(known))
    if unknown and room > 0:
        try:
            with in_search_pool():
                async with database.read() as connection:
                    known |= await _read_spellings(connection, unknown[:room])
        except (ServiceUnavailable, SQLAlchemyError, OSError) as problem:
            log.warning("facet_labels_unread", problem=type(problem).__name__)
    return known


async def _read_spellings(connection: AsyncConnection, folded: Sequence[str]) -> dict[str, str]:
    """Read the spelling of each type from its newest live document: one statement.

    A type whose document is damaged is left out, and read again by the next search, which ends the alarm.
    The order makes the planner use the index of types, also for a type that no document has.
    """
    asked = values(column("folded", String), name="asked").data([(one,) for one in folded])
    one = (
        select(VIEW.c.card)
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), VIEW.c.doc_type == asked.c.folded)
        .order_by(VIEW.c.published_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = (await connection.execute(select(asked.c.folded, one.label("card")))).all()
    found: dict[str, str] = {}
    for row in rows:
        if row.card is None:
            forget_broken_view(row.folded, _SURFACE)  # what was damaged is no longer live
            found[row.folded] = row.folded
        elif (card := parse_object(row.card, row.folded, _SURFACE)) is not None:
            found[row.folded] = str(card.get("type") or row.folded)
    return found


def _is_duplicate_issuer(field: str, value: str, values: Mapping[str, int], registry: Registry) -> bool:
    """Return True for an issuer's name that is also counted by its code: issuers are stored by code and by name."""
    return field == "issuer" and any(registry.agencies.get(str(other)) == value for other in values)
