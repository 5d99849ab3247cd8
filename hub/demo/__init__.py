"""The registry of Huế and realistic sample content, loaded by `hub demo`.

The facts of the registry are real (administrative units, agencies and their renamings). People and invented documents
are marked as samples.
"""

import json
from importlib.resources import as_file, files
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.registry.commands import load_agencies, load_places, load_spokespersons, load_topics

_DATA = files(__name__) / "data"
CONTENT = "content.jsonl"


def _load_records(name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((_DATA / f"{name}.json").read_text("utf-8"))
    return records


async def load_registry(session: AsyncSession) -> None:
    """Load places, agencies, topics and spokespersons. Idempotent."""
    await load_places(session, _load_records("places"))
    await load_agencies(session, _load_records("agencies"))
    await load_topics(session, _load_records("topics"))
    await load_spokespersons(session, _load_records("spokespersons"))


def content_file() -> Any:
    """A context manager that yields the path of the sample content, a JSONL file."""
    return as_file(_DATA / CONTENT)
