"""Conversion of every failure to a GraphQL error with a stable `extensions.code`, and the errors of GraphQL itself."""

import re
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError, ListTypeNode, NamedTypeNode, Node, NonNullTypeNode
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from hub.database_errors import DATABASE_ERRORS, database_problem, sqlstate
from hub.errors import HubError, InvalidCursor, InvalidInput, MethodNotAllowed
from hub.faults import calls_of
from hub.full_disk import is_disk_full, storage_full
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.web.private_requests import is_private
from hub.web.problems import write_members
from schema.graphql_messages import explain_message
from schema.naming import CONTENT_INPUT, argument_name

log = structlog.get_logger()


class GraphQLParseFailed(HubError):
    """The text of the query is not valid GraphQL."""

    code, status, title = "graphql_parse_failed", 400, "The query is not valid GraphQL"


class GraphQLValidationFailed(HubError):
    """The query or its variables do not fit the schema: an unknown field or argument, a value of the wrong type."""

    code, status, title = "graphql_validation_failed", 400, "The query does not fit the schema"


class GraphQLRequestInvalid(HubError):
    """The HTTP request contains no readable GraphQL query."""

    code, status, title = "graphql_request_invalid", 400, "The request contains no GraphQL query"


class QueryLimitExceeded(HubError):
    """The query exceeds a limit of the hub; `limit`, `allowed` and `found` state which and by how much."""

    code, status, title = "query_limit_exceeded", 400, "The query exceeds a limit"


class QueryTimeout(HubError):
    """The query ran into the hub's time limit and was stopped completely."""

    code, status, title = "query_timeout", 503, "The query took too long"


class BatchingOff(GraphQLRequestInvalid):
    """The request contains a list of queries; the hub answers one query per request."""

    code, title = "batching_off", "Only one query per request is supported"


class NotAcceptable(HubError):
    """None of the media types in `Accept` is available for GraphQL responses."""

    code, status, title = "not_acceptable", 406, "None of the accepted media types is available"


class UnsupportedMediaType(HubError):
    """The body of a GraphQL request must be JSON in UTF-8, declared in `Content-Type`."""

    code, status, title = "unsupported_media_type", 415, "The request body must be JSON"


class PersistedQueryNotFound(HubError):
    """No query with this hash is stored (any more): send the text with the hash once to store it."""

    code, status, title = "persisted_query_not_found", 404, "No query with this hash is stored"

    def __init__(self) -> None:
        # Clients of the protocol look for exactly this text.
        super().__init__(
            "PersistedQueryNotFound",
            field="extensions.persistedQuery.sha256Hash",
            expected="the text in `query` together with its hash, once",
        )


class PersistedQueryMismatch(HubError):
    """The hash sent with a query is not the SHA-256 of its text."""

    code, status, title = "persisted_query_mismatch", 400, "The hash does not match the query"


class VariableRequired(InvalidInput):
    """Text of a person, and the code of a comment, must be in a variable: tools log and keep the texts of queries."""

    code, title = "variable_required", "The value must be in a variable"


class QueryNotRegistered(HubError):
    """Without a key, this hub answers only registered queries."""

    code, status, title = "query_not_registered", 403, "This query is not registered"


def translate_error(error: GraphQLError, writer: ProblemWriter) -> GraphQLError:
    """Translate an error for clients, in the language of a writer. Unexpected errors are logged and masked."""
    hub_error = _hub_error(error)
    members = extensions(hub_error, writer)
    return GraphQLError(
        members.pop("detail"),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=members,
    )


def extensions(error: HubError, writer: ProblemWriter) -> dict[str, Any]:
    """Build the extensions: `code`, `status` and the error's other members; `detail` is the message of GraphQL."""
    members: dict[str, Any] = {"code": error.code, "status": error.status, **write_members(error, writer)}
    if error.field is not None:
        members["field"] = argument_name(error.field)
    if isinstance(error, InvalidCursor):
        members["expected"] = writer.write("a `cursor` of this list, with the same filters, order and language")
    elif error.expected is not None:
        members["expected"] = members["expected"].replace("`cursor`", "`after`")
    return members


def _hub_error(error: GraphQLError) -> HubError:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, HubError):
        return cause
    if isinstance(error, GraphQLSyntaxError):
        return GraphQLParseFailed(explain_message(error.message))
    if isinstance(cause, InvalidOperationTypeError):
        return _wrong_transport(cause.operation_type)
    if isinstance(cause, CannotGetOperationTypeError):
        return GraphQLRequestInvalid(
            fill('Unknown operation named "{name}".', name=cause.operation_name)
            if cause.operation_name is not None
            else "The request names none of the operations of its query.",
            field="operationName",
        )
    if isinstance(cause, MissingQueryError):
        return GraphQLRequestInvalid("The request contains no query.", field="query")
    if cause is None and not error.path:
        # Before execution, errors of graphql-core are only about the query and its variables.
        return GraphQLValidationFailed(explain_message(_describe(error)), field=_variable_path(error))
    if isinstance(cause, DATABASE_ERRORS) and (problem := database_problem(cause)) is not None:
        log.warning("database_unreachable", problem=type(cause).__name__, sqlstate=sqlstate(cause), path=error.path)
        return problem
    if cause is not None and is_disk_full(cause):
        log.error("disk_full", problem=repr(cause), path=error.path)
        return storage_full()
    failed = cause or error
    described = type(failed).__name__ if is_private() else repr(failed)
    log.error("graphql_failed", path=error.path, problem=described, where=calls_of(cause))
    return HubError("The error was logged. A retry may succeed later.")


_VARIABLE = re.compile(r"Variable '\$(\w+)'(?: has invalid value(?: at (\S+?))?:)?")
_ONE_OF = re.compile(f"OneOf Input Object '{CONTENT_INPUT}'|Value for member field '\\w+' must be non-null")
_MEMBER = re.compile(r"to include (?:required|unknown) field '(\w+)'")


_REASONS = re.compile(
    r"Expected value of (?:non-null )?type '[^']{1,200}' (?:not )?to "
    r"(?:include (?:required|unknown) field '\w{1,100}'|be \w{1,20} ?\w{1,20})"
    r"|Within OneOf Input Object type '\w{1,100}', [^:'\"{]{1,200}"
    r"|(?:Enum )?'?\b\w{1,100}'? cannot represent(?: a)? non[ -]\w{1,20} value"
    r"|does not exist in '\w{1,100}' enum|\b\w{1,100} cannot represent"
)
"""Parts of a message that name types and members of the schema only."""


def _describe(error: GraphQLError) -> str:
    """Return the message; of the value of a variable, which may be private, it says only where and why it is wrong."""
    found = _VARIABLE.match(error.message)
    if found is None:
        return error.message
    place = f" at {found[2]}" if found[2] else ""
    reason = _REASONS.search(error.message, found.end())
    why = "" if reason is None else ": " + reason[0].rstrip(" .")
    return f"Variable '${found[1]}' does not fit{place}{why}."


def _variable_path(error: GraphQLError) -> str | None:
    """Return the place of a value that does not fit a variable; inside a content, the path that REST names."""
    if _ONE_OF.search(error.message):
        return "content"
    found = _VARIABLE.match(error.message)
    if found is None:
        return None
    steps = [step for step in re.split(r"[.\[\]]+", found[2] or "") if step]
    if (member := _MEMBER.search(error.message)) is not None:
        steps.append(member[1])
    type_name = next(filter(None, map(_type_name, error.nodes or ())), "")
    if type_name.endswith(CONTENT_INPUT):
        # The first step is the member for the kind.
        return ".".join(steps[type_name == CONTENT_INPUT :]) or "content"
    return ".".join([found[1], *steps])


def _type_name(node: Node) -> str | None:
    """Return the name of the type that a variable is declared with."""
    found: Any = getattr(node, "type", None)
    while isinstance(found, (ListTypeNode, NonNullTypeNode)):
        found = found.type
    return found.name.value if isinstance(found, NamedTypeNode) else None


def _wrong_transport(operation: OperationType) -> HubError:
    """Build the error for an operation that needs another transport."""
    if operation is OperationType.MUTATION:
        return MethodNotAllowed("A mutation must be sent by POST.", expected="POST, with the same JSON as the body")
    if operation is OperationType.QUERY:
        return GraphQLRequestInvalid("WebSockets support only subscriptions.", expected="the query by HTTP")
    return GraphQLRequestInvalid(
        "A subscription needs a streaming response.",
        field="Accept",
        expected="text/event-stream, or a WebSocket with graphql-transport-ws",
    )
