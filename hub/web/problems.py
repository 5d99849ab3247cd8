"""Problem responses (RFC 9457), made from the error classes, and their part of the OpenAPI document.

`type` of each problem links to its explanation at `/problems`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.database_errors import DATABASE_ERRORS, database_problem, sqlstate
from hub.domain.consultations import ConsultationStage
from hub.domain.scalars import Moment
from hub.errors import (
    AddressTooLong,
    HeadTooLarge,
    HubError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Unauthenticated,
    UnknownParameter,
)
from hub.faults import calls_of
from hub.full_disk import is_disk_full, storage_full
from hub.i18n.catalogues import LANGUAGES as PAGE_LANGUAGES
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE, LANGUAGES, ProblemWriter
from hub.problem_texts.templates import fill, list_names
from hub.web.content_security import PAGE_CSP
from hub.web.error_page import error_page
from hub.web.language import negotiate_language, request_language
from hub.web.pages import page_response
from hub.web.private_requests import is_private
from hub.web.routing.table import table_of

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class ProblemItem(BaseModel):
    """One of several findings."""

    field: str = Field(description="Name of the parameter or member.", examples=["limit"])
    detail: str = Field(description="Reason why it is refused.", examples=["must be at most 100"])
    expected: str | None = Field(None, description="Value that would be accepted.", examples=["2026-11-24"])


class ProblemUse(BaseModel):
    """Things of one sort that use a code of the registry."""

    sort: str = Field(description="Sort: documents, keys, sources, webhooks, agencies, topics, places, …")
    count: int = Field(description="Number of them, counted up to 1,000.")
    examples: list[str] = Field(description="Ids or codes of some of them.")


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `title` and `detail` are for people."""

    type: str = Field(description="URL of the explanation.", examples=["/problems#unknown_parameter"])
    title: str = Field(description="Short description of the error code.", examples=["Unknown parameter"])
    status: int = Field(description="HTTP status.", examples=[422])
    code: str = Field(description="Stable error code for programs.", examples=["unknown_parameter"])
    detail: str = Field(
        description="Explanation of this occurrence.", examples=["This address has no parameter `page`."]
    )
    field: str | None = Field(None, description="Parameter or member that caused the error.", examples=["page"])
    expected: str | None = Field(
        None, description="Value or action that would be accepted.", examples=["agency, issuer, topic, …"]
    )
    errors: list[ProblemItem] | None = Field(None, description="All findings, if there are several.")
    uses: list[ProblemUse] | None = Field(None, description="With `code_in_use`: what uses the code.")
    state: ConsultationStage | None = Field(
        None, description="With `consultation_not_open`: stage of the consultation when the request arrived."
    )
    opens_at: Moment | None = Field(
        None, description="With `consultation_not_open`: first moment at which people may comment."
    )
    closes_at: Moment | None = Field(
        None, description="With `consultation_not_open`: first moment after the consultation."
    )
    received_at: Moment | None = Field(
        None, description="With `consultation_not_open`: arrival of the request, by the hub's clock."
    )
    counts: dict[str, int] | None = Field(
        None,
        description="With `answers_missing`: comments by answer and by state, as `counts` of the list of answers.",
    )


VALIDATION_ERRORS: tuple[type[HubError], ...] = (InvalidInput, UnknownParameter)
"""Errors that FastAPI's validation of query, path and body becomes."""


def problem_responses(*errors: type[HubError]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI `responses` of an operation that can raise these errors: by status, with code and title of each."""
    found: dict[int | str, dict[str, Any]] = {}
    for error in sorted(errors, key=lambda error: error.status):
        described = f"`{error.code}`: {error.title}."
        before = found.get(error.status)
        found[error.status] = {
            "model": Problem,
            "description": f"{before['description']} {described}" if before else described,
        }
    return found


def merge_responses(*groups: Mapping[int | str, Mapping[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Merge the OpenAPI `responses` of operations: problems of one status are described together, each once.

    `|` would keep the last description of a status alone. An answer that is no problem replaces those before it.
    """
    found: dict[int | str, dict[str, Any]] = {}
    for group in groups:
        for status, answer in group.items():
            before = found.get(status)
            merged = dict(answer)
            if before is not None and before.get("model") is Problem and answer.get("model") is Problem:
                known = before["description"]
                added = (one for one in _split_problems(answer["description"]) if one not in known)
                merged = before | merged | {"description": " ".join((known, *added))}
            found[status] = merged
    return found


def _split_problems(description: str) -> list[str]:
    """Split the description of a status into those of its problems."""
    return re.split(r"(?<=\.) (?=`\w+`: )", description)


COMMON_RESPONSES: dict[int | str, dict[str, Any]] = {
    **problem_responses(Unauthenticated, AddressTooLong, HeadTooLarge),
    429: {
        "model": Problem,
        "description": "`rate_limited`: Too many requests from this key or address. Retry after `Retry-After` seconds.",
        "headers": {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
            "RateLimit-Policy": {
                "description": 'The limit: `"anonymous";q=6000;w=60` is 6,000 requests in 60 seconds.',
                "schema": {"type": "string"},
            },
            "RateLimit": {
                "description": 'Remaining quota, here and on every other answer: `"anonymous";r=0;t=3`.',
                "schema": {"type": "string"},
            },
        },
    },
}
"""Responses that every operation of the contract can give."""


class _WithoutDefaults(GenerateJsonSchema):
    """Leaves out the defaults of members: they are those of the models, not of answers."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


_SCHEMAS = "#/components/schemas/{model}"
_PROBLEM_REF = _SCHEMAS.format(model=Problem.__name__)


def refer_to_problem(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the model `Problem` of an OpenAPI response by a reference to its schema and its media type."""
    if answer.get("model") is not Problem:
        return dict(answer)
    others = {name: value for name, value in answer.items() if name != "model"}
    return others | {"content": {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM_REF}}}}


def patch_openapi(document: dict[str, Any]) -> None:
    """Add the schema of `Problem`, and replace the 422 that FastAPI adds to operations without one."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                shape = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
                if shape.endswith("/HTTPValidationError"):
                    answer |= refer_to_problem(problem_responses(*VALIDATION_ERRORS)[422])
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template=_SCHEMAS, schema_generator=_WithoutDefaults, mode="serialization")
    schemas |= problem.pop("$defs", {}) | {Problem.__name__: problem}


def problem_members(error: HubError, writer: ProblemWriter | None = None) -> dict[str, Any]:
    """The members of the problem of an error, in the language of a writer, by default in English."""
    writer = writer or ProblemWriter(DEFAULT_LANGUAGE)
    return {
        "type": f"/problems#{error.code}",
        "title": writer.write_title(error.code, error.title),
        "status": error.status,
        **write_members(error, writer),
    }


def write_members(error: HubError, writer: ProblemWriter) -> dict[str, Any]:
    """The members of an error except `type`, `title` and `status`, with its texts as a writer writes them."""
    members = error.members()
    if error.detail is error.title:
        members["detail"] = writer.write_title(error.code, error.title)
    else:
        members["detail"] = writer.write(error.detail)
    if error.expected is not None:
        members["expected"] = writer.write(error.expected)
    if isinstance(findings := members.get("errors"), list):
        members["errors"] = [_write_finding(each, writer) for each in findings]
    return members


def _write_finding(finding: Mapping[str, Any], writer: ProblemWriter) -> dict[str, Any]:
    texts = ((name, finding.get(name)) for name in ("detail", "expected"))
    return dict(finding) | {name: writer.write(text) for name, text in texts if isinstance(text, str)}


def problem_language(accept_language: str | None) -> str:
    """The language of a problem: the preferred one of those that errors are written in; English if none is named."""
    return negotiate_language(None, accept_language, LANGUAGES)


def problem_writer(request: HTTPConnection) -> ProblemWriter:
    """A writer for texts within an answer that is no problem, in the language that its problems would have."""
    return ProblemWriter(problem_language(request.headers.get("accept-language")))


class ProblemResponse(Response):
    """The problem+json response of an error, written in the language of the request that it is sent to."""

    def __init__(self, error: HubError, lang: str = DEFAULT_LANGUAGE):
        self.error = error
        headers = {"cache-control": "no-store", "vary": "Accept-Language"}
        if (seconds := error.extra.get("retry_after", error.retry_after)) is not None:
            headers["retry-after"] = str(seconds)
        writer = ProblemWriter(lang)
        body = _dump_problem(error, writer)
        headers["content-language"] = writer.languages
        super().__init__(body, error.status, headers, MEDIA_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        languages = PAGE_LANGUAGES if WITHIN_PAGE in scope else LANGUAGES
        lang = negotiate_language(None, Headers(scope=scope).get("accept-language"), languages)
        if lang != DEFAULT_LANGUAGE:
            writer = ProblemWriter(lang)
            self.body = _dump_problem(self.error, writer)
            self.headers["content-language"] = writer.languages
            self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


WITHIN_PAGE = "hub.problem_within_page"
"""Member of the scope of a request whose problem becomes a page, which has the default language of pages."""


def _dump_problem(error: HubError, writer: ProblemWriter) -> bytes:
    return orjson.dumps(problem_members(error, writer), default=str)


def problem_response(error: HubError, lang: str = DEFAULT_LANGUAGE) -> ProblemResponse:
    """The problem+json response of an error; never cached. `lang` is for whoever reads its body without sending it."""
    return ProblemResponse(error, lang)


def database_error_response(error: Exception) -> Response:
    """The answer to an error of the database, which is logged. Raises one that is the hub's own fault."""
    problem = database_problem(error)
    if problem is None:
        raise error
    log.warning("database_unreachable", problem=type(error).__name__, sqlstate=sqlstate(error))
    return problem_response(problem)


def from_validation(found: RequestValidationError, known: Sequence[str] = ()) -> HubError:
    """Convert FastAPI's validation error: `UnknownParameter` for an unknown name, else `InvalidInput`, listing all.

    `known` are the query parameters of the address.
    """
    # The first part of a place is where the parameter stands: query, path, header, body.
    # A finding about several parameters together stands at no name; its message begins with one.
    findings = [
        dict(item) | {"loc": item["loc"][1:] or (() if item["loc"][:1] == ("query",) else ("body",))}
        for item in found.errors()
    ]
    for item, given in zip(findings, found.errors(), strict=True):
        if item["type"] == "extra_forbidden":
            field = ".".join(map(str, item["loc"]))
            if given["loc"][:1] == ("query",):
                return unknown_parameter(field, known)
            return UnknownParameter(fill("The body has no member `{field}`.", field=field), field=field)
    return InvalidInput.of(findings)


def unknown_parameter(field: str, known: Sequence[str]) -> UnknownParameter:
    """The error for a query parameter that an address does not have, with the list of those that it has."""
    return UnknownParameter(
        fill("This address has no parameter `{field}`.", field=field),
        field=field,
        expected=list_names(known) if known else "no parameter",
    )


def query_parameters(route: object) -> list[str]:
    """The names of the query parameters of a route, in their order."""
    if not isinstance(route, APIRoute):
        return []
    names: list[str] = []
    for needs in _dependants(route.dependant):
        for field in needs.query_params:
            model = field.field_info.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):
                names += [member.alias or name for name, member in model.model_fields.items()]
            else:
                names.append(field.alias)
    return list(dict.fromkeys(names))


def _dependants(needs: Dependant) -> Iterator[Dependant]:
    yield needs
    for one in needs.dependencies:
        yield from _dependants(one)


def _path_without_slash(request: Request) -> str | None:
    """The path of a request without its final slash, if there is something; never with a host, which a proxy knows."""
    path = request.scope["path"]
    shorter = path.rstrip("/")
    if not shorter or shorter == path or shorter.startswith("//"):
        return None
    scope = {**request.scope, "path": shorter}
    found = table_of(request).find(scope)
    if found is None or not found.has_method:
        return None
    return f"{request.scope.get('root_path', '')}{quote(shorter)}"


def install(app: FastAPI) -> None:
    """Add handlers that turn every exception of an app into a problem, and the page that explains them."""

    async def hub_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HubError)  # noqa: S101 - registered for this class
        return problem_response(error)

    async def validation_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return problem_response(from_validation(error, query_parameters(request.scope.get("route"))))

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == 405:
            answer = problem_response(
                MethodNotAllowed(
                    fill("{path} does not support {method}.", path=request.url.path, method=request.method)
                )
            )
            answer.headers["allow"] = ", ".join(table_of(request).list_methods(request.scope))
            return answer
        if error.status_code == 404:
            if (path := _path_without_slash(request)) is not None:
                query = f"?{request.url.query}" if request.url.query else ""
                return Response(status_code=308, headers={"location": f"{path}{query}", "cache-control": "no-cache"})
            return problem_response(
                NotFound(
                    fill("There is nothing at {path}.", path=request.url.path), expected="an address listed in /docs"
                )
            )
        return problem_response(InvalidInput("The request cannot be read."))

    async def unexpected_error(_: Request, error: Exception) -> Response:
        if is_private():
            # Messages of exceptions quote values; the places in the code do not.
            log.error("request_failed", problem=type(error).__name__, where=calls_of(error))
        else:
            log.error("request_failed", problem=repr(error), exc_info=error)
        return problem_response(HubError("The error was logged. Try again later."))

    async def database_error(_: Request, error: Exception) -> Response:
        return database_error_response(error)

    async def system_error(_: Request, error: Exception) -> Response:
        if not is_disk_full(error):
            raise error
        log.error("disk_full", problem=repr(error))
        return problem_response(storage_full())

    app.add_exception_handler(HubError, hub_error)
    app.add_exception_handler(OSError, system_error)
    for raised in DATABASE_ERRORS:
        app.add_exception_handler(raised, database_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected_error)

    @app.get("/problems", include_in_schema=False)
    async def problems(request: Request) -> Response:
        lang = request_language(request, request.query_params.get("lang"), PAGE_LANGUAGES)
        html = error_page(request.scope.get("root_path", ""), lang)
        headers = {
            "cache-control": "public, max-age=3600",
            "vary": "Accept, Accept-Language",
            "content-language": lang,
        }
        return page_response(request, html, PAGE_CSP, **headers)
