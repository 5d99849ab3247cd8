"""Reads for managers of sources: health, runs and items. One statement each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.stored_rows import read_row, require_row
from hub.errors import NotFound
from hub.locks.leases import VALID
from hub.paging import decode_cursor, encode_cursor, list_digest, select_page_before, text_part
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency
from ingest.reason_texts import write_stored_reason
from ingest.sources.dead_sources import is_dead
from ingest.sources.rows import (
    ITEM,
    ITEM_NAME,
    RUN,
    RUN_NAME,
    SOURCE,
    SOURCE_NAME,
    ItemRow,
    RunRow,
    SourceRow,
    SourceWithHealth,
)
from ingest.sources.schemas import LEASE_QUEUE
from ingest.sources.views import (
    ItemPage,
    ItemParams,
    ItemView,
    RunPage,
    RunView,
    SourcePage,
    SourceParams,
    SourceView,
)

# A process that runs a source has its lease; that of a killed process is not valid.
_LEASED = literal_column(
    f"EXISTS (SELECT FROM lease WHERE lease.queue = '{LEASE_QUEUE}' AND lease.key = source.code AND {VALID})",
    Boolean,
)


def _source_query(dead_after: int) -> Select[Any]:
    by_state = (
        select(ITEM.c.state, func.count().label("count"))
        .where(ITEM.c.source == SOURCE.c.code)
        .group_by(ITEM.c.state)
        .correlate(SOURCE)
        .subquery()
        .lateral()
    )
    counted = select(
        func.coalesce(func.jsonb_object_agg(by_state.c.state, by_state.c.count), func.jsonb_build_object())
    )
    return select(
        SOURCE,
        counted.scalar_subquery().label("items"),
        _LEASED.label("running"),
        func.coalesce(is_dead(dead_after), False).label("dead"),
    )


def _source_values(row: SourceWithHealth) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SourceView.model_fields if name != "problem"}


def _run_values(row: RunRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RunView.model_fields}


async def read_source_row(
    connection: AsyncConnection | AsyncSession, by: Principal | None, code: str, *, lock: bool = False
) -> SourceRow:
    """Read the row of a source for a principal who may manage it (None: the operator).

    `lock` locks the row until the transaction ends. Raises `NotFound` or `Forbidden`.
    """
    query = select(SOURCE).where(SOURCE.c.code == code)
    result = await connection.execute(query.with_for_update(key_share=True) if lock else query)
    found = result.mappings().one_or_none()
    if by is not None and Scope.sources not in by.scopes:
        by.require(Scope.sources, by.agency)
    if found is None:
        raise NotFound(fill("There is no source `{code}`.", code=code), field="code")
    row = SourceRow(**found)
    if by is not None:
        by.require(Scope.sources, row.agency)
    return row


async def read_source(connection: AsyncConnection | AsyncSession, code: str, dead_after: int) -> SourceView:
    """Read a source with its health. The caller has checked the rights. Raises `ViewBroken`."""
    result = await connection.execute(_source_query(dead_after).where(SOURCE.c.code == code))
    return require_row(SourceView, _source_values(SourceWithHealth(**result.mappings().one())), SOURCE_NAME.of(code))


async def list_sources(
    connection: AsyncConnection, by: Principal | None, params: SourceParams, dead_after: int
) -> SourcePage:
    """List the sources of a principal's agencies (None: the operator, who sees all), by code.

    Raises `Forbidden` and `UnknownReference`.
    """
    query = _source_query(dead_after)
    if by is not None and Scope.sources not in by.scopes:
        by.require(Scope.sources, by.agency)
    await require_agency(connection, params.agency)
    if by is not None:
        by.require(Scope.sources, params.agency or by.agency)
        query = query.where(SOURCE.c.agency.in_(sorted(by.agencies)))
    if params.agency is not None:
        query = query.where(SOURCE.c.agency == params.agency)
    if params.state is not None:
        query = query.where(SOURCE.c.state == params.state.value)
    if params.dead is not None:
        query = query.where(func.coalesce(is_dead(dead_after), False) == params.dead)
    name = list_digest("sources", params.agency, params.state, params.dead)
    if params.cursor is not None:
        [last] = decode_cursor(name, params.cursor, text_part)
        query = query.where(SOURCE.c.code > last)
    result = await connection.execute(query.order_by(SOURCE.c.code).limit(params.limit + 1))
    rows = [SourceWithHealth(**row) for row in result.mappings()]
    kept = rows[: params.limit]
    views = (read_row(SourceView, _source_values(row), SOURCE_NAME.of(row.code)) for row in kept)
    items = [view for view in views if view is not None]
    return SourcePage(items=items, next=encode_cursor(name, kept[-1].code) if len(rows) > params.limit else None)


async def list_runs(connection: AsyncConnection, code: str, cursor: str | None, limit: int) -> RunPage:
    """List the runs of a source, newest first. The caller has checked the rights."""
    name = list_digest("source_runs", code)
    query = select(RUN).where(RUN.c.source == code)
    page = select_page_before(query, RUN.c.id, name, cursor, limit)
    rows = [RunRow(**row) for row in (await connection.execute(page)).mappings()]
    kept = rows[:limit]
    views = (read_row(RunView, _run_values(row), RUN_NAME.of(row.id)) for row in kept)
    items = [view for view in views if view is not None]
    return RunPage(items=items, next=encode_cursor(name, kept[-1].id) if len(rows) > limit else None)


async def read_run(connection: AsyncConnection, run: int) -> RunView:
    """Read a run by its number."""
    result = await connection.execute(select(RUN).where(RUN.c.id == run))
    return require_row(RunView, _run_values(RunRow(**result.mappings().one())), RUN_NAME.of(run))


async def list_items(
    connection: AsyncConnection, code: str | None, params: ItemParams, writer: ProblemWriter
) -> ItemPage:
    """List the items of a source (None: of all), newest first. The caller has checked the rights."""
    name = list_digest("source_items", code, params.state)
    query = select(ITEM)
    if code is not None:
        query = query.where(ITEM.c.source == code)
    if params.state is not None:
        query = query.where(ITEM.c.state == params.state)
    page = select_page_before(query, ITEM.c.id, name, params.cursor, params.limit)
    rows = [ItemRow(**row) for row in (await connection.execute(page)).mappings()]
    kept = rows[: params.limit]
    return ItemPage(
        items=item_views(kept, writer), next=encode_cursor(name, kept[-1].id) if len(rows) > params.limit else None
    )


def item_view(row: ItemRow, writer: ProblemWriter) -> ItemView:
    """The view of an item for managers. Raises `ViewBroken`."""
    return require_row(ItemView, _item_values(row, writer), ITEM_NAME.of(row.id))


def item_views(rows: Sequence[ItemRow], writer: ProblemWriter) -> list[ItemView]:
    """The views of items, without those of which too little is left."""
    views = (read_row(ItemView, _item_values(row, writer), ITEM_NAME.of(row.id)) for row in rows)
    return [view for view in views if view is not None]


def _item_values(row: ItemRow, writer: ProblemWriter) -> dict[str, Any]:
    next_at = row.next_at if row.state == "waiting" else None
    reason = write_stored_reason(row.reason, writer) if isinstance(row.reason, dict) else row.reason
    return {name: getattr(row, name) for name in ItemView.model_fields} | {"next_at": next_at, "reason": reason}
