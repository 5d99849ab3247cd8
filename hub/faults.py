"""Unforeseen exceptions of background work: an outage of a server, or the fault of the one item at work.

An outage pauses the work and is nobody's fault. Everything else is counted against the item, receiver or source.
"""

import errno
from pathlib import Path
from traceback import extract_tb

import asyncpg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.errors import ServiceUnavailable

INTERNAL = "internal_error"
"""Code of an unforeseen exception in the records of runs, messages and items."""
MAX_FAULT_LENGTH = 300

_OUTAGE_SQLSTATES = ("08", "53", "57P", "58", "28", "3D", "40001", "40P01", "55P03", "25006")
"""Connection, resources, shutdown, system, login, missing database; other transactions in the way; a standby server."""
_OUTAGE_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ENETUNREACH}
)


def is_outage(problem: BaseException) -> bool:
    """Return True if a server or the machine is the cause, so that no item is to blame."""
    if isinstance(problem, DBAPIError):
        return problem.connection_invalidated or _is_outage_sqlstate(problem.orig)
    if isinstance(problem, asyncpg.PostgresError):
        return _is_outage_sqlstate(problem)
    if isinstance(problem, asyncpg.InterfaceError):
        return not isinstance(problem, ValueError)
    if isinstance(problem, (PoolTimeout, ConnectionError, ServiceUnavailable)):
        return True
    return isinstance(problem, OSError) and problem.errno in _OUTAGE_ERRNOS


def _is_outage_sqlstate(problem: BaseException | None) -> bool:
    found = getattr(problem, "sqlstate", None)
    if found:
        return str(found).startswith(_OUTAGE_SQLSTATES)
    # The driver's own errors have no state: a closed connection, or a value that it cannot send (a `ValueError`).
    return not isinstance(getattr(problem, "__cause__", None), ValueError)


def describe_fault(problem: BaseException) -> str:
    """Return type and first line of an exception: database errors contain the whole statement with its values."""
    cause = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
    line = str(cause).strip().partition("\n")[0].replace("\x00", "")
    if isinstance(cause, ValidationError):
        first = cause.errors(include_url=False, include_context=False, include_input=False)[0]
        line = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return f"{type(cause).__name__}: {line}"[:MAX_FAULT_LENGTH] if line else type(cause).__name__


def calls_of(problem: BaseException | None, most: int = 3) -> str | None:
    """Return the innermost calls of the hub's own code that led to an exception, without values."""
    calls = extract_tb(problem.__traceback__) if problem is not None else []
    own = [call for call in calls if "site-packages" not in call.filename]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in own[-most:]) or None
