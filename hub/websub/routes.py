"""REST route of the WebSub hub: `POST /websub`, the target of `rel=hub` in feeds."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.errors import InvalidInput
from hub.state import Parts
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.web.router import HubRouter
from hub.websub.subscriptions import parse_request, save_request

routes = HubRouter(tags=["Feeds"])

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

_FORM_FIELDS: dict[str, Any] = {
    "hub.mode": {
        "type": "string",
        "enum": ["subscribe", "unsubscribe"],
        "description": "Action: subscribe or unsubscribe.",
    },
    "hub.topic": {
        "type": "string",
        "description": "The `self` URL of a feed of this hub, including its filters.",
        "examples": ["https://hub.example.vn/feeds/policies.atom?topic=moi-truong"],
    },
    "hub.callback": {"type": "string", "description": "URL that receives the content; it must be a public address."},
    "hub.lease_seconds": {
        "type": "integer",
        "description": "Duration of the subscription: 300 to 2,592,000 seconds; by default 864,000.",
    },
    "hub.secret": {
        "type": "string",
        "description": "Secret of less than 200 bytes that signs the content (HMAC-SHA256).",
    },
}


@routes.post(
    "/websub",
    operation_id="websub",
    summary="Subscribe to a feed by WebSub (đăng ký nhận tin)",
    description="The WebSub hub of the feeds. The response is 202; then the callback is asked to confirm the request "
    "(`hub.challenge`) or notified that it is denied. Whenever the feed changes, its whole first page is sent, with "
    "`X-Hub-Signature` if there is a secret, until the lease ends. Subscribe again to renew the lease.",
    status_code=202,
    response_class=Response,
    responses={
        202: {"description": "Accepted; the callback must confirm the request."},
        413: {"model": Problem, "description": "The body is too large."},
        422: {"model": Problem, "description": "A parameter is missing or not valid."},
        429: {"model": Problem, "description": "Too many requests of this client or domain wait for confirmation."},
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
    subscription_request = parse_request(await request.body(), parts.settings)
    client = parts.client_ips.resolve(request.scope)
    async with parts.database.write() as session:
        await save_request(session, subscription_request, parts.settings, base_url(request, parts.settings), client)
    return Response(status_code=202, headers={"cache-control": "no-store"})
