"""Every failure as a GraphQL error with a stable `extensions.code`, made from the hub's one tree of errors."""

from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from hub.errors import HubError, InvalidCursor
from schema.naming import argument_name

log = structlog.get_logger()


class GraphQLParseFailed(HubError):
    """The text of the query is not GraphQL."""

    code, status, title = "graphql_parse_failed", 400, "The query is not GraphQL"


class GraphQLValidationFailed(HubError):
    """The query or its variables do not fit the schema: an unknown field or argument, a value of the wrong type."""

    code, status, title = "graphql_validation_failed", 400, "The query does not fit the schema"


class GraphQLRequestInvalid(HubError):
    """The HTTP request carries no GraphQL query that could be read."""

    code, status, title = "graphql_request_invalid", 400, "The request carries no GraphQL query"


class QueryLimitExceeded(HubError):
    """The query is larger than the hub answers; `limit`, `allowed` and `found` say by how much."""

    code, status, title = "query_limit_exceeded", 400, "The query is larger than the hub answers"


def translated(error: GraphQLError) -> GraphQLError:
    """The error as readers get it. What the hub did not mean to say is logged and masked."""
    hub_error = _meant(error)
    return GraphQLError(
        hub_error.detail,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions(hub_error),
    )


def extensions(error: HubError) -> dict[str, Any]:
    """`code`, `status` and the error's other members; its detail is the GraphQL message."""
    members: dict[str, Any] = {"code": error.code, "status": error.status, **error.members()}
    del members["detail"]
    if error.field is not None:
        members["field"] = argument_name(error.field)
    if isinstance(error, InvalidCursor):
        members["expected"] = "a `cursor` that this list gave, with the same filters, order and language"
    elif error.expected is not None:
        members["expected"] = error.expected.replace("`cursor`", "`after`")
    return members


def _meant(error: GraphQLError) -> HubError:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, HubError):
        return cause
    if isinstance(error, GraphQLSyntaxError):
        return GraphQLParseFailed(error.message)
    if cause is None and not error.path:
        # Before execution, graphql-core speaks only about the query and its variables.
        return GraphQLValidationFailed(error.message)
    log.error("graphql_failed", path=error.path, problem=repr(cause or error), where=_where(cause))
    return HubError("The failure was logged; trying again later may work.")


def _where(cause: BaseException | None) -> str | None:
    """The hub's innermost calls, without the values they held."""
    calls = extract_tb(cause.__traceback__) if cause is not None else []
    own = [call for call in calls if "site-packages" not in call.filename]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in own[-3:]) or None
