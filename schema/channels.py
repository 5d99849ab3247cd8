"""Channels in GraphQL: receipts, switches and promises below `manage`, and decisions about items."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.channels.decisions import resolve_item, retry_item
from hub.channels.management import list_channel_states, run_item_command
from hub.channels.promises import ChannelPromise, list_promises
from hub.channels.receipts import read_receipts
from hub.channels.views import ChannelState, ItemResolution, ReceiptItem, Receipts
from hub.channels.zalo.routes import read_ledger_for
from hub.channels.zalo.views import ZaloLedger
from hub.domain.types import Content
from hub.manage.idempotency import StoredResponse
from hub.web.parameters import NoParams
from schema.arguments import query_field
from schema.commands import command_field
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]


class ReceiptArguments(NoParams):
    id: UUID = Field(description="UUID of the document.")


async def _resolve_receipts(info: Info, params: ReceiptArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await read_receipts(connection, by, params.id)).model_dump(mode="json")


async def _resolve_channels(info: Info, _: NoParams) -> list[dict[str, Any]]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await list_channel_states(connection, by)
    return [item.model_dump(mode="json") for item in found.items]


async def _resolve_zalo_ledger(info: Info, _: NoParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    return (await read_ledger_for(info.context.parts, by)).model_dump(mode="json")


async def _resolve_promises(info: Info, _: NoParams) -> list[dict[str, Any]]:
    await info.context.require_editor()
    return [item.model_dump(mode="json") for item in list_promises().items]


CHANNEL_FIELDS: dict[str, Any] = {
    "receipts": query_field(
        ReceiptArguments,
        view_type(Receipts),
        "Receipts of a document on every channel, with calls, times and promises (biên nhận).",
        _resolve_receipts,
    ),
    "channels": query_field(
        NoParams,
        list[view_type(ChannelState)],  # type: ignore[misc]
        "Channels with their switches (kênh phát hành).",
        _resolve_channels,
    ),
    "channel_promises": query_field(
        NoParams,
        list[view_type(ChannelPromise)],  # type: ignore[misc]
        "Minutes within which items are to be live, by channel and priority (cam kết thời gian).",
        _resolve_promises,
    ),
    "zalo_ledger": query_field(
        NoParams,
        view_type(ZaloLedger),
        "Broadcasts on Zalo that quota, package and hours still allow (sổ hạn mức). Look before you approve one.",
        _resolve_zalo_ledger,
    ),
}
"""Fields of `Manage`."""

_CHANNEL = Field(max_length=32, description="Code of the channel.", examples=["zalo"])
_ITEM = FieldInfo.from_annotated_attribute(int, Field(ge=1, le=2**62, description="Number of the item."))


class ResolutionArguments(ItemResolution):
    channel: str = _CHANNEL


class RetryArguments(Content):
    channel: str = _CHANNEL


async def _resolve_item(context: Context, by: Principal, item: Any, given: Any, key: str | None) -> StoredResponse:
    body = ItemResolution.model_validate(given.model_dump(exclude={"channel"}, exclude_unset=True))
    return await run_item_command(
        context.parts,
        by,
        "resolve",
        (given.channel, item),
        body,
        key,
        lambda session: resolve_item(session, by, given.channel, item, body),
    )


async def _retry_item(context: Context, by: Principal, item: Any, given: Any, key: str | None) -> StoredResponse:
    return await run_item_command(
        context.parts,
        by,
        "retry",
        (given.channel, item),
        None,
        key,
        lambda session: retry_item(session, by, given.channel, item),
    )


CHANNEL_MUTATIONS: dict[str, Any] = {
    "resolve_channel_item": command_field(
        ResolutionArguments,
        ReceiptItem,
        "Resolve an item that is `unknown` (xác minh). Requires the scope `publish`.",
        _resolve_item,
        target=_ITEM,
    ),
    "retry_channel_item": command_field(
        RetryArguments,
        ReceiptItem,
        "Send an item that failed again, with its text as it is now (gửi lại). Requires the scope `publish`.",
        _retry_item,
        target=_ITEM,
    ),
}
"""Fields of `Mutation`."""
