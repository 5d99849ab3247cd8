"""`POST /websub`: where the feeds' `rel=hub` leads."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.errors import InvalidInput
from hub.state import Parts
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.websub.subscriptions import parse_request, save_request

routes = APIRouter(tags=["Feeds"])

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

_FORM_FIELDS: dict[str, Any] = {
    "hub.mode": {"type": "string", "enum": ["subscribe", "unsubscribe"], "description": "What is wanted."},
    "hub.topic": {
        "type": "string",
        "description": "The `self` address of a feed of this hub, filters included.",
        "examples": ["https://hub.example.vn/feeds/policies.atom?topic=moi-truong"],
    },
    "hub.callback": {"type": "string", "description": "Where content is sent: a public address."},
    "hub.lease_seconds": {"type": "integer", "description": "For how long: 300 to 2,592,000; 864,000 when absent."},
    "hub.secret": {"type": "string", "description": "Less than 200 bytes; content is then signed by it (sha256)."},
}


@routes.post(
    "/websub",
    operation_id="websub",
    summary="Subscribe to a feed by WebSub (đăng ký nhận tin)",
    description="The WebSub hub of the feeds. The answer is 202; then the callback is asked to confirm "
    "(`hub.challenge`) or told that it is denied. Content comes as the whole first page of the feed whenever it "
    "changes, with `X-Hub-Signature` when there is a secret, until the lease ends; subscribe again to renew it.",
    status_code=202,
    response_class=Response,
    responses={
        202: {"description": "Taken; the callback has to confirm."},
        413: {"model": Problem, "description": "The body is too large."},
        422: {"model": Problem, "description": "A parameter is missing or not valid."},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM_MEDIA_TYPE: {
                    "schema": {
                        "type": "object",
                        "required": ["hub.mode", "hub.topic", "hub.callback"],
                        "properties": _FORM_FIELDS,
                    }
                }
            },
        }
    },
)
async def websub(request: Request, parts: Parts) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_MEDIA_TYPE:
        raise InvalidInput("The body must be a form.", field="Content-Type", expected=FORM_MEDIA_TYPE)
    wish = parse_request(await request.body(), parts.settings)
    async with parts.database.write() as session:
        await save_request(session, wish, parts.settings, base_url(request, parts.settings))
    return Response(status_code=202, headers={"cache-control": "no-store"})
