"""Loader of the data of a document's page and JSON-LD object."""

from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.queries import list_cited_documents
from hub.content.as_of import currently_open
from hub.content.consultation_registry import read_consultation_summary
from hub.content.legal_force import load_legal_force
from hub.content.pictures import load_pictures
from hub.content.queries import get_view
from hub.content.relations import RelatedPage, list_related
from hub.content.stored_views import parse_view, render_view
from hub.content.visibility import VIEW, Pointer
from hub.domain.consultations import window_members
from hub.domain.kinds.policy import POLICY, LegalForce
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.domain.pictures import find_file_ids
from hub.permalinks.json_ld import to_json_ld
from hub.permalinks.page import PageContext
from hub.permalinks.plain_page import PlainPage
from hub.times import today

SURFACE = "page"
"""Name of the page and its JSON-LD in reports of broken views."""
MAX_RELATED = 50
"""Maximum number of relations, newest related documents first."""
MAX_CITED = 100
"""Maximum number of cited documents, in order of their first citation."""


async def load_page_context(
    connection: AsyncConnection, document_id: UUID, *, lang: str, base: str, with_answers: bool = False
) -> PageContext | PlainPage | Pointer:
    """Load the data of a document's page in five statements, six with files; a `PlainPage` if its view is broken.

    `with_answers` adds what a page shows of the consultation on a draft. Raises what `get_view` raises.
    """
    found = await get_view(connection, document_id, lang=lang)
    if isinstance(found, Pointer):
        return found
    item = parse_view(found.json, document_id, SURFACE, full=True)
    if item is None:
        return await load_plain_page(connection, document_id, found.kind, lang=found.lang, base=base)
    if found.window is not None:
        stated = item.get("consultation") or {"contact": None, "url": None}
        item["consultation"] = stated | window_members(*found.window)
    pictures = await load_pictures(connection, find_file_ids(found.json))
    force: LegalForce | None = None
    if found.kind == POLICY.name:
        answer = await load_legal_force(connection, document_id, day=today(), lang=found.lang)
        if not isinstance(answer, Pointer):
            force = answer.legal_force
            item["legal_force"] = force.value
    others = await list_related(connection, document_id, lang=found.lang, limit=MAX_RELATED)
    listed = [] if not isinstance(others, RelatedPage) else [(one, orjson.loads(one.json)) for one in others.items]
    cited = [
        orjson.loads(card) for card in await list_cited_documents(connection, document_id, lang=lang, limit=MAX_CITED)
    ]
    has_summary = with_answers and found.window is not None
    return PageContext(
        item=item,
        base=base,
        languages=await _read_languages(connection, document_id),
        json_ld=render_view(
            document_id,
            SURFACE,
            lambda: to_json_ld(item, base, force=force, related=listed, cited=cited, pictures=pictures),
            PlainPage.of_card(document_id, found.kind, found.lang, base, item).json_ld,
            part="json_ld",
        )
        or {},
        related=listed,
        cited=cited,
        pictures=pictures,
        consultation=await read_consultation_summary(connection, document_id, found.lang) if has_summary else None,
    )


async def load_plain_page(
    connection: AsyncConnection, document_id: UUID, kind: str, *, lang: str, base: str
) -> PlainPage:
    """Load what is known of a document whose full view is broken: its card, if that is whole."""
    query = select(VIEW.c.card).where(VIEW.c.document_id == document_id, VIEW.c.lang == lang, currently_open(VIEW))
    card = (await connection.execute(query)).scalar_one_or_none()
    return PlainPage.of_card(document_id, kind, lang, base, parse_view(card, document_id, SURFACE))


async def _read_languages(connection: AsyncConnection, document_id: UUID) -> list[str]:
    """The languages in which a document can be read, in descending order (vi before en)."""
    readable = [
        state
        for state in DocumentState
        if SHOWS[state][Surface.detail] in (Visibility.text, Visibility.text_with_reason)
    ]
    query = (
        select(VIEW.c.lang)
        .where(VIEW.c.document_id == document_id, currently_open(VIEW), VIEW.c.state.in_(readable))
        .order_by(VIEW.c.lang.desc())
    )
    return list((await connection.execute(query)).scalars())
