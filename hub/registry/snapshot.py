"""Reads of the whole registry as entries with their versions, for editing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.registry.consistency import RegistryState
from hub.registry.entries import (
    ENTRY_MODELS,
    EntryKey,
    FormerName,
    PlaceSuccessorEntry,
    RegistryEntry,
    RegistryList,
    entry_key,
)
from hub.registry.models import UNKNOWN_FIRST_DAY, Agency, AgencySuccessor, Place, PlaceSuccessor, Spokesperson, Topic

TABLES = {
    RegistryList.agencies: table(Agency),
    RegistryList.topics: table(Topic),
    RegistryList.places: table(Place),
    RegistryList.spokespersons: table(Spokesperson),
}
AGENCY_SUCCESSOR, PLACE_SUCCESSOR = table(AgencySuccessor), table(PlaceSuccessor)


@dataclass(frozen=True)
class RegistrySnapshot:
    """All entries of the registry, and their versions."""

    state: RegistryState
    versions: Mapping[EntryKey, int]


async def read_snapshot(session: AsyncSession | AsyncConnection) -> RegistrySnapshot:
    """Read the registry as this transaction sees it, in one statement for each table."""
    after: dict[tuple[RegistryList, str, Any], list[Any]] = {}
    for row in await session.execute(select(AGENCY_SUCCESSOR).order_by(*AGENCY_SUCCESSOR.c)):
        after.setdefault((RegistryList.agencies, row.code, None), []).append(row.successor)
    for row in await session.execute(select(PLACE_SUCCESSOR).order_by(*PLACE_SUCCESSOR.c)):
        one = {"code": row.successor, "valid_from": _day_or_none(row.successor_from), "whole": row.whole}
        after.setdefault((RegistryList.places, row.code, _day_or_none(row.valid_from)), []).append(one)
    state, versions = {}, {}
    for kind, source in TABLES.items():
        model = ENTRY_MODELS[kind]
        for found in (await session.execute(select(source).order_by(*source.primary_key))).mappings():
            members = {name: _day_or_none(found[name]) for name in model.model_fields if name in found}
            if "successors" in model.model_fields:
                day = members["valid_from"] if kind is RegistryList.places else None
                members["successors"] = after.get((kind, found["code"], day), [])
            entry = _stored_entry(kind, members)
            state[entry_key(entry)] = entry
            versions[entry_key(entry)] = found["version"]
    return RegistrySnapshot(state, versions)


def _stored_entry(kind: RegistryList, members: Mapping[str, Any]) -> RegistryEntry:
    """Build a stored entry; one that breaks a later rule is taken as it is, so that it can be read and mended."""
    try:
        return ENTRY_MODELS[kind].model_validate(members)
    except ValidationError:
        nested: dict[str, Any] = {}
        if kind is RegistryList.places:
            nested["successors"] = [PlaceSuccessorEntry.model_construct(**one) for one in members["successors"]]
        if "former_names" in members:
            nested["former_names"] = [FormerName.model_validate(one) for one in members["former_names"]]
        return ENTRY_MODELS[kind].model_construct(**{**members, **nested})


def _day_or_none(value: Any) -> Any:
    return None if value == UNKNOWN_FIRST_DAY else value
