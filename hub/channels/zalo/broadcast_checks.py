"""Checks of a broadcast that need no call: what the public may read now is what a second person approved and what the
article shows. They are made when a broadcast is prepared, and again immediately before its call, hours or days later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.port import ChannelReply, ItemHold, ItemState, ReplyKind, Work
from hub.channels.rows import COPY, ITEM
from hub.channels.zalo.ledger import BROADCAST
from hub.content.models import Edition
from hub.content.publishing import VIEW
from hub.db import table
from hub.domain.lifecycle import DocumentState

EDITION = table(Edition)

_OPEN = (ItemState.queued, ItemState.held, ItemState.sending, ItemState.unknown, ItemState.in_review)


@dataclass(frozen=True)
class BroadcastFacts:
    """Facts of a broadcast's edition and article, as the database has them."""

    edition: int
    """Edition that the broadcast is about."""
    view: Any
    """Open view, with `edition`, `state`, `valid_until` and `channels`; None without one."""
    approval: Any
    """Row of the edition with `approved_by` and `written_by`; None without one."""
    is_article_open: bool
    """True if anything about the article is still to be done or to be found out."""
    copy: Any
    """Copy at Zalo, with `remote`, `state` and `edition`; None without one."""


async def read_facts(connection: AsyncConnection, work: Work) -> BroadcastFacts:
    """Read the facts of an item whose payload names document, language and edition."""
    document, lang = UUID(work.payload["document_id"]), work.payload["lang"]
    edition = int(work.payload["edition"])
    # What waits is read first: an article that is shown in between is found.
    of_article = (ITEM.c.channel == "zalo", ITEM.c.document_id == document, ITEM.c.lang == lang)
    waits = select(ITEM.c.id).where(*of_article, ITEM.c.state.in_([state.value for state in _OPEN])).limit(1)
    is_article_open = (await connection.execute(waits)).one_or_none() is not None
    shown = select(COPY.c.remote, COPY.c.state, COPY.c.edition).where(
        COPY.c.channel == "zalo", COPY.c.document_id == document, COPY.c.lang == lang
    )
    copy = (await connection.execute(shown)).one_or_none()
    approved = select(EDITION.c.approved_by, EDITION.c.written_by).where(
        EDITION.c.document_id == document, EDITION.c.lang == lang, EDITION.c.number == edition
    )
    approval = (await connection.execute(approved)).one_or_none()
    public = select(VIEW.c.edition, VIEW.c.state, VIEW.c.valid_until, VIEW.c.channels).where(
        VIEW.c.document_id == document, VIEW.c.lang == lang, VIEW.c.seq_to.is_(None)
    )
    view = (await connection.execute(public)).one_or_none()
    return BroadcastFacts(edition, view, approval, is_article_open, copy)


def check_facts(facts: BroadcastFacts, moment: datetime, wait: timedelta) -> ChannelReply | str:
    """Return the id of the article to send, or the reply of a broadcast that is not sent now, or never. Pure."""
    if (problem := _find_problem(facts, moment)) is not None:
        return ChannelReply(ReplyKind.failed, words=problem)
    if facts.is_article_open:
        words = "It waits until its article is shown."
        return ChannelReply(ReplyKind.hold, words=words, hold=ItemHold.article, until=moment + wait)
    copy = facts.copy
    if copy is None or copy.state != ItemState.live or not copy.remote.get("id"):
        return ChannelReply(ReplyKind.failed, words="Its article is not on Zalo, so there is nothing to send.")
    if copy.edition != facts.edition:
        words = f"Its article shows edition {copy.edition} and not {facts.edition}, so it is not broadcast."
        return ChannelReply(ReplyKind.failed, words=words)
    return str(copy.remote["id"])


def _find_problem(facts: BroadcastFacts, moment: datetime) -> str | None:
    view, approval = facts.view, facts.approval
    if view is None or view.state != DocumentState.live:
        return "The bulletin is not public any more, so it is not broadcast."
    if view.edition != facts.edition:
        return f"Edition {view.edition} took the place of edition {facts.edition}, so that is not broadcast."
    if view.valid_until is not None and view.valid_until <= moment:
        return "The bulletin has expired, so it is not broadcast."
    if BROADCAST not in (view.channels or ()):
        return f"The bulletin does not name `{BROADCAST}` any more, so it is not broadcast."
    if approval is None or approval.approved_by is None or approval.approved_by == approval.written_by:
        return "No second person approved this edition, so it is not broadcast."
    return None
