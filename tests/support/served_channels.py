"""Channels for tests whose other side is a server: real calls, which a killed worker leaves in the middle.

The server knows no idempotency: each `create` makes one more hidden copy, each `push` rings once more. It is slow, and
now and then it does the work and loses the reply.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.channels.port import ChannelParts, ChannelPort, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration
from tests.support.receiver import Got, Says


@dataclass
class OtherSide:
    """The server: what readers see, and how often they were rung."""

    seed: int
    loss: float = 0.1
    """Share of calls whose reply is lost after the work was done."""
    copies: dict[int, dict[str, Any]] = field(default_factory=dict)
    rung: list[str] = field(default_factory=list)
    at_work: int = 0
    most_at_work: int = 0
    """The most calls that changed something at one time."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - moments, not secrets

    async def behave(self, got: Got) -> Says:
        """Work slowly, and lose a reply now and then."""
        verb = got.target.rsplit("/", 1)[1]
        self.at_work += verb != "find"
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await asyncio.sleep(self.chance.uniform(0, 0.01))
            found = self._work(verb, got.json())
            await asyncio.sleep(self.chance.uniform(0, 0.01))
        finally:
            self.at_work -= verb != "find"
        if verb != "find" and self.chance.random() < self.loss:
            raise ConnectionError("the reply is lost")
        return Says(200, orjson.dumps(found))

    def _work(self, verb: str, body: dict[str, Any]) -> Any:
        if verb == "push":
            self.rung.append(body["title"])
            return {}
        if verb == "create":
            number = len(self.copies) + 1
            self.copies[number] = body | {"visible": False}
            return {"id": number}
        if verb == "find":
            return [{"id": n} | copy for n, copy in self.copies.items() if copy["key"] == body["key"]]
        if verb == "remove":
            self.copies.pop(body["id"], None)
        elif verb == "show":
            self.copies[body["id"]]["visible"] = True
        else:
            self.copies[body["id"]]["title"] = body["title"]
        return {}

    def visible(self) -> list[str]:
        """Titles that readers see."""
        return sorted(copy["title"] for copy in self.copies.values() if copy["visible"])


class _Served:
    """What both channels have in common."""

    def __init__(self, parts: ChannelParts, url: str):
        self.outgoing = parts.outgoing
        self.url = url

    def check(self, material: Material) -> Sequence[Misfit]:
        return []

    def render(self, material: Material) -> Mapping[str, Any]:
        return {"key": f"{material.document_id}/{material.lang}", "title": material.view.get("title")}

    async def call(self, verb: str, body: Mapping[str, Any]) -> Any:
        reply = await self.outgoing.send("POST", f"{self.url}/{verb}", content=orjson.dumps(body), max_body=100_000)
        return orjson.loads(reply.body)


class ServedArticles(_Served):
    """Two calls to publish: create hidden, then show. It can be asked."""

    name = "zalo"
    can_confirm = True

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        if action is ItemAction.publish:
            return "show" if "hidden" in remote else "create"
        return "update" if action is ItemAction.update else "remove"

    async def send(self, work: Work) -> ChannelReply:
        if work.step == "create":
            made = await self.call("create", work.payload)
            return ChannelReply(ReplyKind.next, {"hidden": made["id"]})
        number = work.remote["hidden"] if work.step == "show" else work.remote["id"]
        await self.call(work.step, dict(work.payload) | {"id": number})
        return ChannelReply(ReplyKind.live, {"id": number, "hidden": None})

    async def confirm(self, work: Work) -> ChannelReply:
        found = await self.call("find", work.payload)
        if work.step == "create":
            return ChannelReply(ReplyKind.next, {"hidden": found[0]["id"]}) if found else ChannelReply(ReplyKind.retry)
        if work.step == "remove":
            return ChannelReply(ReplyKind.retry) if found else ChannelReply(ReplyKind.retracted, {"id": None})
        done = [copy for copy in found if copy["visible"] and copy["title"] == work.payload["title"]]
        return (
            ChannelReply(ReplyKind.live, {"id": done[0]["id"], "hidden": None})
            if done
            else ChannelReply(ReplyKind.retry)
        )

    async def retract(self, work: Work) -> ChannelReply:
        number = work.remote.get("id") or work.remote.get("hidden")
        if number is not None:
            await self.call("remove", {"id": number})
        return ChannelReply(ReplyKind.retracted, {"id": None, "hidden": None})


class ServedPushes(_Served):
    """One call, which rings. It cannot be asked."""

    name = "hue_s_push"
    can_confirm = False

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        return "push"

    async def send(self, work: Work) -> ChannelReply:
        await self.call("push", work.payload)
        return ChannelReply(ReplyKind.live)

    async def confirm(self, work: Work) -> ChannelReply:
        raise NotImplementedError

    async def retract(self, work: Work) -> ChannelReply:
        return await self.send(work)


def served_registrations(url: str) -> tuple[ChannelRegistration, ...]:
    """Return both channels with a server at this address, to stand in place of those of the hub."""

    def build_articles(parts: ChannelParts) -> ChannelPort:
        return ServedArticles(parts, url)

    def build_pushes(parts: ChannelParts) -> ChannelPort:
        return ServedPushes(parts, url)

    return (
        ChannelRegistration(ServedArticles.name, build_articles),
        ChannelRegistration(ServedPushes.name, build_pushes),
    )
