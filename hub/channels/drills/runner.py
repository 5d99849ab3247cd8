"""Running a drill: the scenario's steps in a hub of its own, its queue, and the stand-ins of the channels."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub import demo as samples
from hub.channels.drills.exercise import ExerciseChannel, is_marked
from hub.channels.drills.report import DrillCall, DrillItem, DrillReport, DrillStepReport
from hub.channels.drills.scenario import DrillStep, Scenario, StepAction, merge_content
from hub.channels.drills.settings import DrillSettings, StandInClient, drill_settings
from hub.channels.drills.stand_ins import StandIn, serve_stand_in
from hub.channels.port import ChannelParts
from hub.channels.promises import find_promise, is_promise_kept
from hub.channels.queue import ChannelQueue
from hub.channels.registry import build_channels
from hub.channels.rows import ITEM, WAITING
from hub.channels.switches import OPERATOR, switch_on
from hub.content.commands import create_document, list_live_editions, lock_documents, publish, restore, save_edition
from hub.content.commands import withdraw as withdraw_document
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.errors import InvalidInput
from hub.jobs.dispatcher import Dispatcher
from hub.times import now

STEP_SECONDS = 120.0
"""Longest time that a step waits for its items."""
_OWN_CHANNELS = ("cap",)
"""Channels that send to nobody, and need no stand-in."""
_BY = "drill"


@dataclass
class _Drill:
    """A drill in progress."""

    scenario: Scenario
    database: Database
    queue: ChannelQueue
    stand_ins: Sequence[StandIn]
    documents: dict[str, UUID] = field(default_factory=dict)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen_items: int = 0

    async def run_step(self, number: int, step: DrillStep) -> DrillStepReport:
        began_at, began = now(), time.time()
        counts = [len(each.record.received) for each in self.stand_ins]
        for stand_in in self.stand_ins:
            for channel in stand_in.channels:
                stand_in.record.faults.extend(step.faults.get(channel, ()))
        await self._act(step)
        if step.waits:
            await self._wait()
        return DrillStepReport(
            number=number,
            title=step.title,
            role=step.role,
            action=step.action.value,
            note=step.note,
            began_at=began_at,
            faults=step.faults,
            items=await self._read_items(),
            calls=self._read_calls(counts, began),
        )

    async def _act(self, step: DrillStep) -> None:
        async with self.database.write() as session:
            if step.action in (StepAction.publish, StepAction.correct):
                await self._publish(session, step)
                return
            document_id = self.documents[step.bulletin]
            document = (await lock_documents(session, [document_id]))[document_id]
            if step.action is StepAction.withdraw:
                await withdraw_document(session, document, reason=step.note or "")
            else:
                await restore(session, document)

    async def _publish(self, session: AsyncSession, step: DrillStep) -> None:
        content = merge_content(self.contents.get(step.bulletin, {}), step, now())
        self.contents[step.bulletin] = content
        corrected = None
        if step.action is StepAction.publish:
            document = await create_document(session, document_id=uuid4(), kind="bulletin", owner=self.scenario.agency)
            self.documents[step.bulletin] = document.id
        else:
            document_id = self.documents[step.bulletin]
            document = (await lock_documents(session, [document_id]))[document_id]
            corrected = (await list_live_editions(session, document_id))[0].number
        edition = await save_edition(
            session,
            document,
            lang="vi",
            content=content,
            by=_BY,
            change_note=step.note,
            correction_of=corrected,
        )
        await publish(session, [edition.id or 0], verb=Verb.publish_trusted)

    async def _wait(self) -> None:
        """Wait until nothing is left that the machine does."""
        end = time.monotonic() + STEP_SECONDS
        while time.monotonic() < end:
            async with self.database.read() as connection:
                states = (await connection.execute(select(ITEM.c.state, ITEM.c.next_at))).all()
            if not any(state in WAITING or (state == "unknown" and next_at is not None) for state, next_at in states):
                return
            await asyncio.sleep(0.1)

    async def _read_items(self) -> list[DrillItem]:
        query = select(ITEM).where(ITEM.c.id > self.seen_items).order_by(ITEM.c.id)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        self.seen_items = rows[-1].id if rows else self.seen_items
        names = {document: name for name, document in self.documents.items()}
        return [_item_report(row, names[row.document_id]) for row in rows]

    def _read_calls(self, counts: Sequence[int], began: float) -> list[DrillCall]:
        calls = [
            DrillCall(
                channel=stand_in.channels[0],
                call=each.call,
                did=each.did,
                seconds=round(max(0.0, each.at - began), 2),
                is_marked=is_marked(each.payload) or each.call == "remove",
            )
            for stand_in, count in zip(self.stand_ins, counts, strict=True)
            for each in stand_in.record.received[count:]
        ]
        return sorted(calls, key=lambda call: call.seconds)


async def run_drill(
    scenario: Scenario,
    stand_ins: Sequence[StandIn],
    *,
    database_url: str,
    folder: Path,
    say: Callable[[str], None] = lambda _: None,
) -> DrillReport:
    """Run a scenario in an empty, migrated database; the rooms are registered. Raises `InvalidInput`.

    Nothing but the stand-ins is reached: the settings come from no environment, and the client refuses other addresses.
    """
    _check_faults(scenario, stand_ins)
    began_at = now()
    async with AsyncExitStack() as stack:
        addresses = [await stack.enter_async_context(serve_stand_in(each)) for each in stand_ins]
        given: dict[str, Any] = {}
        for stand_in, address in zip(stand_ins, addresses, strict=True):
            given |= stand_in.settings(address)
        settings = drill_settings(database_url, folder, given)
        database = Database(settings, background=True)
        stack.push_async_callback(database.dispose)
        outgoing = StandInClient(settings, tuple(addresses))
        stack.push_async_callback(outgoing.close)
        queue = await _build_queue(settings, database, outgoing, stand_ins)
        drill = _Drill(scenario, database, queue, stand_ins)
        steps = []
        async with _sending(database, queue):
            for number, step in enumerate(scenario.steps, start=1):
                say(f"{number}/{len(scenario.steps)} {step.title}")
                steps.append(await drill.run_step(number, step))
        return _summarise(scenario, steps, began_at, outgoing.refused)


async def _build_queue(
    settings: DrillSettings, database: Database, outgoing: StandInClient, stand_ins: Sequence[StandIn]
) -> ChannelQueue:
    """Build the channels that have a stand-in, switch them on, and give them what they need."""
    async with database.write() as session:
        await samples.load_registry(session)
    built = build_channels(ChannelParts(settings, database, outgoing))
    names = [*(name for each in stand_ins for name in each.channels), *_OWN_CHANNELS]
    channels = {name: ExerciseChannel(built[name]) for name in names if name in built}
    for stand_in in stand_ins:
        await stand_in.prepare(database, settings)
    async with database.write() as session:
        for name in channels:
            await switch_on(session, name, OPERATOR)
    return ChannelQueue(database, settings, channels)


class _sending:  # noqa: N801 - a context manager
    """Serves the queue for the block, as a worker does."""

    def __init__(self, database: Database, queue: ChannelQueue):
        self.stop = asyncio.Event()
        self.dispatcher = Dispatcher(database, queue, poll=0.2)

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self.dispatcher.run(self.stop))

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await self.task


def _check_faults(scenario: Scenario, stand_ins: Sequence[StandIn]) -> None:
    known: Mapping[str, tuple[str, ...]] = {name: each.faults for each in stand_ins for name in each.channels}
    for number, step in enumerate(scenario.steps, start=1):
        for channel, faults in step.faults.items():
            wrong = [fault for fault in faults if fault not in known.get(channel, ())]
            if channel not in known or wrong:
                problem = f"Step {number} names a fault that no stand-in of `{channel}` has: {', '.join(faults)}."
                expected = "; ".join(f"{name}: {', '.join(each)}" for name, each in known.items())
                raise InvalidInput(problem, field="faults", expected=expected)


def _item_report(row: Any, bulletin: str) -> DrillItem:
    until = row.settled_at or now()
    minutes = find_promise(row.channel, row.priority)
    is_kept = is_promise_kept(row.state, minutes, row.made_at, until)
    return DrillItem(
        channel=row.channel,
        bulletin=bulletin,
        action=row.action,
        state=row.state,
        seconds=round(max(0.0, (until - row.made_at) / timedelta(seconds=1)), 2),
        promised_minutes=minutes,
        is_kept=is_kept,
        attempts=row.attempts,
        words=row.words,
        title=_find_title(row.payload or {}),
    )


def _find_title(payload: Any) -> str | None:
    """Find the first text under a member `title`."""
    if isinstance(payload, dict):
        if isinstance(payload.get("title"), str):
            return str(payload["title"])
        return next((found for each in payload.values() if (found := _find_title(each))), None)
    return None


def _summarise(scenario: Scenario, steps: list[DrillStepReport], began_at: Any, refused: list[str]) -> DrillReport:
    items = [item for step in steps for item in step.items]
    calls = [call for step in steps for call in step.calls]
    return DrillReport(
        title=scenario.title,
        summary=scenario.summary.strip(),
        goals=scenario.goals,
        began_at=began_at,
        ended_at=now(),
        steps=steps,
        items=len(items),
        kept=sum(item.is_kept is True for item in items),
        missed=sum(item.is_kept is False for item in items),
        unknown=sum(item.state == "unknown" for item in items),
        payloads=len(calls),
        marked=sum(call.is_marked for call in calls),
        refused_addresses=refused,
    )
