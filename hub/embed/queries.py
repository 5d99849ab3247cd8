"""Queries of an embedded list and of its configurator."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.filter_expansion import expand_filters
from hub.content.pictures import add_pictures_to
from hub.content.queries import ViewRow, list_views
from hub.db import Database
from hub.domain.consultations import last_day
from hub.domain.kinds.draft import DRAFT, ConsultationState
from hub.embed.params import EmbedParams
from hub.registry.hierarchy import get_registry
from hub.registry.queries import list_agencies, list_places, list_topics
from hub.times import today

MAX_CHOICES = 2_000


async def read_items(database: Database, params: EmbedParams) -> list[dict[str, Any]]:
    """Read cards of the requested kinds, last published first: one statement per kind, one for their pictures."""
    expanded = await expand_filters(database, params.filters)
    rows: list[ViewRow] = []
    for kind in params.kinds:
        page = await list_views(
            database,
            kind,
            params.filters,
            expanded=expanded,
            lang=params.lang,
            limit=params.limit,
            # Only drafts say something of the present here: until when people may comment.
            with_now=kind == DRAFT.name,
            with_cursors=False,
        )
        rows += page.items
    found = [json.loads(row.json) | {"until": _comment_until(row)} for row in await add_pictures_to(database, rows)]
    if len(params.kinds) > 1:
        found.sort(key=lambda card: (card["published_at"], card["issued_on"]), reverse=True)
    return found[: params.limit]


async def read_agency_name(database: Database, code: str, lang: str) -> str | None:
    """Read the name of an agency from the cached registry."""
    return (await get_registry(database)).name_in(lang, "agency", code)


def _comment_until(row: ViewRow) -> str | None:
    """Return the last day on which people may comment on a draft; None if they may not, or may no longer."""
    consultation = (row.beside.get("now") or {}).get("consultation")
    if consultation is None or consultation["state"] == ConsultationState.closed:
        return None
    return str(last_day(datetime.fromisoformat(consultation["closes_at"])))


@dataclass(frozen=True)
class Choices:
    """Codes and names of the values by which a list can be filtered."""

    agencies: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    places: list[tuple[str, str]]


async def read_choices(connection: AsyncConnection, lang: str) -> Choices:
    """Read the registry entries that are valid today, in three statements."""
    agencies = await list_agencies(connection, valid_on=today(), lang=lang, limit=MAX_CHOICES)
    topics = await list_topics(connection, lang=lang, limit=MAX_CHOICES)
    places = await list_places(connection, valid_on=today(), lang=lang, limit=MAX_CHOICES)
    return Choices(*([(item.code, item.name) for item in page.items] for page in (agencies, topics, places)))
