"""REST of channels for editors and operators, under `/api/v1/manage`: receipts, decisions about items, switches."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.channels.decisions import resolve_item, retry_item
from hub.channels.management import list_channel_states, run_item_command, run_switch_command
from hub.channels.promises import ChannelPromises, list_promises
from hub.channels.receipts import read_receipts
from hub.channels.switches import Actor, SwitchRow, pause_channel, resume_channel, switch_off, switch_on
from hub.channels.views import ChannelState, ChannelStates, ItemResolution, PauseReason, ReceiptItem, Receipts
from hub.errors import IdempotencyMismatch
from hub.manage.http import (
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    NoBody,
    NoQuery,
    stored_response,
)
from hub.manage.routes import DOCUMENT_PATH, DocumentId
from hub.state import AppState, Parts
from hub.web.problems import merge_responses, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage", tags=["Channels"])

ChannelCode = Annotated[str, Path(max_length=32, description="Code of the channel.", examples=["zalo"])]
ItemId = Annotated[int, Path(alias="item", ge=1, le=2**62, description="Number of the item.")]
_ONCE = merge_responses(WRITE_RESPONSES, problem_responses(IdempotencyMismatch))


@routes.get(f"{DOCUMENT_PATH}/receipts", operation_id="get_receipts", response_model=Receipts, responses=READ_RESPONSES)
async def get_receipts(parts: Parts, by: CurrentPrincipal, id: DocumentId, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Return the receipts of a document on every channel (biên nhận), with calls, times and promises.

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response(await read_receipts(connection, by, id))


@routes.get(
    "/channels/promises",
    operation_id="list_channel_promises",
    response_model=ChannelPromises,
    responses=LIST_RESPONSES,
)
async def get_promises(_: CurrentPrincipal, __: NoQuery) -> Response:
    """List the minutes within which items are to be live, by channel and priority (cam kết thời gian)."""
    return no_store_response(list_promises())


@routes.get("/channels", operation_id="list_channels", response_model=ChannelStates, responses=LIST_RESPONSES)
async def get_channels(parts: Parts, by: CurrentPrincipal, _: NoQuery) -> Response:
    """List the channels with their switches (kênh phát hành). Requires the scope `read:working`."""
    async with parts.database.read() as connection:
        return no_store_response(await list_channel_states(connection, by))


@routes.post(
    "/channels/{channel}/items/{item}/resolve",
    operation_id="resolve_channel_item",
    response_model=ReceiptItem,
    responses=_ONCE,
)
async def resolve(
    parts: Parts,
    by: CurrentPrincipal,
    channel: ChannelCode,
    item: ItemId,
    body: ItemResolution,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Resolve an item that is `unknown` (xác minh). Requires the scope `publish`.

    The machine never repeats what may have arrived. What did not arrive is sent again if you say so.
    """
    answer = await run_item_command(
        parts,
        by,
        "resolve",
        (channel, item),
        body,
        idempotency_key,
        lambda session: resolve_item(session, by, channel, item, body),
    )
    return stored_response(answer)


@routes.post(
    "/channels/{channel}/items/{item}/retry",
    operation_id="retry_channel_item",
    response_model=ReceiptItem,
    responses=_ONCE,
)
async def retry(
    parts: Parts,
    by: CurrentPrincipal,
    channel: ChannelCode,
    item: ItemId,
    idempotency_key: IdempotencyKeyHeader = None,
    _: NoBody = None,
) -> Response:
    """Send an item that failed again, with its text as it is now (gửi lại). Requires the scope `publish`."""
    answer = await run_item_command(
        parts,
        by,
        "retry",
        (channel, item),
        None,
        idempotency_key,
        lambda session: retry_item(session, by, channel, item),
    )
    return stored_response(answer)


async def _switch(
    parts: AppState,
    by: Principal,
    work: Callable[[AsyncSession, Actor], Awaitable[SwitchRow]],
) -> Response:
    return no_store_response(await run_switch_command(parts, by, work))


@routes.post(
    "/channels/{channel}/on",
    operation_id="switch_channel_on",
    response_model=ChannelState,
    responses=WRITE_RESPONSES,
)
async def turn_on(parts: Parts, by: CurrentPrincipal, channel: ChannelCode, _: NoBody = None) -> Response:
    """Switch a channel on (bật kênh): what is published from now on is sent. For the operators of the hub."""
    return await _switch(parts, by, lambda session, actor: switch_on(session, channel, actor))


@routes.post(
    "/channels/{channel}/off",
    operation_id="switch_channel_off",
    response_model=ChannelState,
    responses=WRITE_RESPONSES,
)
async def turn_off(parts: Parts, by: CurrentPrincipal, channel: ChannelCode, _: NoBody = None) -> Response:
    """Switch a channel off (tắt kênh): what waits fails, what is live stays. For the operators of the hub."""
    return await _switch(parts, by, lambda session, actor: switch_off(session, channel, actor))


@routes.post(
    "/channels/{channel}/pause",
    operation_id="pause_channel",
    response_model=ChannelState,
    responses=WRITE_RESPONSES,
)
async def pause(parts: Parts, by: CurrentPrincipal, channel: ChannelCode, body: PauseReason) -> Response:
    """Let a channel wait (tạm dừng): what is published meanwhile is sent later. For the operators of the hub."""
    return await _switch(parts, by, lambda session, actor: pause_channel(session, channel, body.reason, actor))


@routes.post(
    "/channels/{channel}/resume",
    operation_id="resume_channel",
    response_model=ChannelState,
    responses=WRITE_RESPONSES,
)
async def resume(parts: Parts, by: CurrentPrincipal, channel: ChannelCode, _: NoBody = None) -> Response:
    """Let a paused channel send again (tiếp tục). For the operators of the hub."""
    return await _switch(parts, by, lambda session, actor: resume_channel(session, channel, actor))
