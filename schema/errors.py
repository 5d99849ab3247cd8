"""Every failure as a GraphQL error with a stable `extensions.code`, made from the hub's one tree of errors."""

from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from hub.errors import HubError, InvalidCursor, MethodNotAllowed
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


class QueryTimeout(HubError):
    """The query took longer than the hub lets one run, and was ended; nothing of it runs on."""

    code, status, title = "query_timeout", 503, "The query took too long"


class BatchingOff(GraphQLRequestInvalid):
    """The request carries a list of queries; the hub answers one in each request."""

    code, title = "batching_off", "One request carries one query"


class NotAcceptable(HubError):
    """None of the media types in `Accept` is one that a GraphQL answer has here."""

    code, status, title = "not_acceptable", 406, "The hub has no answer of these media types"


class UnsupportedMediaType(HubError):
    """The body of a GraphQL request is JSON in UTF-8, and says so in `Content-Type`."""

    code, status, title = "unsupported_media_type", 415, "The request's body must be JSON"


class PersistedQueryNotFound(HubError):
    """No query with this hash is known (any more): send the text along with the hash once, and it is known again."""

    code, status, title = "persisted_query_not_found", 404, "No query with this hash is known"

    def __init__(self) -> None:
        # These very words are what clients of the protocol look for.
        super().__init__(
            "PersistedQueryNotFound",
            field="extensions.persistedQuery.sha256Hash",
            expected="the text in `query` beside its hash, once",
        )


class PersistedQueryMismatch(HubError):
    """The hash beside a query is not the SHA-256 of its text."""

    code, status, title = "persisted_query_mismatch", 400, "The hash is not that of the query"


class QueryNotRegistered(HubError):
    """This hub answers, without a key, only queries that were registered."""

    code, status, title = "query_not_registered", 403, "This query is not registered"


def translate_error(error: GraphQLError) -> GraphQLError:
    """The error as readers get it. What the hub did not mean to say is logged and masked."""
    hub_error = _hub_error(error)
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


def _hub_error(error: GraphQLError) -> HubError:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, HubError):
        return cause
    if isinstance(error, GraphQLSyntaxError):
        return GraphQLParseFailed(error.message)
    if isinstance(cause, InvalidOperationTypeError):
        return _wrong_transport(cause.operation_type)
    if isinstance(cause, CannotGetOperationTypeError):
        return GraphQLRequestInvalid(cause.as_http_error_reason(), field="operationName")
    if isinstance(cause, MissingQueryError):
        return GraphQLRequestInvalid("The request carries no query.", field="query")
    if cause is None and not error.path:
        # Before execution, graphql-core speaks only about the query and its variables.
        return GraphQLValidationFailed(error.message)
    log.error("graphql_failed", path=error.path, problem=repr(cause or error), where=_hub_calls(cause))
    return HubError("The failure was logged; trying again later may work.")


def _wrong_transport(operation: OperationType) -> HubError:
    """The refusal of an operation that is answered in another way."""
    if operation is OperationType.MUTATION:
        return MethodNotAllowed("A mutation goes by POST.", expected="POST, with the same JSON as its body")
    if operation is OperationType.QUERY:
        return GraphQLRequestInvalid("A socket carries subscriptions alone.", expected="the query by HTTP")
    return GraphQLRequestInvalid(
        "A subscription is answered as a stream.",
        field="Accept",
        expected="text/event-stream, or a WebSocket by graphql-transport-ws",
    )


def _hub_calls(cause: BaseException | None) -> str | None:
    """The hub's innermost calls, without the values they held."""
    calls = extract_tb(cause.__traceback__) if cause is not None else []
    own = [call for call in calls if "site-packages" not in call.filename]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in own[-3:]) or None
