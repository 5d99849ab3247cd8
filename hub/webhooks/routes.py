"""REST for webhooks, below `/api/v1/manage`: a key needs the scope `webhooks` (its own) or `admin` (its agencies)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import Acting
from hub.auth.principal import Principal
from hub.registry.hierarchy import registry
from hub.state import Parts, State
from hub.web.parameters import NoParams
from hub.web.problems import Problem
from hub.web.responses import JSON
from hub.webhooks import views
from hub.webhooks.commands import Hooks
from hub.webhooks.queries import (
    endpoint_row,
    list_endpoints,
    list_messages,
    list_receipts,
    read_endpoint,
    read_message,
)
from hub.webhooks.test_message import send_test

routes = APIRouter(prefix="/api/v1/manage/webhooks", tags=["Webhooks"])

WebhookId = Annotated[UUID, Path(description="The webhook's UUID.")]
Seq = Annotated[int, Path(ge=1, le=2**62, description="Position of the message's entry in the log.")]
Nothing = Annotated[NoParams, Query()]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    said = {
        401: "No valid key.",
        403: "The key's scope or agency does not allow it.",
        404: "No such webhook or message.",
        409: "Its state does not allow it.",
        413: "The body is too large.",
        422: "Something in the request is not right; `field` says what.",
    }
    return {status: {"model": Problem, "description": said[status]} for status in statuses}


READS = _problems(401, 403, 404, 422)
WRITES = _problems(401, 403, 404, 409, 413, 422)


def _answer(found: BaseModel, status: int = 200) -> Response:
    return Response(found.model_dump_json(), status, {"cache-control": "no-store"}, JSON)


async def _do(
    parts: State, by: Principal, work: Callable[[Hooks], Awaitable[BaseModel]], status: int = 200
) -> Response:
    known = await registry(parts.database)
    async with parts.database.write() as session:
        found = await work(Hooks(session, parts.settings, by, known))
    return _answer(found, status)


@routes.post(
    "",
    operation_id="create_webhook",
    status_code=201,
    response_model=views.EndpointWithSecret,
    responses=_problems(401, 403, 413, 422),
)
async def create_webhook(parts: Parts, by: Acting, body: views.NewEndpoint) -> Response:
    """Make an endpoint: it gets what is published from now on. The answer holds its secret, this once."""
    return await _do(parts, by, lambda hooks: hooks.create(body), 201)


@routes.get("", operation_id="list_webhooks", response_model=views.EndpointPage, responses=_problems(401, 403, 422))
async def list_webhooks(parts: Parts, by: Acting, params: Annotated[views.EndpointParams, Query()]) -> Response:
    """Your endpoints; with the scope `admin` all of your agencies. Newest first."""
    async with parts.database.read() as connection:
        return _answer(await list_endpoints(connection, by, params))


@routes.get("/{id}", operation_id="get_webhook", response_model=views.Endpoint, responses=READS)
async def get_webhook(parts: Parts, by: Acting, id: WebhookId, _: Nothing) -> Response:  # noqa: A002 - the public name
    """An endpoint: what it wants, and how it stands."""
    async with parts.database.read() as connection:
        await endpoint_row(connection, by, id)
        return _answer(await read_endpoint(connection, id))


@routes.patch("/{id}", operation_id="change_webhook", response_model=views.Endpoint, responses=WRITES)
async def change_webhook(parts: Parts, by: Acting, id: WebhookId, body: views.EndpointChange) -> Response:  # noqa: A002
    """Change address, filters or form. Filters hold for what no message was made of yet."""
    return await _do(parts, by, lambda hooks: hooks.change(id, body))


@routes.delete("/{id}", operation_id="delete_webhook", status_code=204, response_model=None, responses=WRITES)
async def delete_webhook(parts: Parts, by: Acting, id: WebhookId) -> Response:  # noqa: A002
    """Forget it with its messages and receipts."""
    known = await registry(parts.database)
    async with parts.database.write() as session:
        await Hooks(session, parts.settings, by, known).delete(id)
    return Response(status_code=204, headers={"cache-control": "no-store"})


@routes.post(
    "/{id}/secret", operation_id="rotate_webhook_secret", response_model=views.EndpointWithSecret, responses=WRITES
)
async def rotate_secret(parts: Parts, by: Acting, id: WebhookId, body: views.Rotation) -> Response:  # noqa: A002
    """A new secret, shown this once. For the overlap every message carries two signatures."""
    return await _do(parts, by, lambda hooks: hooks.rotate(id, body))


@routes.post("/{id}/test", operation_id="test_webhook", response_model=views.Receipt, responses=WRITES)
async def try_webhook(parts: Parts, by: Acting, id: WebhookId, _: views.NoWords) -> Response:  # noqa: A002
    """Send a `hub.test` message now and read its receipt; it is not repeated, and says nothing about the order."""
    return _answer(await send_test(parts.database, parts.settings, by, id))


@routes.post("/{id}/pause", operation_id="pause_webhook", response_model=views.Endpoint, responses=WRITES)
async def pause_webhook(parts: Parts, by: Acting, id: WebhookId, _: views.NoWords) -> Response:  # noqa: A002
    """Send nothing until it is resumed (tạm dừng)."""
    return await _do(parts, by, lambda hooks: hooks.pause(id))


@routes.post("/{id}/resume", operation_id="resume_webhook", response_model=views.Endpoint, responses=WRITES)
async def resume_webhook(parts: Parts, by: Acting, id: WebhookId, _: views.NoWords) -> Response:  # noqa: A002
    """Go on where it stood, paused or disabled: nothing is left out (tiếp tục)."""
    return await _do(parts, by, lambda hooks: hooks.resume(id))


@routes.post("/{id}/replay", operation_id="replay_webhook", response_model=views.Endpoint, responses=WRITES)
async def replay_webhook(parts: Parts, by: Acting, id: WebhookId, body: views.Replay) -> Response:  # noqa: A002
    """Send everything behind a position again, in order, with the same ids (gửi lại)."""
    return await _do(parts, by, lambda hooks: hooks.replay(id, body.after))


@routes.get("/{id}/messages", operation_id="list_webhook_messages", response_model=views.MessagePage, responses=READS)
async def get_messages(
    parts: Parts,
    by: Acting,
    id: WebhookId,  # noqa: A002
    params: Annotated[views.MessageParams, Query()],
) -> Response:
    """What it got, waits for, or refused; the newest position first."""
    async with parts.database.read() as connection:
        await endpoint_row(connection, by, id)
        return _answer(await list_messages(connection, id, params))


@routes.get(
    "/{id}/messages/{seq}",
    operation_id="get_webhook_message",
    response_model=views.MessageWithBody,
    responses=READS,
)
async def get_message(parts: Parts, by: Acting, id: WebhookId, seq: Seq, _: Nothing) -> Response:  # noqa: A002
    """One message with the bytes that are sent."""
    async with parts.database.read() as connection:
        await endpoint_row(connection, by, id)
        return _answer(await read_message(connection, id, seq))


@routes.post(
    "/{id}/messages/{seq}/retry",
    operation_id="retry_webhook_message",
    response_model=views.MessageWithBody,
    responses=WRITES,
)
async def retry_message(parts: Parts, by: Acting, id: WebhookId, seq: Seq, _: views.NoWords) -> Response:  # noqa: A002
    """Send a parked or dropped message again, before all that wait."""
    return await _do(parts, by, lambda hooks: hooks.retry(id, seq))


@routes.post(
    "/{id}/messages/{seq}/drop",
    operation_id="drop_webhook_message",
    response_model=views.MessageWithBody,
    responses=WRITES,
)
async def drop_message(parts: Parts, by: Acting, id: WebhookId, seq: Seq, _: views.NoWords) -> Response:  # noqa: A002
    """Give a parked or waiting message up; the next one may go."""
    return await _do(parts, by, lambda hooks: hooks.drop(id, seq))


@routes.get("/{id}/receipts", operation_id="list_webhook_receipts", response_model=views.ReceiptPage, responses=READS)
async def get_receipts(
    parts: Parts,
    by: Acting,
    id: WebhookId,  # noqa: A002
    params: Annotated[views.ReceiptParams, Query()],
) -> Response:
    """Every attempt with request, answer and time, newest first (biên nhận)."""
    async with parts.database.read() as connection:
        await endpoint_row(connection, by, id)
        return _answer(await list_receipts(connection, id, params))
