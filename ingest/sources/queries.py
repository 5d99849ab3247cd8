"""What managers read of sources: their standing, runs and findings. One statement each."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.errors import InvalidCursor, NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest
from ingest.sources.rows import ITEM, RUN, SOURCE, ItemRow, RunRow, SourceRow, SourceWithHealth
from ingest.sources.schemas import SourceState
from ingest.sources.views import (
    ItemPage,
    ItemParams,
    ItemView,
    RunPage,
    RunView,
    SourcePage,
    SourceParams,
    SourceView,
    reason_view,
)

T = TypeVar("T")


def is_dead(dead_after: int) -> ColumnElement[bool]:
    """Which sources somebody has to look at: asked and failing, or silent for three of their own pauses."""
    silent = and_(SOURCE.c.overdue_at.is_not(None), SOURCE.c.overdue_at < func.now())
    return and_(SOURCE.c.state == SourceState.active.value, or_(SOURCE.c.failures >= dead_after, silent))


# Who works at a source holds its advisory lock (`hub.jobs.dispatcher`); a killed process holds nothing.
_LOCKED = literal_column(
    """
    EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
            WHERE l.locktype = 'advisory' AND l.objsubid = 1
              AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('hub:sources:' || source.code, 0))
    """,
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
        _LOCKED.label("running"),
        func.coalesce(is_dead(dead_after), False).label("dead"),
    )


def _source_view(row: SourceWithHealth) -> SourceView:
    return SourceView.model_validate({name: getattr(row, name) for name in SourceView.model_fields})


def _run_view(row: RunRow) -> RunView:
    return RunView.model_validate({name: getattr(row, name) for name in RunView.model_fields})


async def read_source_row(
    connection: AsyncConnection | AsyncSession, by: Principal | None, code: str, *, lock: bool = False
) -> SourceRow:
    """The row of a source for one who may manage it (None: the operator). Raises `NotFound` or `Forbidden`."""
    query = select(SOURCE).where(SOURCE.c.code == code)
    result = await connection.execute(query.with_for_update(key_share=True) if lock else query)
    found = result.mappings().one_or_none()
    if by is not None and Scope.sources not in by.scopes:
        by.require(Scope.sources, by.agency)
    if found is None:
        raise NotFound(f"There is no source `{code}`.", field="code")
    row = SourceRow(**found)
    if by is not None:
        by.require(Scope.sources, row.agency)
    return row


async def read_source(connection: AsyncConnection | AsyncSession, code: str, dead_after: int) -> SourceView:
    """A source as it stands. The caller has checked who may see it."""
    result = await connection.execute(_source_query(dead_after).where(SOURCE.c.code == code))
    return _source_view(SourceWithHealth(**result.mappings().one()))


async def list_sources(
    connection: AsyncConnection, by: Principal | None, params: SourceParams, dead_after: int
) -> SourcePage:
    """Sources of a principal's agencies (None: the operator, who sees all), by code."""
    query = _source_query(dead_after)
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
        [last] = decode_cursor(name, params.cursor, 1)
        query = query.where(SOURCE.c.code > str(last))
    result = await connection.execute(query.order_by(SOURCE.c.code).limit(params.limit + 1))
    rows = [SourceWithHealth(**row) for row in result.mappings()]
    items = [_source_view(row) for row in rows[: params.limit]]
    return SourcePage(items=items, next=encode_cursor(name, items[-1].code) if len(rows) > params.limit else None)


async def read_keyset_page(
    connection: AsyncConnection,
    query: Select[Any],
    row: Callable[..., T],
    column: ColumnElement[int],
    name: str,
    cursor: str | None,
    limit: int,
) -> list[T]:
    if cursor is not None:
        [before] = decode_cursor(name, cursor, 1)
        if not isinstance(before, int) or not 0 <= before < 2**62:
            raise InvalidCursor("The cursor is damaged.", field="cursor")
        query = query.where(column < before)
    result = await connection.execute(query.order_by(column.desc()).limit(limit + 1))
    return [row(**found) for found in result.mappings()]


async def list_runs(connection: AsyncConnection, code: str, cursor: str | None, limit: int) -> RunPage:
    """The runs of a source, newest first. The caller has checked who may see them."""
    name = list_digest("source_runs", code)
    query = select(RUN).where(RUN.c.source == code)
    rows = await read_keyset_page(connection, query, RunRow, RUN.c.id, name, cursor, limit)
    items = [_run_view(row) for row in rows[:limit]]
    return RunPage(items=items, next=encode_cursor(name, items[-1].id) if len(rows) > limit else None)


async def read_run(connection: AsyncConnection, run: int) -> RunView:
    """One run."""
    result = await connection.execute(select(RUN).where(RUN.c.id == run))
    return _run_view(RunRow(**result.mappings().one()))


async def list_items(connection: AsyncConnection, code: str | None, params: ItemParams) -> ItemPage:
    """The findings of a source (None: of all), newest first. The caller has checked who may see them."""
    name = list_digest("source_items", code, params.state)
    query = select(ITEM)
    if code is not None:
        query = query.where(ITEM.c.source == code)
    if params.state is not None:
        query = query.where(ITEM.c.state == params.state)
    rows = await read_keyset_page(connection, query, ItemRow, ITEM.c.id, name, params.cursor, params.limit)
    items = [item_view(row) for row in rows[: params.limit]]
    return ItemPage(items=items, next=encode_cursor(name, items[-1].id) if len(rows) > params.limit else None)


def item_view(row: ItemRow) -> ItemView:
    """A finding as managers see it."""
    values = {name: getattr(row, name) for name in ItemView.model_fields}
    next_at = row.next_at if row.state == "waiting" else None
    return ItemView.model_validate(values | {"reason": reason_view(row.reason), "next_at": next_at})
