"""Commands of persisted queries: store, register, remove."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple

from graphql import DocumentNode, GraphQLSyntaxError, OperationDefinitionNode, OperationType
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.locks.registry import LockClass, lock_until_commit
from schema.limits.complexity import parse_query
from schema.persisted.models import PersistedQuery

QUERY = table(PersistedQuery)
AUTOMATIC: ColumnElement[bool] = QUERY.c.registered_at.is_(None)


class HashedQuery(NamedTuple):
    """A query with its hash."""

    sha256: str
    text: str


def operation_names(text: str) -> str:
    """List the names of a query's operations, for people."""
    try:
        document = parse_query(text)
    except GraphQLSyntaxError:
        return ""
    return ", ".join(each.name.value for each in _operations(document) if each.name)[:400]


def has_mutation(text: str) -> bool:
    """Return True if one of a valid query's operations is a mutation."""
    return any(each.operation is OperationType.MUTATION for each in _operations(parse_query(text)))


def _operations(document: DocumentNode) -> Iterable[OperationDefinitionNode]:
    return (each for each in document.definitions if isinstance(each, OperationDefinitionNode))


async def store_query(session: AsyncSession, found: HashedQuery, *, most: int, days: int) -> None:
    """Store a client's query; delete those unused for `days` days, and the least recently used beyond `most`.

    Under an advisory lock, so that all processes together stay within the limit.
    """
    await lock_until_commit(session, LockClass.persisted_queries)
    await session.execute(
        insert(QUERY)
        .values(sha256=found.sha256, text=found.text, names=operation_names(found.text))
        .on_conflict_do_nothing(index_elements=[QUERY.c.sha256])
    )
    unused = QUERY.c.used_at < func.now() - timedelta(days=days)
    surplus = (
        select(QUERY.c.sha256)
        .where(AUTOMATIC)
        .order_by(QUERY.c.used_at.desc(), QUERY.c.sha256)
        .offset(most)
        .scalar_subquery()
    )
    await session.execute(delete(QUERY).where(AUTOMATIC, unused | QUERY.c.sha256.in_(surplus)))


async def touch_query(session: AsyncSession, sha256: str) -> None:
    """Update the time of a query's last use."""
    await session.execute(update(QUERY).where(QUERY.c.sha256 == sha256).values(used_at=func.now()))


async def register_queries(session: AsyncSession, found: Iterable[HashedQuery]) -> int:
    """Register queries permanently; return the number of new ones."""
    new = 0
    for one in found:
        statement = (
            insert(QUERY)
            .values(sha256=one.sha256, text=one.text, names=operation_names(one.text), registered_at=func.now())
            .on_conflict_do_update(index_elements=[QUERY.c.sha256], set_={"registered_at": func.now()}, where=AUTOMATIC)
            .returning(QUERY.c.sha256)
        )
        new += (await session.execute(statement)).first() is not None
    return new


async def remove_queries(session: AsyncSession, hashes: Collection[str]) -> list[str]:
    """Delete registered queries; return the hashes that were registered."""
    gone = delete(QUERY).where(QUERY.c.sha256.in_(hashes), ~AUTOMATIC).returning(QUERY.c.sha256)
    return list((await session.execute(gone)).scalars())
