"""Realistic sample content and sample spokespersons beside the registry of Huế, loaded by `hub demo`.

People and invented documents are marked as samples. The pictures were drawn and the files written for it.
"""

import json
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
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


async def load_registry(session: AsyncSession, *, at: datetime | None = None) -> None:
    """Add what is missing of places, agencies, topics and spokespersons. Idempotent."""
    await load_missing(session, registry_records(), at=at)


def content_file() -> AbstractContextManager[Path]:
    """A context manager that yields the path of the sample content, a JSONL file."""
    return as_file(_DATA / CONTENT)


def content_records() -> list[dict[str, Any]]:
    """Read the records of the sample content."""
    return [json.loads(line) for line in (_DATA / CONTENT).read_text("utf-8").splitlines()]


def publication_dates() -> dict[str, datetime]:
    """Read the times at which a new hub publishes the records, by `source_id`: some weeks of an agency's work."""
    dates: dict[str, str] = json.loads((_DATA / "dates.json").read_text("utf-8"))
    return {source_id: datetime.fromisoformat(date) for source_id, date in dates.items()}


def consultation_steps() -> list[dict[str, Any]]:
    """Read what editors did with the sample consultations, so that there is one in each state."""
    steps: list[dict[str, Any]] = json.loads((_DATA / "consultations.json").read_text("utf-8"))
    return steps


def sample_comments() -> list[dict[str, Any]]:
    """Read the comments, letters and answers of the sample consultations, one object for each consultation."""
    comments: list[dict[str, Any]] = json.loads((_DATA / "comments.json").read_text("utf-8"))
    return comments


def read_file(name: str) -> bytes:
    """Read a picture or file of the sample content."""
    return (_DATA / "files" / name).read_bytes()
