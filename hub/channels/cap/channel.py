"""Channel `cap`: bulletins marked as warnings, as alerts that others fetch. Nothing is sent, so nothing can be lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.channels.cap.alerts import alert_facts, end_of
from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration
from hub.domain.kinds.bulletin import BULLETIN
from hub.problem_texts.templates import as_words

NAME = "cap"


class CapChannel:
    """The feed of warnings (cảnh báo theo CAP 1.2). The payload of an item is what its alert says."""

    name = NAME
    can_confirm = True

    def __init__(self, parts: ChannelParts):
        self.base = (parts.settings.public_url or "").rstrip("/")

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return a misfit if the warning ends before it is published."""
        end = end_of(material.view)
        if end is not None and end <= material.published_at:
            detail = as_words("The end of a warning must be later than its publication.")
            return [Misfit(NAME, "warning.expires", "expired", None, None, detail)]
        return []

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return the facts of the alert; type and references follow from the alerts before it."""
        return alert_facts(material, self.base)

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Return the only step there is."""
        return "list"

    async def send(self, work: Work) -> ChannelReply:
        """List the alert: the feed reads the outbox."""
        return ChannelReply(ReplyKind.live)

    async def confirm(self, work: Work) -> ChannelReply:
        """Return what `send` or `retract` would: nothing outside can differ."""
        return await (self.retract(work) if work.action is ItemAction.retract else self.send(work))

    async def retract(self, work: Work) -> ChannelReply:
        """List the cancellation."""
        return ChannelReply(ReplyKind.retracted)


def is_warning(view: Mapping[str, Any]) -> bool:
    """Tell from a full view whether it is a warning."""
    return view.get("warning") is not None


CAP = ChannelRegistration(NAME, CapChannel, wants=is_warning, kinds=frozenset({BULLETIN.name}))
