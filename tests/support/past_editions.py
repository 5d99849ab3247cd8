"""Documents with a past: editions and verbs at moments a test chooses."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from hub.content import commands
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.times import VIETNAM


def at(day: str, clock: str = "12:00") -> datetime:
    """A moment in Việt Nam."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=VIETNAM)


async def edition(
    database: Database,
    kind: str,
    content: dict[str, Any],
    moment: datetime,
    *,
    document_id: UUID | None = None,
    lang: str = "vi",
    **about: Any,
) -> UUID:
    """Publish an edition at a moment."""
    async with database.write() as session:
        if document_id is None:
            document = await commands.create_document(session, document_id=uuid4(), kind=kind, owner="ubnd-hue")
        else:
            document = (await commands.lock_documents(session, [document_id]))[document_id]
        saved = await commands.save_edition(session, document, lang=lang, content=content, by="test", **about)
        assert saved.id is not None
        await commands.publish(session, [saved.id], verb=Verb.publish_trusted, at=moment)
        return document.id


async def done(database: Database, verb: str, document_id: UUID, moment: datetime | None = None, **how: Any) -> None:
    """Withdraw, restore, redirect a document, or let it be gone, at a moment."""
    async with database.write() as session:
        document = (await commands.lock_documents(session, [document_id]))[document_id]
        command = commands.remove_document if verb == "gone" else getattr(commands, verb)
        await command(session, document, at=moment, **how)


def dates(effective: str | None = None, expiry: str | None = None, issued: str = "2026-01-05") -> list[dict[str, Any]]:
    """Dates of law."""
    found = {"issued": issued, "effective": effective, "expiry": expiry}
    return [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in found.items() if on is not None]


def to(relation: str, target: UUID, note: str | None = None) -> list[dict[str, Any]]:
    """One relation to an earlier document."""
    return [{"type": relation, "id": str(target), "note": note}]


__all__ = ["at", "dates", "done", "edition", "to"]
