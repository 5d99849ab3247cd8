"""Every failure as problem+json (RFC 9457) made from the one tree of errors, with a link to its explanation."""

from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match

from hub.errors import HubError, InvalidInput, MethodNotAllowed, NotFound, ServiceUnavailable, UnknownParameter
from hub.web.error_page import error_page
from hub.web.pages import PAGE_CSP, page_headers

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


DATABASE_UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout, ConnectionError)
"""What a read raises when the database does not answer."""


class ProblemItem(BaseModel):
    """One of several things that are wrong."""

    field: str = Field(description="The parameter or member it is about.", examples=["limit"])
    detail: str = Field(description="What is wrong with it.", examples=["Input should be less than or equal to 100"])


class Problem(BaseModel):
    """A refusal in words (RFC 9457). `code` is stable; `title` and `detail` are for people."""

    type: str = Field(description="Address of the explanation.", examples=["/problems#unknown_parameter"])
    title: str = Field(description="What kind of problem it is.", examples=["This address has no such parameter"])
    status: int = Field(description="The HTTP status.", examples=[422])
    code: str = Field(description="Stable name for programs.", examples=["unknown_parameter"])
    detail: str = Field(description="What happened here.", examples=["There is no parameter `page`."])
    field: str | None = Field(None, description="The parameter or member it is about.", examples=["page"])
    expected: str | None = Field(None, description="What would be right.", examples=["agency, issuer, topic, …"])
    errors: list[ProblemItem] | None = Field(None, description="All findings, when there are several.")


COMMON_RESPONSES: dict[int | str, dict[str, Any]] = {
    429: {
        "model": Problem,
        "description": "Too many requests from this key or address; come again after `Retry-After` seconds.",
        "headers": {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
            "RateLimit-Policy": {
                "description": 'The limit: `"anonymous";q=6000;w=60` is 6,000 requests in 60 seconds.',
                "schema": {"type": "string"},
            },
            "RateLimit": {
                "description": 'What is left, here and on every other answer: `"anonymous";r=0;t=3`.',
                "schema": {"type": "string"},
            },
        },
    }
}
"""What any address may answer, for the contract."""


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


_PROBLEM_REF = f"#/components/schemas/{Problem.__name__}"


def patch_openapi(document: dict[str, Any]) -> None:
    """Let the OpenAPI document say of every refusal what is served: problem+json of the one shape.

    FastAPI writes the media type of the answers that succeed, and a shape of its own for 422 where a route names none.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                shape = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
                if shape == _PROBLEM_REF or shape.endswith("/HTTPValidationError"):
                    if shape != _PROBLEM_REF:
                        answer["description"] = "A parameter is unknown or not valid."
                    answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM_REF}}}
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)


def problem_response(error: HubError) -> Response:
    """The response that says an error."""
    members = {
        "type": f"/problems#{error.code}",
        "title": error.title,
        "status": error.status,
        **error.members(),
    }
    headers = {"cache-control": "no-store", "vary": "Accept-Language"}
    return Response(orjson.dumps(members, default=str), error.status, headers, MEDIA_TYPE)


def from_validation(found: RequestValidationError) -> HubError:
    """FastAPI's findings about a request as one of ours."""
    errors: list[dict[str, Any]] = []
    for item in found.errors():
        field = ".".join(str(part) for part in item["loc"][1:]) or "body"
        if item["type"] == "extra_forbidden":
            return UnknownParameter(f"There is no parameter `{field}` here.", field=field, expected="see /docs")
        errors.append({"field": field, "detail": item["msg"]})
    return InvalidInput(f"{errors[0]['field']}: {errors[0]['detail']}", field=errors[0]["field"], errors=errors)


def _allowed_methods(request: Request) -> list[str]:
    """The methods that a request's address answers: a router names only those of the first route it came by."""
    routes, scope = request.app.router.routes, request.scope
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return [*found, "HEAD"] if "GET" in found else found


def install(app: FastAPI) -> None:
    """Make every failure of an app a problem, and serve the page that explains them."""

    async def hub_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HubError)  # noqa: S101 - registered for this class
        return problem_response(error)

    async def validation_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return problem_response(from_validation(error))

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == 405:
            answer = problem_response(MethodNotAllowed(f"{request.url.path} does not answer {request.method}."))
            answer.headers["allow"] = ", ".join(_allowed_methods(request))
            return answer
        if error.status_code == 404:
            return problem_response(
                NotFound(f"There is nothing at {request.url.path}.", expected="an address listed in /docs")
            )
        return problem_response(InvalidInput(str(error.detail)))

    async def unexpected_error(_: Request, error: Exception) -> Response:
        log.error("request_failed", problem=repr(error))
        return problem_response(HubError("The failure was logged; trying again later may work."))

    async def database_unavailable(_: Request, error: Exception) -> Response:
        log.warning("database_unreachable", problem=type(error).__name__)
        answer = problem_response(
            ServiceUnavailable("The database does not answer.", expected="the same request a little later")
        )
        answer.headers["retry-after"] = "5"
        return answer

    app.add_exception_handler(HubError, hub_error)
    for lost in DATABASE_UNAVAILABLE:
        app.add_exception_handler(lost, database_unavailable)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected_error)

    @app.get("/problems", include_in_schema=False)
    async def problems(request: Request) -> Response:
        html = error_page(request.scope.get("root_path", ""))
        return HTMLResponse(html, headers=page_headers(PAGE_CSP) | {"cache-control": "public, max-age=3600"})
