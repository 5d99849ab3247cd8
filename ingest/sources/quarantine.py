"""The quarantine of sources: items with the reason, and their retry, for managers of the agency and the operator."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Select, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.domain.scalars import Code
from hub.domain.types import Content, View
from hub.errors import NotFound, TransitionConflict, UnknownReference
from hub.manage.models import AuditEntry
from hub.paging import encode_cursor, list_digest, select_page_before
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.web.parameters import PageParams
from ingest.sources.pipeline.items import QUARANTINED, requeue
from ingest.sources.queries import item_view, item_views
from ingest.sources.reach import OPERATOR
from ingest.sources.rows import ITEM, SOURCE, ItemRow, SourceRow
from ingest.sources.stored_original import OriginalRow, find_original
from ingest.sources.views import ItemPage, ItemView

AUDIT = table(AuditEntry)
QUARANTINE_PATH = "/api/v1/manage/quarantine"

MAX_RETRIED_ITEMS = 10_000
"""Largest number of items that are retried at once."""


class QuarantineItem(View):
    """A quarantined item as it was delivered (mục bị cách ly)."""

    item: ItemView = Field(description="The item with the reason for its quarantine.")
    record: Any = Field(None, description="The record as delivered; null for pages and files.")
    original_sha256: str | None = Field(None, description="SHA-256 of the page or file that the hub stored.")
    original_size: int | None = Field(None, description="Size of the page or file in bytes.")
    original_path: str | None = Field(
        None,
        description="Path at which the page or file is downloaded.",
        examples=["/api/v1/manage/quarantine/7/original"],
    )
    reading_path: str | None = Field(
        None,
        description="Path at which the page or file is read again, with its text and what was expected where.",
        examples=["/api/v1/manage/quarantine/7/reading"],
    )


class QuarantineParams(PageParams):
    """Query parameters of the list of quarantined items."""

    source: Code | None = Field(None, description="Code of a source: only its items.")
    code: Code | None = Field(None, description="Code of a reason, such as `scanned_pdf`: only items with it.")


class Retry(Content):
    """The items to retry: all of one source, or those with one reason."""

    source: Code = Field(description="Code of the source.", examples=["so-y-te-rss"])
    code: Code | None = Field(None, description="Code of a reason: only items with it.", examples=["scanned_pdf"])


class RetryResult(BaseModel):
    """The number of items that are retried."""

    retried: int = Field(description="Number of items that now wait for the worker.")


def _quarantined_query(by: Principal | None) -> Select[Any]:
    query = select(ITEM).join(SOURCE, SOURCE.c.code == ITEM.c.source).where(ITEM.c.state == QUARANTINED)
    if by is not None:
        by.require(Scope.sources, by.agency)
        query = query.where(SOURCE.c.agency.in_(sorted(by.agencies)))
    return query


async def list_quarantined(
    connection: AsyncConnection, by: Principal | None, params: QuarantineParams, writer: ProblemWriter
) -> ItemPage:
    """List quarantined items of the sources of a principal's agencies (None: of all sources), newest first."""
    query = _quarantined_query(by)
    if params.source is not None:
        await _require_source(connection, by, params.source)
        query = query.where(ITEM.c.source == params.source)
    if params.code is not None:
        query = query.where(ITEM.c.reason["code"].astext == params.code)
    name = list_digest("quarantine", params.source, params.code)
    page = select_page_before(query, ITEM.c.id, name, params.cursor, params.limit)
    rows = [ItemRow(**row) for row in (await connection.execute(page)).mappings()]
    kept = rows[: params.limit]
    return ItemPage(
        items=item_views(kept, writer), next=encode_cursor(name, kept[-1].id) if len(rows) > params.limit else None
    )


async def _require_source(connection: AsyncConnection, by: Principal | None, code: str) -> None:
    """Raise `UnknownReference` for a source that does not exist, or that is of another agency: nobody learns of it."""
    query = select(SOURCE.c.code).where(SOURCE.c.code == code)
    if by is not None:
        query = query.where(SOURCE.c.agency.in_(sorted(by.agencies)))
    if (await connection.execute(query)).scalar_one_or_none() is None:
        raise UnknownReference(
            fill("You have no source `{code}`.", code=code), field="source", expected="a code of /api/v1/manage/sources"
        )


async def read_quarantined(
    connection: AsyncConnection, by: Principal | None, item: int, writer: ProblemWriter
) -> QuarantineItem:
    """Read a quarantined item as it was delivered. Raises `NotFound`, also for an item of another agency."""
    row = await _quarantined_row(connection, by, item)
    original = await find_original(connection, row.original_id)
    path = f"{QUARANTINE_PATH}/{row.id}" if original else None
    return QuarantineItem(
        item=item_view(row, writer),
        record=row.record,
        original_sha256=original.sha256 if original else None,
        original_size=original.size if original else None,
        original_path=path and f"{path}/original",
        reading_path=path and f"{path}/reading",
    )


async def find_quarantined_original(
    connection: AsyncConnection, by: Principal | None, item: int
) -> tuple[ItemRow, SourceRow, OriginalRow]:
    """Find the stored page or file of a quarantined item. Raises `NotFound`, also for an item without one."""
    row = await _quarantined_row(connection, by, item)
    original = await find_original(connection, row.original_id)
    if original is None:
        raise NotFound("The item has no stored page or file.", field="id")
    found = (await connection.execute(select(SOURCE).where(SOURCE.c.code == row.source))).mappings().one()
    return row, SourceRow(**found), original


async def _quarantined_row(connection: AsyncConnection | AsyncSession, by: Principal | None, item: int) -> ItemRow:
    result = await connection.execute(_quarantined_query(by).where(ITEM.c.id == item))
    row = result.mappings().one_or_none()
    if row is None:
        raise NotFound(fill("There is no quarantined item with the number {item}.", item=item), field="id")
    return ItemRow(**row)


async def retry_one(session: AsyncSession, by: Principal | None, item: int) -> RetryResult:
    """Retry one item: it is fetched and extracted again."""
    row = await _quarantined_row(session, by, item)
    return await _retry_items(session, by, row.source, [item])


async def retry_all(session: AsyncSession, by: Principal | None, request: Retry) -> RetryResult:
    """Retry all quarantined items of one source, or those with one reason, at most `MAX_RETRIED_ITEMS`."""
    query = _quarantined_query(by).where(ITEM.c.source == request.source)
    if request.code is not None:
        query = query.where(ITEM.c.reason["code"].astext == request.code)
    chosen = select(query.limit(MAX_RETRIED_ITEMS).subquery().c.id)
    return await _retry_items(session, by, request.source, list((await session.execute(chosen)).scalars()))


async def _retry_items(session: AsyncSession, by: Principal | None, source: str, items: list[int]) -> RetryResult:
    state, agency = (
        await session.execute(select(SOURCE.c.state, SOURCE.c.agency).where(SOURCE.c.code == source))
    ).one_or_none() or (None, None)
    if state is None or (by is not None and agency not in by.agencies):
        raise NotFound(fill("There is no source `{source}`.", source=source), field="source")
    if state != "active":
        raise TransitionConflict("The source is paused; resume it first.", field="source", expected="active")
    count = await requeue(session, items)
    entry = {
        "actor": by.id if by else OPERATOR,
        "label": by.label if by else "hub quarantine",
        "agency": agency,
        "verb": "quarantine_retried",
        "details": {"source": source, "items": count},
    }
    await session.execute(insert(AUDIT).values(**entry))
    await session.execute(text("SELECT pg_notify('hub_sources', '')"))
    return RetryResult(retried=count)
