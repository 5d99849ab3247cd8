"""Results of mutations: the document, or a typed refusal with a stable code."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Union

import orjson
import strawberry
from graphql import GraphQLSchema, GraphQLUnionType
from pydantic import Field

from hub.consultation.answers.views import AnswerCountsView
from hub.domain.consultations import ConsultationStage
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.errors import HubError
from hub.manage.idempotency import StoredResponse
from hub.problem_texts.catalogue import ProblemWriter
from hub.web.problems import ProblemItem, write_members
from schema.derive import object_type, view_type
from schema.editions import CONTENT_KIND, CONTENT_TYPE_NAMES, CONTENT_UNION, ManagedDocumentType, managed_dict
from schema.naming import camel_case

ARGUMENT_NAMES: Mapping[str, str] = {
    "If-Match": "version",
    "Idempotency-Key": "idempotencyKey",
}
"""Arguments of mutations that are headers in REST."""

_ProblemItem: Any = view_type(ProblemItem)
_IF_MATCH = re.compile(r'If-Match: "(\d+)"')


class RefusalWindowView(View):
    """Window of a consultation that was not open, and the arrival of the request (ngoài thời gian lấy ý kiến)."""

    state: ConsultationStage = Field(description="Stage of the consultation when the request arrived.")
    opens_at: Moment = Field(description="First moment at which people may comment, with +07:00.")
    closes_at: Moment = Field(description="First moment after the consultation, with +07:00.")
    received_at: Moment = Field(description="Arrival of the request, by the hub's clock.")


Refusal: Any = object_type(
    "Refusal",
    "The mutation was refused and nothing was changed (từ chối). Codes and texts are the same as in REST's problems.",
    {
        "code": (
            str,
            "Stable code for programs: `version_stale`, `four_eyes`, …; all codes are documented at `/problems`.",
        ),
        "status": (int, "HTTP status of the same refusal in REST; the status of a GraphQL response is 200."),
        "detail": (str, "Explanation for people."),
        "field": (
            str | None,
            "The argument in question, or a path inside the content such as `nodes.0.ref`: the same as in REST, with "
            "names in camelCase.",
        ),
        "expected": (str | None, "The expected value."),
        "errors": (list[_ProblemItem], "All errors if the input has several; otherwise empty."),
        # Not `version`: no query could select both this and the one of ManagedDocument, which is never null.
        "current_version": (int | None, "With `version_stale`: the document's current version."),
        # Not at the top, for the same reason: results have `state`, `opensAt` and `closesAt`, too.
        "window": (view_type(RefusalWindowView) | None, "With `consultation_not_open`: the window, and the arrival."),
        "answer_counts": (
            view_type(AnswerCountsView) | None,
            "With `answers_missing`: comments by answer and by state; `counts` in REST.",
        ),
    },
)

DocumentResult: Any = Annotated[
    Union[ManagedDocumentType, Refusal],  # noqa: UP007 - types made at run time
    strawberry.union(
        "DocumentResult",
        description="Result of a mutation: the updated document, or the refusal if nothing was changed (kết quả). "
        "Select `__typename`, or use `... on Refusal`.",
    ),
]


def stored_result(answer: StoredResponse) -> dict[str, Any]:
    """Convert a stored response to the dict that its type is resolved from."""
    found: dict[str, Any] = orjson.loads(answer.body)
    return found


def document_result(answer: StoredResponse) -> dict[str, Any]:
    """Convert a stored response to the dict that `DocumentResult` is resolved from."""
    return managed_dict(stored_result(answer))


def refusal_result(error: HubError, writer: ProblemWriter) -> dict[str, Any]:
    """Convert an error to the dict that `DocumentResult` is resolved from, in the language of a writer."""
    members = write_members(error, writer)
    expected = members.get("expected")
    return {
        "code": error.code,
        "status": error.status,
        "detail": members["detail"],
        "field": _argument_name(error.field),
        "expected": expected and _IF_MATCH.sub(r"version: \1", expected).replace("update_type", "updateType"),
        "errors": [
            item | {"field": _argument_name(item["field"]), "expected": item.get("expected")}
            for item in members.get("errors", ())
        ],
        "current_version": members.get("version"),
        "window": {name: members.get(name) for name in RefusalWindowView.model_fields}
        if "received_at" in members
        else None,
        "answer_counts": members.get("counts"),
    }


def _argument_name(field: str | None) -> str | None:
    return field and (ARGUMENT_NAMES.get(field) or camel_case(field))


def install_union_resolver(schema: GraphQLSchema) -> None:
    """Resolve the types of unions from their objects, which are dicts."""
    for union in schema.type_map.values():
        if isinstance(union, GraphQLUnionType) and union.name == CONTENT_UNION:
            union.resolve_type = lambda value, _info, _type: CONTENT_TYPE_NAMES[value[CONTENT_KIND]]
        elif isinstance(union, GraphQLUnionType) and len(union.types) == 2:
            names = {made.name for made in union.types}
            if "Refusal" in names:
                (result,) = names - {"Refusal"}
                union.resolve_type = _resolver_of(result)


def _resolver_of(result: str) -> Any:
    return lambda value, _info, _type: "Refusal" if {"code", "status", "detail"} <= value.keys() else result
