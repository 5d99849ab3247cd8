"""Failures that a record causes, told apart from those of the hub and its surroundings."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.errors import HubError, SetupProblem
from ingest.imports.runs import ImportUnderWay
from ingest.records import Reason, RejectionCode

_RECORD_SQLSTATES = ("22", "23", "54")
"""Classes of SQLSTATE that one record can cause: data, integrity, program limits."""
_TRANSIENT_SQLSTATE = "40"
"""Class of SQLSTATE of deadlocks and serialization failures: another transaction was in the way."""


def _sqlstate(problem: Exception) -> str:
    return str(getattr(problem.orig, "sqlstate", None) or "") if isinstance(problem, DBAPIError) else ""


def is_record_fault(problem: Exception) -> bool:
    """True when a record can be the cause of a failure; a lost connection or a full disk is not its fault."""
    if isinstance(problem, DBAPIError):
        return not problem.connection_invalidated and _sqlstate(problem).startswith(
            (*_RECORD_SQLSTATES, _TRANSIENT_SQLSTATE)
        )
    return not isinstance(problem, (ImportUnderWay, SetupProblem, SQLAlchemyError, OSError, MemoryError))


def is_transient(problem: Exception) -> bool:
    """True when another transaction was in the way, so that a retry may help."""
    return _sqlstate(problem).startswith(_TRANSIENT_SQLSTATE)


def reason_for(problem: Exception) -> Reason:
    """The reason for rejecting a record that caused a failure."""
    if isinstance(problem, HubError):
        return Reason.of(problem)
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    return Reason(RejectionCode.internal_error, f"{type(cause).__name__}: {cause}"[:1_000])
