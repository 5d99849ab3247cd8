"""Realistic sample content and sample spokespersons beside the registry of Huế, loaded by `hub demo`.

People and invented documents are marked as samples.
"""

import json
from importlib.resources import as_file, files
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.registry.bundle import bundle_records, load_missing
from hub.registry.difference import RegistryRecord
from hub.registry.entries import RegistryList

_DATA = files(__name__) / "data"
CONTENT = "content.jsonl"


def registry_records() -> list[RegistryRecord]:
    """Read the registry of Huế with the sample spokespersons."""
    people = json.loads((_DATA / "spokespersons.json").read_text("utf-8"))
    return bundle_records("hue") + [RegistryRecord(RegistryList.spokespersons, members) for members in people]


async def load_registry(session: AsyncSession) -> None:
    """Add what is missing of places, agencies, topics and spokespersons. Idempotent."""
    await load_missing(session, registry_records())


def content_file() -> Any:
    """A context manager that yields the path of the sample content, a JSONL file."""
    return as_file(_DATA / CONTENT)
