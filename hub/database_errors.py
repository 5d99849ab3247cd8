"""The one mapping of database errors to problems, by SQLSTATE. Every edge (REST, GraphQL, commands) uses it."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.errors import HubError, InvalidInput, ServiceUnavailable
from hub.full_disk import storage_full

DATABASE_ERRORS = (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, PoolTimeout, ConnectionError)
"""Exceptions that the database raises, through SQLAlchemy or without it."""

AGAIN = "the same request a few seconds later"

_LOCKED = ("40001", "40P01", "55P03")
"""Conflicts with other transactions: serialization, deadlock, a lock that was not free in time."""
_FULL = ("53100",)
_BUSY = (*_LOCKED, "57014", "25P03", "25P04", "53200", "53300", "53400")
"""Conflicts with other transactions, waits that were too long, and a server at its limits."""
_UNAVAILABLE = ("08", "57P", "58", "25006")
"""A server that starts, stops, has failed, or takes no writes."""
_UNSUITABLE = ("22000", "22001", "22003", "22007", "22008", "22021", "22P05")
"""Values that no column can hold: too long, out of range, or a text with NUL. The driver itself raises 22000."""


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of an error of the database; None if it has none."""
    found = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    return found if isinstance(found, str) else None


def is_lock_conflict(error: BaseException) -> bool:
    """True if a transaction was ended for the sake of others: the same one may succeed when it is repeated."""
    return sqlstate(error) in _LOCKED


def database_problem(error: BaseException) -> HubError | None:
    """The problem that a database error is for the client; None for one that only the hub's own fault explains."""
    state = sqlstate(error)
    if state is not None:
        if state.startswith(_FULL):
            return storage_full()
        if state.startswith(_BUSY):
            return ServiceUnavailable("The database is busy with other work.", expected=AGAIN)
        if state.startswith(_UNAVAILABLE):
            return ServiceUnavailable("The database is not ready.", expected=AGAIN)
        return _unsuitable() if state.startswith(_UNSUITABLE) else None
    if isinstance(error, (InterfaceError, PoolTimeout, ConnectionError, asyncpg.InterfaceError)) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return ServiceUnavailable("The database does not respond.", expected=AGAIN)
    return None


def _unsuitable() -> HubError:
    return InvalidInput(
        "A value cannot be stored: a text has a character that is not allowed (NUL), or a number is out of range.",
        expected="text without NUL characters, numbers within their range",
    )
