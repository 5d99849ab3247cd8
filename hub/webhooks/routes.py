"""REST routes of webhooks, under `/api/v1/manage/webhooks`.

A key needs the scope `webhooks` (for endpoints that it created) or `admin` (for all endpoints of its agencies).
"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.manage.http import (
    CREATE_RESPONSES,
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    NoBody,
    NoQuery,
    run_command,
)
from hub.registry.hierarchy import get_registry
from hub.state import AppState, Parts
from hub.web.responses import no_store_response
from hub.web.router import HubRouter
from hub.webhooks import views
from hub.webhooks.commands import EndpointManager
from hub.webhooks.queries import (
    list_endpoints,
    list_messages,
    list_receipts,
    read_endpoint,
    read_message,
    require_endpoint,
)
from hub.webhooks.test_message import send_test_webhook

routes = HubRouter(prefix="/api/v1/manage/webhooks", tags=["Webhooks"])

WebhookId = Annotated[UUID, Path(description="UUID of the webhook.")]
Seq = Annotated[
    int, Path(ge=-(2**31), le=2**62, description="Position of the message in the log; negative for `hub.resync`.")
]


async def _run_command(
    parts: AppState, by: Principal, work: Callable[[EndpointManager], Awaitable[BaseModel | None]], status: int = 200
) -> Response:
    registry = await get_registry(parts.database)
    return await run_command(
        parts, lambda session: work(EndpointManager(session, parts.settings, by, registry)), status
    )


@routes.post(
    "",
    operation_id="create_webhook",
    status_code=201,
    response_model=views.EndpointWithSecret,
    responses=CREATE_RESPONSES,
)
async def create_webhook(parts: Parts, by: CurrentPrincipal, body: views.NewEndpoint) -> Response:
    """Create an endpoint (địa chỉ nhận). It receives everything that is published from now on.

    The response contains the secret, which is shown only once.
    """
    return await _run_command(parts, by, lambda hooks: hooks.create(body), 201)


@routes.get("", operation_id="list_webhooks", response_model=views.EndpointPage, responses=LIST_RESPONSES)
async def list_webhooks(
    parts: Parts, by: CurrentPrincipal, params: Annotated[views.EndpointParams, Query()]
) -> Response:
    """List the endpoints that the key created; with the scope `admin`, all endpoints of its agencies. Newest first."""
    async with parts.database.read() as connection:
        return no_store_response(await list_endpoints(connection, by, params))


@routes.get("/{id}", operation_id="get_webhook", response_model=views.Endpoint, responses=READ_RESPONSES)
async def get_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Return an endpoint with its configuration and state."""
    async with parts.database.read() as connection:
        await require_endpoint(connection, by, id)
        return no_store_response(await read_endpoint(connection, id))


@routes.patch("/{id}", operation_id="change_webhook", response_model=views.Endpoint, responses=WRITE_RESPONSES)
async def change_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId, body: views.EndpointChange) -> Response:  # noqa: A002
    """Change the URL, filter, events or format. A new filter applies to entries that have no message yet."""
    return await _run_command(parts, by, lambda hooks: hooks.change(id, body))


@routes.delete("/{id}", operation_id="delete_webhook", status_code=204, response_model=None, responses=WRITE_RESPONSES)
async def delete_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId) -> Response:  # noqa: A002
    """Delete an endpoint with its messages and receipts."""
    return await _run_command(parts, by, lambda hooks: hooks.delete(id))


@routes.post(
    "/{id}/secret",
    operation_id="rotate_webhook_secret",
    response_model=views.EndpointWithSecret,
    responses=WRITE_RESPONSES,
)
async def rotate_secret(parts: Parts, by: CurrentPrincipal, id: WebhookId, body: views.Rotation) -> Response:  # noqa: A002
    """Replace the secret. The new one is shown only once.

    During the overlap, every message carries two signatures.
    """
    return await _run_command(parts, by, lambda hooks: hooks.rotate(id, body))


@routes.post("/{id}/test", operation_id="test_webhook", response_model=views.Receipt, responses=WRITE_RESPONSES)
async def send_test(parts: Parts, by: CurrentPrincipal, id: WebhookId, _: NoBody = None) -> Response:  # noqa: A002
    """Send a `hub.test` message now and return its receipt. It is not retried and is outside the order of messages."""
    return no_store_response(await send_test_webhook(parts.database, parts.settings, by, id))


@routes.post("/{id}/pause", operation_id="pause_webhook", response_model=views.Endpoint, responses=WRITE_RESPONSES)
async def pause_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId, _: NoBody = None) -> Response:  # noqa: A002
    """Stop sending until the endpoint is resumed (tạm dừng)."""
    return await _run_command(parts, by, lambda hooks: hooks.pause(id))


@routes.post("/{id}/resume", operation_id="resume_webhook", response_model=views.Endpoint, responses=WRITE_RESPONSES)
async def resume_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId, _: NoBody = None) -> Response:  # noqa: A002
    """Resume a paused or disabled endpoint at its position, without skipping a message (tiếp tục)."""
    return await _run_command(parts, by, lambda hooks: hooks.resume(id))


@routes.post("/{id}/replay", operation_id="replay_webhook", response_model=views.Endpoint, responses=WRITE_RESPONSES)
async def replay_webhook(parts: Parts, by: CurrentPrincipal, id: WebhookId, body: views.Replay) -> Response:  # noqa: A002
    """Send everything after a position again, in order and with the same ids (gửi lại)."""
    return await _run_command(parts, by, lambda hooks: hooks.replay(id, body.after))


@routes.get(
    "/{id}/messages", operation_id="list_webhook_messages", response_model=views.MessagePage, responses=READ_RESPONSES
)
async def get_messages(
    parts: Parts,
    by: CurrentPrincipal,
    id: WebhookId,  # noqa: A002
    params: Annotated[views.MessageParams, Query()],
) -> Response:
    """List the messages of an endpoint, latest position first."""
    async with parts.database.read() as connection:
        await require_endpoint(connection, by, id)
        return no_store_response(await list_messages(connection, id, params))


@routes.get(
    "/{id}/messages/{seq}",
    operation_id="get_webhook_message",
    response_model=views.MessageWithBody,
    responses=READ_RESPONSES,
)
async def get_message(parts: Parts, by: CurrentPrincipal, id: WebhookId, seq: Seq, _: NoQuery) -> Response:  # noqa: A002
    """Return a message with its body."""
    async with parts.database.read() as connection:
        await require_endpoint(connection, by, id)
        return no_store_response(await read_message(connection, id, seq))


@routes.post(
    "/{id}/messages/{seq}/retry",
    operation_id="retry_webhook_message",
    response_model=views.MessageWithBody,
    responses=WRITE_RESPONSES,
)
async def retry_message(parts: Parts, by: CurrentPrincipal, id: WebhookId, seq: Seq, _: NoBody = None) -> Response:  # noqa: A002
    """Send a parked or dropped message again, before all waiting messages."""
    return await _run_command(parts, by, lambda hooks: hooks.retry(id, seq))


@routes.post(
    "/{id}/messages/{seq}/drop",
    operation_id="drop_webhook_message",
    response_model=views.MessageWithBody,
    responses=WRITE_RESPONSES,
)
async def drop_message(parts: Parts, by: CurrentPrincipal, id: WebhookId, seq: Seq, _: NoBody = None) -> Response:  # noqa: A002
    """Drop a parked or waiting message, so that the next one can be sent."""
    return await _run_command(parts, by, lambda hooks: hooks.drop(id, seq))


@routes.get(
    "/{id}/receipts", operation_id="list_webhook_receipts", response_model=views.ReceiptPage, responses=READ_RESPONSES
)
async def get_receipts(
    parts: Parts,
    by: CurrentPrincipal,
    id: WebhookId,  # noqa: A002
    params: Annotated[views.ReceiptParams, Query()],
) -> Response:
    """List the attempts with request, response and duration, newest first (biên nhận)."""
    async with parts.database.read() as connection:
        await require_endpoint(connection, by, id)
        return no_store_response(await list_receipts(connection, id, params))
