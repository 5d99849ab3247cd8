"""Refusals as part of the answer: what a mutation gives when the hub says no, typed and with a stable code."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Union

import orjson
import strawberry
from graphql import GraphQLSchema, GraphQLUnionType

from hub.errors import HubError
from hub.manage.idempotency import StoredResponse
from hub.manage.views import ManagedDocument
from hub.web.problems import ProblemItem
from schema.derive import object_type, view_type

ARGUMENT_NAMES: Mapping[str, str] = {
    "If-Match": "version",
    "Idempotency-Key": "idempotencyKey",
    "change_note": "changeNote",
    "update_type": "updateType",
}
"""What the hub calls otherwise than the arguments do. Paths inside `content` stay as they are written there."""

_ProblemItem: Any = view_type(ProblemItem)
_ManagedDocument: Any = view_type(ManagedDocument)
_IF_MATCH = re.compile(r'If-Match: "(\d+)"')

Refusal: Any = object_type(
    "Refusal",
    "The hub said no, and nothing was changed (từ chối). The same codes and words as a problem of REST.",
    {
        "code": (str, "Stable name for programs: `version_stale`, `four_eyes`, …; all are explained at `/problems`."),
        "status": (int, "The HTTP status that REST gives for it; the status of a GraphQL answer is 200."),
        "detail": (str, "What happened, in words for people."),
        "field": (str | None, "The argument it is about, or a path inside `content` like `nodes.0.ref`."),
        "expected": (str | None, "What would be right."),
        "errors": (list[_ProblemItem], "All findings, when the input has several; else empty."),
        # Not `version`: beside the one of ManagedDocument, which is never null, no query could ask for both.
        "current_version": (int | None, "With `version_stale`: the version that the document has now."),
    },
)

DocumentResult: Any = Annotated[
    Union[_ManagedDocument, Refusal],  # noqa: UP007 - types made at run time
    strawberry.union(
        "DocumentResult",
        description="What a mutation gives: the document as it then is, or why nothing was changed (kết quả). Ask for "
        "`__typename`, or use `... on Refusal`.",
    ),
]


def document_result(answer: StoredResponse) -> dict[str, Any]:
    """The document of an answer, as `DocumentResult` is resolved from."""
    found: dict[str, Any] = orjson.loads(answer.body)
    return found


def refusal_result(error: HubError) -> dict[str, Any]:
    """A refusal, as `DocumentResult` is resolved from."""
    said = error.members()
    return {
        "code": error.code,
        "status": error.status,
        "detail": error.detail,
        "field": _argument_name(error.field),
        "expected": error.expected
        and _IF_MATCH.sub(r"version: \1", error.expected).replace("update_type", "updateType"),
        "errors": [item | {"field": _argument_name(item["field"])} for item in said.get("errors", ())],
        "current_version": said.get("version"),
    }


def _argument_name(field: str | None) -> str | None:
    return field and ARGUMENT_NAMES.get(field, field)


def install_union_resolver(schema: GraphQLSchema) -> None:
    """Let the union know its members, which are dicts."""
    union = schema.type_map["DocumentResult"]
    assert isinstance(union, GraphQLUnionType)  # noqa: S101
    union.resolve_type = lambda value, _info, _type: "Refusal" if "code" in value else "ManagedDocument"
