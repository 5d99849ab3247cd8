"""Commands and lists of channels as REST and GraphQL both run them."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.channels.rights import require_operator
from hub.channels.switches import Actor, SwitchRow, list_switches
from hub.channels.views import ChannelState, ChannelStates, ReceiptItem
from hub.errors import Forbidden
from hub.manage.http import run_command_once, sent_members
from hub.manage.idempotency import StoredResponse
from hub.problem_texts.templates import fill
from hub.state import AppState


async def run_item_command(
    parts: AppState,
    by: Principal,
    verb: str,
    target: tuple[str, int],
    body: BaseModel | None,
    idempotency_key: str | None,
    work: Callable[[AsyncSession], Awaitable[ReceiptItem]],
) -> StoredResponse:
    """Run a decision about an item once for the idempotency key; `target` is channel and item."""
    facts = (f"channel-{verb}", target, sent_members(body))
    return await run_command_once(parts, by, idempotency_key, facts, work)


async def run_switch_command(
    parts: AppState, by: Principal, work: Callable[[AsyncSession, Actor], Awaitable[SwitchRow]]
) -> ChannelState:
    """Change a switch for an operator of the hub. Raises `Forbidden`."""
    async with parts.database.write() as session:
        await require_operator(session, by)
        return channel_state(await work(session, Actor(by.id, by.label, by.agency)))


async def list_channel_states(connection: AsyncConnection, by: Principal) -> ChannelStates:
    """List the channels for whoever may read working editions. Raises `Forbidden`."""
    if Scope.read_working not in by.scopes:
        raise Forbidden(fill("This needs the scope `{read_working}`.", read_working=Scope.read_working))
    return ChannelStates(items=[channel_state(row) for row in await list_switches(connection)])


def channel_state(row: SwitchRow) -> ChannelState:
    """Return the view of a switch."""
    return ChannelState(**{name: getattr(row, name) for name in ChannelState.model_fields})
