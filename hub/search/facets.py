"""Facets for readers: the number of results that share a value, and the value as people write it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import String, column, select, values

from hub.content.as_of import currently_open
from hub.content.stored_views import parse_object
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import Database
from hub.i18n.catalogues import format_date, load_catalogue, translate
from hub.legal.types import ENGLISH_TYPES, canonical_type
from hub.registry.hierarchy import Registry, get_registry

Facets = Mapping[str, Sequence[Mapping[str, Any]]]
"""Values with label and count by filter, most frequent first."""

MAX_REMEMBERED_TYPES = 1_000

_spelled_types: WeakKeyDictionary[Database, dict[str, str]] = WeakKeyDictionary()
"""Spelling of document types that are in no law, by their folded form; read once by each process."""


async def label_facets(database: Database, counts: Mapping[str, Mapping[str, int]], day: date, lang: str) -> Facets:
    """Add labels to the counts; one statement for document types that this process meets for the first time."""
    registry = await get_registry(database)
    types = await _spell_types(database, counts.get("type", ()))
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


async def _spell_types(database: Database, folded: Iterable[str]) -> Mapping[str, str]:
    """Return the spelling in a live document of each type that is in no law."""
    known = _spelled_types.setdefault(database, {})
    unknown = [(one,) for one in folded if canonical_type(one) is None and one not in known]
    if unknown and len(known) < MAX_REMEMBERED_TYPES:
        asked = values(column("folded", String), name="asked").data(unknown)
        one = (
            select(VIEW.c.card)
            .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), VIEW.c.doc_type == asked.c.folded)
            .limit(1)
            .scalar_subquery()
        )
        async with database.read() as connection:
            rows = (await connection.execute(select(asked.c.folded, one.label("card")))).all()
        for row in rows:
            card = parse_object(row.card, row.folded, "facets") if row.card is not None else None
            known[row.folded] = str((card or {}).get("type") or row.folded)
    return known


def _is_duplicate_issuer(field: str, value: str, values: Mapping[str, int], registry: Registry) -> bool:
    """Return True for an issuer's name that is also counted by its code: issuers are stored by code and by name."""
    return field == "issuer" and any(registry.agencies.get(str(other)) == value for other in values)
