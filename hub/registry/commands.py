"""Commands that load the registry (agencies, topics, places, spokespersons) from data files. Loading is idempotent."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from hub.db import table
from hub.registry.models import UNKNOWN_FIRST_DAY, Agency, AgencySuccessor, Place, PlaceSuccessor, Spokesperson, Topic
from hub.text import sort_key

RegistryRecord = Mapping[str, Any]


async def load_agencies(session: AsyncSession, records: Iterable[RegistryRecord]) -> None:
    """Upsert agencies from `[{code, name, name_en, level, parent, place, valid_from, valid_to, successors}]`."""
    records = list(records)
    rows = [_row(record, ("valid_from", "valid_to"), ("successors",)) for record in records]
    # Parents are set in a second pass, so that the file's order does not matter.
    await _upsert(session, Agency, [row | {"parent": None} for row in rows])
    await _upsert(session, Agency, rows)
    successors = [
        {"code": record["code"], "successor": successor}
        for record in records
        for successor in record.get("successors", ())
    ]
    await _replace(session, AgencySuccessor, successors)


async def load_topics(session: AsyncSession, records: Iterable[RegistryRecord]) -> None:
    """Upsert topics from `[{code, name, name_en, parent}]`."""
    rows = [_row(record) for record in records]
    await _upsert(session, Topic, [row | {"parent": None} for row in rows])
    await _upsert(session, Topic, rows)


async def load_spokespersons(session: AsyncSession, records: Iterable[RegistryRecord]) -> None:
    """Upsert spokespersons from `[{code, agency, name, title, phone, email, valid_from, valid_to}]`."""
    await _upsert(session, Spokesperson, [_row(record, ("valid_from", "valid_to")) for record in records])


async def load_places(session: AsyncSession, records: Iterable[RegistryRecord]) -> None:
    """Upsert places from `[{code, valid_from, valid_to, name, level, parent, successors}]`.

    `successors` is `[{code, valid_from, whole}]`.
    """
    records = list(records)
    rows = [_row(record, ("valid_from", "valid_to"), ("successors",)) for record in records]
    await _upsert(session, Place, [row | {"valid_from": row["valid_from"] or UNKNOWN_FIRST_DAY} for row in rows])
    successors = [
        {
            "code": record["code"],
            "valid_from": _parse_date(record["valid_from"]) or UNKNOWN_FIRST_DAY,
            "successor": successor["code"],
            "successor_from": _parse_date(successor["valid_from"]) or UNKNOWN_FIRST_DAY,
            "whole": successor.get("whole", True),
        }
        for record in records
        for successor in record.get("successors", ())
    ]
    await _replace(session, PlaceSuccessor, successors)


def _parse_date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _row(record: RegistryRecord, dates: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> dict[str, Any]:
    row = {key: value for key, value in record.items() if key not in without}
    return row | {name: _parse_date(record.get(name)) for name in dates} | {"sort_key": sort_key(record["name"])}


async def _upsert(session: AsyncSession, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    target = table(model)
    keys = [column.name for column in target.primary_key]
    for row in rows:
        statement = insert(target).values(**row)
        changed = {name: statement.excluded[name] for name in row if name not in keys}
        await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def _replace(session: AsyncSession, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    target = table(model)
    await session.execute(delete(target))
    if rows:
        await session.execute(insert(target), rows)
