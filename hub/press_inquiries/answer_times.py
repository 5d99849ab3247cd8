"""Times at which a publication answers an inquiry, and is a first word on the incident that it is about.

A document that is newer than the question answers it with its first publication: later corrections make no answer late.
An older one answers it with the first of its editions that became public after the question, in whichever language. A
document that became public between incident and question is a word on the incident; the question is then answered as
soon as it is asked. Anything older answers nothing: such an inquiry is closed with a reason.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.models import PublishedView
from hub.db import table
from hub.domain.lifecycle import DocumentState
from hub.errors import InvalidInput

VIEW = table(PublishedView)
ANSWERS = ("statement", "bulletin")
"""Kinds of documents that can answer the press."""


class Publications:
    """Times at which a public document was published first, and at which each of its editions became public."""

    def __init__(self, first: datetime, editions: list[datetime]):
        self.first = first
        self.editions = sorted(editions)

    def since(self, moment: datetime) -> datetime | None:
        """The first publication if it is not before a moment, else that of the first later edition, or None."""
        return next((time for time in (self.first, *self.editions) if time >= moment), None)


async def read_publications(session: AsyncSession, document: UUID) -> Publications:
    """Read the times of a public statement or bulletin. Raises `InvalidInput` for any other document."""
    editions = func.array_agg(VIEW.c.modified_at)
    is_public = func.bool_or(VIEW.c.seq_to.is_(None))
    query = select(func.min(VIEW.c.published_at), editions).having(is_public)
    query = query.where(VIEW.c.document_id == document, VIEW.c.state == DocumentState.live, VIEW.c.kind.in_(ANSWERS))
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise InvalidInput(
            "There is no public statement or bulletin with this id.",
            field="document",
            expected="a document that the answer was published in",
        )
    return Publications(*found)


def answer_time(published: Publications, asked_at: datetime, incident_at: datetime | None) -> datetime:
    """The time at which a question is answered, never before it is asked. Raises `InvalidInput` for an old document."""
    if (answered := published.since(asked_at)) is not None:
        return answered
    if incident_at is not None and published.since(incident_at) is not None:
        return asked_at
    raise _too_old("Its public edition is older than the question.")


def first_word_time(published: Publications, incident_at: datetime) -> datetime:
    """The time of the first word on an incident: that of the publication itself, whenever the question was asked.

    Raises `InvalidInput` for a document that is older than the incident.
    """
    if (found := published.since(incident_at)) is None:
        raise _too_old("Its public edition is older than the incident.")
    return found


def _too_old(detail: str) -> InvalidInput:
    return InvalidInput(
        detail,
        field="document",
        expected="a document that became public after the question, or after the incident; or to close the inquiry "
        "with a reason that names it",
    )
