"""Channels in a drill: the real ones, each payload of which is marked `DIỄN TẬP` or is not sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from hub.channels.port import ChannelPort, ChannelReply, ItemAction, Material, Misfit, Work

MARK = "DIỄN TẬP"


class UnmarkedPayload(Exception):
    """A channel rendered a payload that does not say that it is an exercise."""


class ExerciseChannel:
    """A channel that renders everything as an exercise."""

    def __init__(self, inner: ChannelPort):
        self.inner = inner
        self.name = inner.name
        self.can_confirm = inner.can_confirm
        self.harmless_steps: frozenset[str] = getattr(inner, "harmless_steps", frozenset())

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return the limits that the marked text breaks."""
        return self.inner.check(replace(material, is_exercise=True))

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return the marked payload. Raises `UnmarkedPayload`."""
        payload = self.inner.render(replace(material, is_exercise=True))
        if not is_marked(payload):
            raise UnmarkedPayload(f"The payload of {self.name} is not marked as an exercise.")
        return payload

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Name the next call."""
        return self.inner.next_step(action, remote)

    async def send(self, work: Work) -> ChannelReply:
        """Make a call."""
        return await self.inner.send(work)

    async def confirm(self, work: Work) -> ChannelReply:
        """Ask what became of a call."""
        return await self.inner.confirm(work)

    async def retract(self, work: Work) -> ChannelReply:
        """Make a call that retracts."""
        return await self.inner.retract(work)


def is_marked(payload: Mapping[str, Any]) -> bool:
    """True if the mark stands in a payload."""
    return MARK in orjson.dumps(payload).decode()
