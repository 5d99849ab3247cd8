"""What was set aside, with its reason, and its replay; for managers of the source's agency and for the operator."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Select, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.domain.types import Code, Content, View
from hub.errors import NotFound, TransitionConflict
from hub.files.models import KeptOriginal
from hub.manage.models import AuditEntry
from hub.paging import encode_cursor, list_digest
from hub.web.parameters import PageParams
from ingest.sources.commands import OPERATOR
from ingest.sources.pipeline.items import QUARANTINED, requeue
from ingest.sources.queries import item_view, read_keyset_page
from ingest.sources.rows import ITEM, SOURCE, ItemRow
from ingest.sources.views import ItemPage, ItemView

ORIGINAL, AUDIT = table(KeptOriginal), table(AuditEntry)

MAX_RETRIED_ITEMS = 10_000
"""Items retried at once."""


class QuarantineItem(View):
    """Something that was set aside, with what was delivered (mục bị cách ly)."""

    item: ItemView = Field(description="The finding and its reason.")
    record: Any = Field(None, description="The record as delivered; null for pages and files.")
    original_sha256: str | None = Field(None, description="SHA-256 of the page or file that the hub kept.")
    original_size: int | None = Field(None, description="Its size in bytes.")


class QuarantineParams(PageParams):
    """Parameters of the list of what was set aside."""

    source: Code | None = Field(None, description="Only of this source.")
    code: Code | None = Field(None, description="Only for this reason, such as `scanned_pdf`.")


class Retry(Content):
    """What to try again: one source's, or only what has one reason."""

    source: Code = Field(description="Code of the source.", examples=["so-y-te-rss"])
    code: Code | None = Field(None, description="Only what was set aside for this reason.", examples=["scanned_pdf"])


class Retried(BaseModel):
    """How much is tried again."""

    retried: int = Field(description="Findings that wait for the worker now.")


def _quarantined_query(by: Principal | None) -> Select[Any]:
    query = select(ITEM).join(SOURCE, SOURCE.c.code == ITEM.c.source).where(ITEM.c.state == QUARANTINED)
    if by is not None:
        by.require(Scope.sources, by.agency)
        query = query.where(SOURCE.c.agency.in_(sorted(by.agencies)))
    return query


async def list_quarantined(connection: AsyncConnection, by: Principal | None, params: QuarantineParams) -> ItemPage:
    """What was set aside at the sources of a principal's agencies (None: at all), newest first."""
    query = _quarantined_query(by)
    if params.source is not None:
        query = query.where(ITEM.c.source == params.source)
    if params.code is not None:
        query = query.where(ITEM.c.reason["code"].astext == params.code)
    name = list_digest("quarantine", params.source, params.code)
    rows = await read_keyset_page(connection, query, ItemRow, ITEM.c.id, name, params.cursor, params.limit)
    items = [item_view(row) for row in rows[: params.limit]]
    return ItemPage(items=items, next=encode_cursor(name, items[-1].id) if len(rows) > params.limit else None)


async def read_quarantined(connection: AsyncConnection, by: Principal | None, item: int) -> QuarantineItem:
    """One of them with what was delivered. Raises `NotFound`, also for what belongs to another agency."""
    row = await _quarantined_row(connection, by, item)
    kept = select(ORIGINAL.c.sha256, ORIGINAL.c.size).where(ORIGINAL.c.id == row.original_id)
    original = (await connection.execute(kept)).one_or_none() if row.original_id is not None else None
    return QuarantineItem(
        item=item_view(row),
        record=row.record,
        original_sha256=original.sha256 if original else None,
        original_size=original.size if original else None,
    )


async def _quarantined_row(connection: AsyncConnection | AsyncSession, by: Principal | None, item: int) -> ItemRow:
    result = await connection.execute(_quarantined_query(by).where(ITEM.c.id == item))
    row = result.mappings().one_or_none()
    if row is None:
        raise NotFound(f"Nothing with the number {item} is set aside.", field="id")
    return ItemRow(**row)


async def retry_one(session: AsyncSession, by: Principal | None, item: int) -> Retried:
    """Try one again, reading it anew."""
    row = await _quarantined_row(session, by, item)
    return await _retry_items(session, by, row.source, [item])


async def retry_all(session: AsyncSession, by: Principal | None, wanted: Retry) -> Retried:
    """Try everything of one source again that was set aside, or only what has one reason."""
    query = _quarantined_query(by).where(ITEM.c.source == wanted.source)
    if wanted.code is not None:
        query = query.where(ITEM.c.reason["code"].astext == wanted.code)
    chosen = select(query.limit(MAX_RETRIED_ITEMS).subquery().c.id)
    return await _retry_items(session, by, wanted.source, list((await session.execute(chosen)).scalars()))


async def _retry_items(session: AsyncSession, by: Principal | None, source: str, items: list[int]) -> Retried:
    state, agency = (
        await session.execute(select(SOURCE.c.state, SOURCE.c.agency).where(SOURCE.c.code == source))
    ).one_or_none() or (None, None)
    if state is None or (by is not None and agency not in by.agencies):
        raise NotFound(f"There is no source `{source}`.", field="source")
    if state != "active":
        raise TransitionConflict("The source is paused; resume it first.", field="source", expected="active")
    count = await requeue(session, items)
    trace = {
        "actor": by.id if by else OPERATOR,
        "label": by.label if by else "hub quarantine",
        "agency": agency,
        "verb": "quarantine_retried",
        "details": {"source": source, "items": count},
    }
    await session.execute(insert(AUDIT).values(**trace))
    await session.execute(text("SELECT pg_notify('hub_sources', '')"))
    return Retried(retried=count)
