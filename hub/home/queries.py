"""Queries of the home page: document counts, latest documents, drafts open for comment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open
from hub.content.language_fallback import best_language
from hub.content.live_counts import select_live_counts
from hub.content.sort_order import CLOSES_FIRST, CLOSES_LAST, HAS_END
from hub.content.stored_views import parse_view
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import table
from hub.domain.consultations import window_members
from hub.domain.kinds import KINDS
from hub.domain.kinds.draft import DRAFT
from hub.log.models import LogHead
from hub.registry.queries import has_agencies
from hub.times import VIETNAM, now

HEAD = table(LogHead)
LATEST_PER_KIND = 2
MAX_OPEN_DRAFTS = 4

_IS_LIVE = VIEW.c.state == literal("live", literal_execute=True)
"""In the text of the statement, so that the indexes of drafts fit whatever plan is cached."""


@dataclass(frozen=True)
class HomePosition:
    """Cache key of the home page: the head of the log, the date, and the last end of a consultation.

    While they stay the same, so does the page: the log says that one has ended a little later.
    """

    seq: int
    hash: str
    """Hash of the head: after a restore, another page has the same position."""
    day: date
    ended: datetime | None
    moment: datetime = field(compare=False)
    """The present, for which the page is made."""


@dataclass(frozen=True)
class HomeSummary:
    """The public content at a position of the log, in one language."""

    position: HomePosition
    counts: dict[str, int]
    """Live documents by kind; contains every kind."""
    last: datetime | None
    """Time of the last publication."""
    open_consultations: int
    latest: Sequence[dict[str, Any]]
    """Cards of a few documents of each kind, latest date of issue first."""
    has_registry: bool
    """False while the registry has no agencies, so that nothing can be written."""
    closing: Sequence[dict[str, Any]]
    """Cards of drafts open for comment, earliest closing date first."""


async def read_home_position(connection: AsyncConnection) -> HomePosition:
    """Read the head of the log, the date, and the last end of a consultation: one row, from indexes."""
    moment = now()
    is_draft = VIEW.c.kind == literal(DRAFT.name, literal_execute=True)
    ended = select(VIEW.c.closes_at).where(
        is_draft, currently_open(VIEW), _IS_LIVE, moment >= CLOSES_FIRST, VIEW.c.closes_at.is_not(None)
    )
    last = ended.order_by(CLOSES_FIRST.desc()).limit(1).scalar_subquery()
    row = (await connection.execute(select(HEAD.c.seq, HEAD.c.hash, last.label("ended")))).one()
    return HomePosition(row.seq, row.hash, moment.astimezone(VIETNAM).date(), row.ended, moment)


async def read_home_summary(connection: AsyncConnection, position: HomePosition, lang: str) -> HomeSummary:
    """Read the content of the home page from published views only, in two statements; without content in three."""
    counted = select_live_counts().add_columns(_count_open_drafts(position.moment).label("open"))
    counts = (await connection.execute(counted)).all()
    card_rows = (await connection.execute(_cards_query(position, lang))).all()
    cards = []
    for row in card_rows:
        if (card := parse_view(row.card, row.document_id, "home")) is not None:
            if row.closes_at is not None:
                stated = card.get("consultation") or {}
                card["consultation"] = stated | window_members(row.opens_at, row.closes_at)
            cards.append((row.part, card))
    return HomeSummary(
        position=position,
        counts=dict.fromkeys(KINDS, 0) | {each.kind: each.documents for each in counts},
        last=max((each.changed for each in counts), default=None),
        has_registry=bool(counts) or await has_agencies(connection),
        open_consultations=counts[0].open if counts else 0,
        latest=sorted(
            (card for part, card in cards if part == "latest"),
            key=lambda card: (card["issued_on"], card["published_at"], card["id"]),
            reverse=True,
        ),
        closing=[card for part, card in cards if part == "closing"],
    )


def _count_open_drafts(moment: datetime) -> ScalarSelect[int]:
    """Count the live drafts whose consultation is open; the first condition bounds the scan of the index."""
    of_drafts = VIEW.c.kind == literal(DRAFT.name, literal_execute=True)
    is_open = (moment < CLOSES_LAST, HAS_END, VIEW.c.opens_at <= moment)
    query = select(func.count(VIEW.c.document_id.distinct())).where(of_drafts, currently_open(VIEW), _IS_LIVE, *is_open)
    return query.scalar_subquery()


def _cards_query(position: HomePosition, lang: str) -> Any:
    """The latest documents of each kind, each from the index of the kind, and the open drafts."""
    live = (currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language(lang))

    def part(name: str, query: Select[Any]) -> Select[Any]:
        inner = query.subquery()
        return select(
            literal(name).label("part"), inner.c.document_id, inner.c.card, inner.c.opens_at, inner.c.closes_at
        )

    card = select(VIEW.c.document_id, VIEW.c.card, VIEW.c.opens_at, VIEW.c.closes_at)
    newest = [
        part(
            "latest",
            card.where(VIEW.c.kind == kind, VIEW.c.issued_on <= position.day, *live)
            .order_by(VIEW.c.issued_on.desc(), VIEW.c.document_id.desc())
            .limit(LATEST_PER_KIND),
        )
        for kind in KINDS
    ]
    closing = part(
        "closing",
        card.where(VIEW.c.kind == literal(DRAFT.name, literal_execute=True), _IS_LIVE, *live)
        .where(position.moment < CLOSES_LAST, HAS_END, VIEW.c.opens_at <= position.moment)
        .order_by(CLOSES_LAST, VIEW.c.document_id)
        .limit(MAX_OPEN_DRAFTS),
    )
    return union_all(*newest, closing)
