"""Registries that come with the hub, by name: `hue` has the agencies, topics and places of Huế.

A bundle is loaded by adding what the registry does not have yet: what people changed since is never undone.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from hub.registry.commands import lock_registry, write_changes
from hub.registry.consistency import RegistryState
from hub.registry.difference import RegistryRecord, compare
from hub.registry.entries import RegistryList
from hub.times import now, today

_DATA = files("hub.registry") / "data"
BUNDLES = ("hue",)
"""Names of the bundled registries."""


def bundle_records(name: str) -> list[RegistryRecord]:
    """Read the records of a bundled registry."""
    folder = _DATA / name
    return [
        RegistryRecord(kind, members, name)
        for kind in (RegistryList.places, RegistryList.agencies, RegistryList.topics)
        for members in json.loads((folder / f"{kind}.json").read_text("utf-8"))
    ]


def missing_records(state: RegistryState, records: Iterable[RegistryRecord]) -> list[RegistryRecord]:
    """Keep the records whose code the registry does not have; of a place, also those of other first days."""
    codes = {(kind, code) for kind, code, _ in state}
    units = {(code, str(day) if day else None) for kind, code, day in state if kind is RegistryList.places}

    def is_missing(record: RegistryRecord) -> bool:
        if record.list is RegistryList.places:
            return (record.members["code"], record.members.get("valid_from")) not in units
        return (record.list, record.members["code"]) not in codes

    return [record for record in records if is_missing(record)]


async def load_missing(session: AsyncSession, records: Iterable[RegistryRecord], *, at: datetime | None = None) -> int:
    """Add the entries that the registry does not have; return their number. Running it again changes nothing.

    Records that would contradict the present registry are left out with everything else: then nothing is added.
    """
    state = (await lock_registry(session)).state
    found = compare(state, missing_records(state, records), today())
    if found.faults:
        return 0
    await write_changes(session, found.changes, at or now())
    return len(found.changes)
