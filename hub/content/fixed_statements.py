"""Statements of hot reads with a fixed text: compiled once from the builder's own query, then run by asyncpg itself.

The builder composes a query with stand-ins where a request has values. Where a stand-in comes out as a parameter, the
value of a request is sent; every other parameter keeps what the builder gave it. So there is one source of the SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db import Database

ReadSource = AsyncConnection | Database
"""Place in which a read runs: from a database hot ones are fixed statements; on a connection all are the builder's."""

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class FetchedRow(asyncpg.Record):  # type: ignore[misc]
    """A row whose columns are attributes too, as in the builder's rows."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True)
class FixedStatement:
    """A text with `$1`, `$2` …, its parameters that never change, and the places of the others by their names."""

    text: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, str], ...]

    async def fetch(self, database: Database, values: Mapping[str, Any]) -> Sequence[FetchedRow]:
        """Return all rows. Raises `ConnectionError` if the connection is lost, and the errors of asyncpg."""
        parameters = list(self.parameters)
        for place, name in self.places:
            parameters[place] = values[name]
        async with database.driver() as connection:
            found: Sequence[FetchedRow] = await connection.fetch(self.text, *parameters, record_class=FetchedRow)
            return found


async def execute_built(source: ReadSource, query: Select[Any]) -> Sequence[Any]:
    """Run a query that was composed for one request, on the connection or on one of the database; return all rows."""
    if isinstance(source, Database):
        async with source.read() as connection:
            return await execute_built(connection, query)
    found: Sequence[Any] = (await source.execute(query)).all()
    return found


def fix_statement(query: Select[Any], stand_ins: Mapping[str, Any]) -> FixedStatement:
    """Compile a query that was built with stand-ins, by the name of the value that each stands for.

    Raises `LookupError` for a stand-in that is no parameter as it is: the value of a request would then be lost.
    """
    compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    given, order = compiled.params, compiled.positiontup or ()
    places = tuple((place, name) for place, key in enumerate(order) if (name := _name_of(given[key], stand_ins)))
    if lost := set(stand_ins) - {name for _, name in places}:
        raise LookupError(f"no parameters of the statement: {', '.join(sorted(lost))}")
    return FixedStatement(str(compiled), tuple(given[key] for key in order), places)


def _name_of(value: Any, stand_ins: Mapping[str, Any]) -> str | None:
    return next((name for name, one in stand_ins.items() if type(one) is type(value) and one == value), None)
