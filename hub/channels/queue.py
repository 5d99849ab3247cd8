"""Queue of channels for `hub.jobs.dispatcher`: one process serves a channel at a time, urgent items first.

Between two calls the order is decided again, so an urgent item waits for the call in progress at most.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.calls import OpenCall, cancel_call, is_stated, recover_interrupted, start_call
from hub.channels.due import has_work
from hub.channels.outcomes import RetryPolicy
from hub.channels.port import ChannelPort, ChannelReply, ItemAction, ReplyKind, is_harmless
from hub.channels.replies import record_reply
from hub.channels.rows import SWITCH, WAKE
from hub.db import Database
from hub.faults import describe_fault
from hub.jobs.dispatcher import DueJob
from hub.log.send_lease import SendGate
from hub.settings import Settings
from hub.times import now

log = structlog.get_logger()

MAX_PER_TURN = 200
"""Calls made on one channel before its lease is given back."""
TURN_SECONDS = 900.0
"""Seconds after which no further call is begun in a turn: a turn that is ended from outside leaves doubt."""


class ChannelQueue:
    """Queue of channels with due items."""

    name = "channels"
    channel = WAKE

    def __init__(
        self,
        database: Database,
        settings: Settings,
        channels: Mapping[str, ChannelPort],
        *,
        gate: SendGate | None = None,
    ):
        self.database = database
        self.channels = channels
        self.gate = gate
        self.call_seconds = settings.channel_call_seconds
        self.policy = RetryPolicy(settings.channel_retry_first, settings.channel_retry_hours)

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List the channels that are on, not paused, and have something to do, or were interrupted."""
        wanted = [name for name in self.channels if name not in busy]
        if not wanted:
            return []
        query = (
            select(SWITCH.c.channel)
            .where(SWITCH.c.channel.in_(wanted), SWITCH.c.is_on, SWITCH.c.paused_at.is_(None), has_work(now()))
            .order_by(SWITCH.c.channel)
            .limit(limit)
        )
        async with self.database.read() as connection:
            names = (await connection.execute(query)).scalars().all()
        return [DueJob(name, name) for name in names]

    async def serve(self, key: str) -> None:
        """Make the due calls of one channel, one after another."""
        channel = self.channels[key]
        async with self.database.write() as session:
            await recover_interrupted(session, channel, now(), wait=self.policy.first)
        until = time.monotonic() + TURN_SECONDS
        for _ in range(MAX_PER_TURN):
            if not await self.serve_next(channel) or time.monotonic() > until:
                return

    async def serve_next(self, channel: ChannelPort) -> bool:
        """Make the next due call of a channel; returns False if none is due or none may be made."""
        async with self.database.write() as session:
            if not await self._is_sending(session, channel.name):
                return False
            call = await start_call(session, channel, now())
        if call is None:
            return False
        if not isinstance(call, OpenCall):
            return True  # settled without a call
        if not await self._may_call(call):
            async with self.database.write() as session:
                await cancel_call(session, call)
            return False
        began = time.monotonic()
        reply = await self._make_call(channel, call)
        seconds = time.monotonic() - began
        async with self.database.write() as session:
            state = await record_reply(session, channel, call, reply, at=now(), seconds=seconds, policy=self.policy)
        log.info(
            "channel_called",
            channel=channel.name,
            item=call.item.id,
            step=call.work.step,
            reply=reply.kind.value,
            state=state,
            seconds=round(seconds, 3),
        )
        return True

    async def record_failure(self, key: str, problem: str) -> None:
        """Log an unforeseen exception: the channel rests, and the alarm of waiting work tells it."""
        log.error("channel_stopped", channel=key, problem=problem)

    async def _may_call(self, call: OpenCall) -> bool:
        """Tell, just before a call, whether the right to send covers it and the item still waits for it."""
        if call.number is None:
            return True
        if self.gate is not None and not await self.gate.covers_call(call.number):
            return False
        async with self.database.read() as connection:
            return await is_stated(connection, call)

    async def _is_sending(self, session: AsyncSession, channel: str) -> bool:
        query = select(SWITCH.c.channel).where(
            SWITCH.c.channel == channel, SWITCH.c.is_on, SWITCH.c.paused_at.is_(None)
        )
        return (await session.execute(query)).scalar_one_or_none() is not None

    async def _make_call(self, channel: ChannelPort, call: OpenCall) -> ChannelReply:
        """Make a call. An exception says nothing about what happened at the other side."""
        make = channel.retract if call.work.action is ItemAction.retract else channel.send
        make = channel.confirm if call.is_question else make
        is_known = not call.is_question and is_harmless(channel, call.work.step)
        lost = ReplyKind.retry if is_known else ReplyKind.unknown
        try:
            async with asyncio.timeout(self.call_seconds):
                return await make(call.work)
        except TimeoutError:
            return ChannelReply(lost, words=f"No answer within {self.call_seconds:g} seconds.")
        except Exception as problem:
            return ChannelReply(lost, words=describe_fault(problem))
