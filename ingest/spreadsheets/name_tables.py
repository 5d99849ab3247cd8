"""The names of the registry as JSON, loaded for the sandbox, where no database is."""

from typing import Any

from sqlalchemy import select

from hub.db import Database
from hub.registry.models import Agency, Place, Spokesperson, Topic
from ingest.spreadsheets.table_names import AGENCIES, PLACES, SPOKESPERSONS, TOPICS, NameTables

_MODELS = {AGENCIES: Agency, TOPICS: Topic, PLACES: Place, SPOKESPERSONS: Spokesperson}


async def load_name_tables(database: Database) -> NameTables:
    """Load code, name, first day, first day after the last, and agency of every entry, by list."""
    async with database.write() as session:
        return {
            name: [_entry(row) for row in (await session.execute(select(model))).scalars().all()]
            for name, model in _MODELS.items()
        }


def _entry(row: Any) -> list[str | None]:
    first, last = getattr(row, "valid_from", None), getattr(row, "valid_to", None)
    days = [each.isoformat() if each else None for each in (first, last)]
    return [row.code, row.name, *days, getattr(row, "agency", None)]
