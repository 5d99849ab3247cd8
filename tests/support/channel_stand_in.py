"""Channels for tests: a stand-in whose answers are scripted, in the process of the test.

It keeps what a real one would: copies that readers see, in the order in which they came. Nothing is idempotent: each
call of `publish` makes one more copy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hub import rooms
from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration, build_channels, register_channel, unregister_channel
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings

LONGEST = 60
"""Characters of a title that the stand-in takes."""

Script = Callable[[Work], ChannelReply | None]
"""Answers a call in place of the stand-in; None lets it do its work."""


@dataclass
class StandInChannel:
    """A channel of a test: one call to publish, one to update, one to take away."""

    name: str = "zalo"
    can_confirm: bool = True
    calls: list[Work] = field(default_factory=list)
    questions: list[Work] = field(default_factory=list)
    copies: dict[str, list[str]] = field(default_factory=dict)
    """Titles that readers see, by document and language."""
    script: Script = lambda _: None
    answer: Script = lambda _: None

    def check(self, material: Material) -> Sequence[Misfit]:
        title = str(material.view["title"])
        if len(title) <= LONGEST:
            return []
        detail = f"the title has {len(title)} characters, at most {LONGEST} are right"
        return [Misfit(self.name, "title", "too_long", LONGEST, len(title), detail)]

    def render(self, material: Material) -> Mapping[str, Any]:
        facts = {"key": f"{material.document_id}/{material.lang}", "edition": material.edition}
        return facts | {"title": material.view.get("title"), "event": material.event}

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        return action.value

    async def send(self, work: Work) -> ChannelReply:
        self.calls.append(work)
        if (scripted := self.script(work)) is not None:
            return scripted
        return self.work(work)

    async def retract(self, work: Work) -> ChannelReply:
        return await self.send(work)

    async def confirm(self, work: Work) -> ChannelReply:
        self.questions.append(work)
        if (scripted := self.answer(work)) is not None:
            return scripted
        seen = self.copies.get(work.payload["key"], [])
        if work.action is ItemAction.retract:
            return ChannelReply(ReplyKind.retry if seen else ReplyKind.retracted)
        if work.payload["title"] in seen:
            return ChannelReply(ReplyKind.live, {"id": f"a{len(seen)}"}, "found")
        return ChannelReply(ReplyKind.retry, words="not found", retry_after=0)

    def work(self, work: Work) -> ChannelReply:
        """Do what is asked, and say so."""
        seen = self.copies.setdefault(work.payload["key"], [])
        if work.action is ItemAction.retract:
            seen.clear()
            return ChannelReply(ReplyKind.retracted, words="removed")
        if work.action is ItemAction.update and seen:
            seen[-1] = work.payload["title"]
        else:
            seen.append(work.payload["title"])
        return ChannelReply(ReplyKind.live, {"id": f"a{len(seen)}"}, "ok")

    @property
    def seen(self) -> list[str]:
        """All titles that readers see."""
        return [title for titles in self.copies.values() for title in titles]


@contextmanager
def stand_in(settings: Settings, database: Database, **changes: Any) -> Iterator[StandInChannel]:
    """A stand-in that is registered for the block; it still has to be switched on."""
    made = StandInChannel(**changes)
    registration = ChannelRegistration(made.name, lambda _: made)
    with registered(registration, settings, database):
        yield made


@contextmanager
def replaced(*registrations: ChannelRegistration) -> Iterator[None]:
    """Channels in the place of those of the same names, also for apps and workers that are made meanwhile."""
    before, names = rooms.CHANNELS, {each.name for each in registrations}
    rooms.CHANNELS = (*(each for each in before if each.name not in names), *registrations)
    for each in registrations:
        register_channel(each)
    try:
        yield
    finally:
        rooms.CHANNELS = before
        for each in registrations:
            unregister_channel(each.name)
        for each in before:
            register_channel(each)


@contextmanager
def registered(registration: ChannelRegistration, settings: Settings, database: Database) -> Iterator[None]:
    """A registered and built channel for the block."""
    with replaced(registration):
        build_channels(ChannelParts(settings, database, OutgoingClient(settings)))
        yield
