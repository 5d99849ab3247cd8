"""What the database refuses is one problem for every edge, by SQLSTATE."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.database_errors import DATABASE_ERRORS, database_problem
from hub.db import Database
from hub.errors import HubError, InvalidInput, ServiceUnavailable, StorageFull

BY_SQLSTATE: dict[str, type[HubError] | None] = {
    "53100": StorageFull,
    "57P03": ServiceUnavailable,
    "57P01": ServiceUnavailable,
    "57P05": ServiceUnavailable,
    "08006": ServiceUnavailable,
    "08001": ServiceUnavailable,
    "53300": ServiceUnavailable,
    "53200": ServiceUnavailable,
    "58030": ServiceUnavailable,
    "25006": ServiceUnavailable,
    "25P03": ServiceUnavailable,
    "25P04": ServiceUnavailable,
    "40001": ServiceUnavailable,
    "40P01": ServiceUnavailable,
    "55P03": ServiceUnavailable,
    "57014": ServiceUnavailable,
    "22021": InvalidInput,
    "22P05": InvalidInput,
    "22003": InvalidInput,
    "22001": InvalidInput,
    "22008": InvalidInput,
    "22012": None,
    "42601": None,
    "42P01": None,
    "23505": None,
    "XX000": None,
}


@pytest.mark.parametrize(("state", "expected"), BY_SQLSTATE.items())
def test_an_error_of_the_server_is_the_problem_of_its_sqlstate(state: str, expected: type[HubError] | None) -> None:
    raised = asyncpg.PostgresError("no")
    raised.sqlstate = state
    wrapped = DBAPIError("SELECT", {}, raised)

    for error in (raised, wrapped):
        assert isinstance(error, DATABASE_ERRORS)
        found = database_problem(error)
        assert (type(found) if found else None) is expected


@pytest.mark.parametrize(
    "error", [PoolTimeout(), ConnectionRefusedError(), asyncpg.InterfaceError("connection is closed")], ids=repr
)
def test_a_server_that_cannot_be_reached_is_unavailable(error: Exception) -> None:
    assert isinstance(error, DATABASE_ERRORS)
    found = database_problem(error)

    assert isinstance(found, ServiceUnavailable)
    assert found.retry_after == 5


@pytest.mark.parametrize(
    ("statement", "values", "expected"),
    [
        ("SELECT CAST(:value AS text)", {"value": "a\x00b"}, InvalidInput),
        ("SELECT CAST(:value AS integer)", {"value": 1 << 40}, InvalidInput),
        ("SELECT CAST('99999999999' AS integer)", {}, InvalidInput),
        ("SELECT CAST('12026-99-99' AS date)", {}, InvalidInput),
        ("SELECT 1 / 0", {}, None),
        ("SELECT nothing FROM nowhere", {}, None),
    ],
    ids=["nul", "integer too large for the driver", "integer too large", "no such day", "division", "table"],
)
async def test_errors_of_real_statements_are_mapped(
    database: Database, statement: str, values: dict[str, object], expected: type[HubError] | None
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
            await connection.execute(text(statement), values)

    found = database_problem(caught.value)
    assert (type(found) if found else None) is expected
