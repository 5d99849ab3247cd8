"""Loader of the data of a document's page and JSON-LD object."""

from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.queries import list_cited_documents
from hub.content.as_of import currently_open
from hub.content.legal_force import load_legal_force
from hub.content.queries import get_view
from hub.content.relations import RelatedPage, list_related
from hub.content.visibility import VIEW, Pointer
from hub.domain.kinds.policy import POLICY, LegalForce
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.permalinks.json_ld import to_json_ld
from hub.permalinks.page import PageContext
from hub.times import today

MAX_RELATED = 50
"""Maximum number of relations, newest related documents first."""
MAX_CITED = 100
"""Maximum number of cited documents, in order of their first citation."""


async def load_page_context(
    connection: AsyncConnection, document_id: UUID, *, lang: str, base: str
) -> PageContext | Pointer:
    """Load the data of a document's page, in five statements. Raises what `get_view` raises."""
    found = await get_view(connection, document_id, lang=lang)
    if isinstance(found, Pointer):
        return found
    item = orjson.loads(found.json)
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
    return PageContext(
        item=item,
        base=base,
        languages=await _read_languages(connection, document_id),
        json_ld=to_json_ld(item, base, force=force, related=listed, cited=cited),
        related=listed,
        cited=cited,
    )


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
