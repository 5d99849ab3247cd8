"""Parsing and validation of GraphQL requests, from the body or the query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request

from hub.errors import InvalidInput
from hub.problem_texts.templates import as_words, fill
from hub.web.body_limit import read_body
from hub.web.json_body import parse_json
from hub.web.repeated_parameters import check_single
from schema.errors import BatchingOff, GraphQLRequestInvalid
from schema.http.media import check_request_type
from schema.persisted.resolver import EXTENSION

_EXPECTED = '{"query": "…", "variables": {…}, "operationName": "…", "extensions": {…}}'
_TYPES: Mapping[str, tuple[type, str]] = {
    "query": (str, "a string"),
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
    "documentId": (str, "a string"),
}

BODY_BYTES = "hub.graphql.body_bytes"
"""Member of the scope: the size of the body, for fields that take less than others."""


@dataclass(frozen=True)
class GraphQLRequest:
    """The parameters of a request; `query` may be missing if `extensions` has the hash of one."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


async def parse_post(request: Request, max_bytes: int) -> GraphQLRequest:
    """Parse a POST. Raises `BodyTooLarge`, `UnsupportedMediaType`, `BatchingOff` or `GraphQLRequestInvalid`."""
    check_request_type(request.headers.get("content-type"))
    body = await read_body(request.receive, max_bytes)
    if body is None:
        raise ClientDisconnect
    request.scope[BODY_BYTES] = len(body)
    return _parse_request(_parse_json(body, "body"))


def read_query_string(request: Request) -> GraphQLRequest:
    """Parse a GET. Raises `GraphQLRequestInvalid`, or `InvalidInput` for a parameter that occurs twice."""
    check_single(request.scope["query_string"], _TYPES)
    found: dict[str, Any] = {name: request.query_params[name] for name in _TYPES if name in request.query_params}
    for name in ("variables", "extensions"):
        if found.get(name) is not None:
            found[name] = _parse_json(found[name].encode(), name) if found[name] else None
    return _parse_request(found)


def _parse_json(text: bytes, field: str) -> Any:
    if not text:
        raise GraphQLRequestInvalid("The body is empty.", field=field, expected=_EXPECTED)
    try:
        return parse_json(text, "body" if field == "body" else "value")
    except InvalidInput as refused:
        detail = (
            refused.detail
            if field == "body"
            else fill("`{field}`: {detail}", field=field, detail=as_words(refused.detail))
        )
        path = field if refused.field in (None, "body", "value") else refused.field
        raise GraphQLRequestInvalid(detail, field=path, expected=refused.expected or _EXPECTED) from refused


def _parse_request(found: Any) -> GraphQLRequest:
    if isinstance(found, list):
        raise BatchingOff("The body is a list of requests.", field="body", expected="one request for each query")
    if not isinstance(found, dict):
        raise GraphQLRequestInvalid("The body is not a JSON object.", field="body", expected=_EXPECTED)
    for name, (type_, description) in _TYPES.items():
        if found.get(name) is not None and not isinstance(found[name], type_):
            raise GraphQLRequestInvalid(
                fill("`{name}` must be {description} or null.", name=name, description=as_words(description)),
                field=name,
                expected=_EXPECTED,
            )
    extensions = found.get("extensions")
    if (document := found.get("documentId")) is not None:
        # The specification's own identifier of a persisted document: "sha256:<hex>".
        persisted = {"version": 1, "sha256Hash": document.removeprefix("sha256:")}
        extensions = {**(extensions or {}), EXTENSION: persisted}
    return GraphQLRequest(found.get("query"), found.get("variables"), found.get("operationName"), extensions)
