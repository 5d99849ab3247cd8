"""Switches of channels: on from a position of the log, off, paused and resumed, each with an entry of the audit trail.

A channel starts where it is switched on: nothing that was published before is sent.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.items import wake_senders
from hub.channels.registry import find_registration, list_channels
from hub.channels.rows import ITEM, SWITCH
from hub.db import database_now
from hub.errors import NotFound, TransitionConflict
from hub.log.epochs import HEAD
from hub.manage.audit_trail import AUDIT
from hub.problem_texts.templates import fill, list_names

SWITCHED_OFF = "The channel was switched off before it was sent."
CHANNEL_ITSELF = "hub:worker"
"""Actor of pauses that a channel makes itself."""


@dataclass(frozen=True)
class Actor:
    """Person or program that changes a switch or resolves an item."""

    id: str
    label: str
    agency: str


OPERATOR = Actor("operator", "hub channels", "")


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A channel with its switch; a channel that was never switched on has only a name."""

    channel: str
    is_registered: bool
    is_on: bool = False
    since_epoch: UUID | None = None
    since_seq: int | None = None
    paused_reason: str | None = None
    paused_at: datetime | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


async def switch_on(session: AsyncSession, channel: str, by: Actor) -> SwitchRow:
    """Switch a channel on at the head of the log. One that is on already stays as it is."""
    _require_channel(channel)
    await _lock_switches(session)
    found = await read_switch(session, channel)
    if found.is_on:
        return found
    # A publication that found the switch off has ended, and its position is in the head; any other one finds it on.
    head = (await session.execute(select(HEAD.c.epoch, HEAD.c.seq))).one()
    values = {
        "is_on": True,
        "since_epoch": head.epoch,
        "since_seq": head.seq,
        "paused_reason": None,
        "paused_at": None,
        "changed_by": by.id,
        "changed_at": await database_now(session),
    }
    statement = insert(SWITCH).values(channel=channel, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=values))
    # A call that was being made when the channel was switched off may have left its item waiting since.
    dropped = await _drop_unsent(session, channel, values["changed_at"])
    await _write_audit_entry(session, by, "channel-on", channel, position=head.seq, dropped=dropped)
    await wake_senders(session)
    return await read_switch(session, channel)


async def switch_off(session: AsyncSession, channel: str, by: Actor) -> SwitchRow:
    """Switch a channel off. What was not sent yet fails with these words; what is live at the other side stays."""
    _require_channel(channel)
    await _lock_switches(session)
    at = await database_now(session)
    values = {"is_on": False, "paused_reason": None, "paused_at": None, "changed_by": by.id, "changed_at": at}
    changed = update(SWITCH).where(SWITCH.c.channel == channel, SWITCH.c.is_on).values(**values)
    if (await session.execute(changed.returning(SWITCH.c.channel))).one_or_none() is None:
        return await read_switch(session, channel)
    await _write_audit_entry(session, by, "channel-off", channel, dropped=await _drop_unsent(session, channel, at))
    return await read_switch(session, channel)


async def pause_channel(session: AsyncSession, channel: str, reason: str, by: Actor) -> SwitchRow:
    """Let a channel wait, with a reason; what is published meanwhile is sent when it is resumed."""
    await _require_on(session, channel)
    at = await database_now(session)
    values = {"paused_reason": reason, "paused_at": at, "changed_by": by.id, "changed_at": at}
    await session.execute(update(SWITCH).where(SWITCH.c.channel == channel).values(**values))
    await _write_audit_entry(session, by, "channel-pause", channel, reason=reason)
    return await read_switch(session, channel)


async def resume_channel(session: AsyncSession, channel: str, by: Actor) -> SwitchRow:
    """Let a paused channel send again."""
    found = await _require_on(session, channel)
    if found.paused_at is None:
        return found
    at = await database_now(session)
    values = {"paused_reason": None, "paused_at": None, "changed_by": by.id, "changed_at": at}
    await session.execute(update(SWITCH).where(SWITCH.c.channel == channel).values(**values))
    await _write_audit_entry(session, by, "channel-resume", channel)
    await wake_senders(session)
    return await read_switch(session, channel)


async def read_switch(connection: AsyncConnection | AsyncSession, channel: str) -> SwitchRow:
    """Read the switch of a channel; off, if it was never switched on."""
    row = (await connection.execute(select(SWITCH).where(SWITCH.c.channel == channel))).mappings().one_or_none()
    is_registered = find_registration(channel) is not None
    return SwitchRow(channel, is_registered) if row is None else SwitchRow(**row, is_registered=is_registered)


async def list_switches(connection: AsyncConnection | AsyncSession) -> list[SwitchRow]:
    """List the registered channels and those that were switched on once, by name."""
    rows = (await connection.execute(select(SWITCH).order_by(SWITCH.c.channel))).mappings().all()
    registered = {each.name for each in list_channels()}
    found = {row["channel"]: SwitchRow(**row, is_registered=row["channel"] in registered) for row in rows}
    return [found.get(name) or SwitchRow(name, True) for name in sorted(registered | set(found))]


async def _lock_switches(session: AsyncSession) -> None:
    """Wait until no transaction that writes items is under way, and let none begin to (`items.lock_switched_on`)."""
    await session.execute(text("LOCK TABLE channel_switch IN EXCLUSIVE MODE"))


async def _drop_unsent(session: AsyncSession, channel: str, at: datetime) -> int:
    """Let everything that waits on a channel fail; returns the number of items."""
    unsent = (ITEM.c.channel == channel, ITEM.c.state.in_(("queued", "held")))
    failed = {"state": "failed", "words": SWITCHED_OFF, "settled_at": at, "next_at": None, "hold": None}
    return len((await session.execute(update(ITEM).where(*unsent).values(**failed).returning(ITEM.c.id))).all())


async def _require_on(session: AsyncSession, channel: str) -> SwitchRow:
    _require_channel(channel)
    await session.execute(select(SWITCH.c.channel).where(SWITCH.c.channel == channel).with_for_update())
    found = await read_switch(session, channel)
    if not found.is_on:
        raise TransitionConflict(
            fill("The channel `{channel}` is off.", channel=channel), field="channel", expected="a channel that is on"
        )
    return found


def _require_channel(channel: str) -> None:
    if find_registration(channel) is None:
        known = list_names(sorted(each.name for each in list_channels()))
        raise NotFound(
            fill("There is no channel `{channel}`.", channel=channel), field="channel", expected=known or None
        )


async def _write_audit_entry(session: AsyncSession, by: Actor, verb: str, channel: str, **details: object) -> None:
    row = {"actor": by.id, "label": by.label, "agency": by.agency, "verb": verb}
    await session.execute(insert(AUDIT).values(**row, details={"channel": channel, **details}))
