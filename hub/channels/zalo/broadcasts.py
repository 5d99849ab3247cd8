"""Channel `zalo_broadcast`: the followers of the account are sent the article of a bulletin (tin broadcast), once.

Nobody can ask Zalo what became of a broadcast, so one whose answer was lost is never repeated by the machine. Before
the call the hub asks what it may ask: if the edition is public and a second person approved it, if its article shows
it, and if quota and hours allow it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hub.channels.port import (
    ChannelParts,
    ChannelReply,
    ItemAction,
    ItemHold,
    Material,
    Misfit,
    ReplyKind,
    Work,
)
from hub.channels.registry import ChannelRegistration
from hub.channels.zalo.access import call_authorised, reply_to_change
from hub.channels.zalo.broadcast_checks import check_facts, read_facts
from hub.channels.zalo.client import ZaloClient
from hub.channels.zalo.event_counts import has_arrived
from hub.channels.zalo.ledger import ask_account, is_open_hour, next_day, next_opening, read_ledger
from hub.channels.zalo.setup import list_setup_faults
from hub.channels.zalo.tokens import ZaloTokens
from hub.channels.zalo.views import NOT_FAST
from hub.database_errors import DATABASE_ERRORS
from hub.domain.kinds.bulletin import Priority
from hub.problem_texts.templates import as_words, fill
from hub.times import format_rfc3339, now

REVIEW = timedelta(minutes=30)
"""Time that Zalo's reviewers take, as several sources say."""
GIVE_UP = timedelta(hours=24)
"""Time after which a broadcast that no follower is known to have received is unknown."""
ASK_SECONDS = 600.0
WAIT_SECONDS = 30.0
"""Seconds after which the article of a broadcast is looked at again."""
NO_CALL = "Zalo has no call that tells what its reviewers decided"


class ZaloBroadcasts:
    """The channel of broadcasts."""

    name = "zalo_broadcast"
    can_confirm = False
    harmless_steps = frozenset({"prepare"})

    def __init__(self, parts: ChannelParts):
        self.database, self.settings = parts.database, parts.settings
        self.client = ZaloClient(parts.outgoing, parts.settings)
        self.tokens = ZaloTokens(parts.database, parts.settings, self.client)

    def check(self, material: Material) -> Sequence[Misfit]:
        """Return nothing: a broadcast shows the article, whose limits are those of `zalo`."""
        return ()

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return which article is sent to whom; its id is known when it is shown."""
        return {
            "document_id": str(material.document_id),
            "lang": material.lang,
            "edition": material.edition,
            "message": {"recipient": {"target": {}}, "message": {"attachment": _attach("{article}")}},
        }

    async def notes(self, material: Material) -> list[str]:
        """Return what to know before approving: what the ledger still allows, and that it is not the fast path."""
        async with self.database.read() as connection:
            ledger = await read_ledger(connection, self.settings)
        found = fill(
            "{remaining} broadcasts remain, {source}; the next is possible from {next_at}. "
            "A second person must approve it.",
            remaining=ledger.remaining,
            source=as_words("by Zalo's answer" if ledger.is_from_zalo else "by the table of the settings"),
            next_at=format_rfc3339(ledger.next_at),
        )
        return [found, as_words(NOT_FAST)] if material.view.get("priority") == Priority.urgent else [found]

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Name the next step: what can be asked is asked before the one call that cannot be repeated."""
        return "broadcast" if remote.get("article_id") else "prepare"

    async def send(self, work: Work) -> ChannelReply:
        """Make one step."""
        return await (self._broadcast(work) if work.step == "broadcast" else self._prepare(work))

    async def retract(self, work: Work) -> ChannelReply:
        """Say that a broadcast cannot be taken back."""
        return ChannelReply(
            ReplyKind.failed, words="A broadcast cannot be taken back. Its article is removed in its place."
        )

    async def confirm(self, work: Work) -> ChannelReply:
        """Tell from Zalo's events if a broadcast arrived. A call whose answer was lost stays unknown."""
        message, since = work.remote.get("message_id"), work.remote.get("accepted_at")
        if not message or not since:
            return ChannelReply(
                ReplyKind.unknown, words="The answer of Zalo was lost. Look in the manager of the account."
            )
        async with self.database.read() as connection:
            if await has_arrived(connection, str(message)):
                return ChannelReply(ReplyKind.live, words=f"Followers received the message {message}.")
        age = now() - datetime.fromisoformat(str(since))
        words = f"Zalo accepted the message {message}; {NO_CALL}, and no event of its arrival has come."
        if age < GIVE_UP:
            return ChannelReply(ReplyKind.in_review, words=words, retry_after=self._pause(ASK_SECONDS))
        return ChannelReply(ReplyKind.unknown, words=f"{words} Look in the manager of the account.")

    async def _prepare(self, work: Work) -> ChannelReply:
        """Check everything that can be checked without sending."""
        article = await self._check_article(work)
        return article if isinstance(article, ChannelReply) else await self._check_allowance(work, article)

    async def _check_article(self, work: Work) -> ChannelReply | str:
        """Return the id of the article to send, or why it is not sent."""
        if not work.payload.get("document_id"):
            return ChannelReply(ReplyKind.failed, words="The text was erased, so it is not broadcast.")
        try:
            async with self.database.read() as connection:
                facts = await read_facts(connection, work)
        except DATABASE_ERRORS:
            return ChannelReply(ReplyKind.retry, words="The database did not answer; nothing was sent.")
        return check_facts(facts, now(), timedelta(seconds=self._pause(WAIT_SECONDS)))

    async def _check_allowance(self, work: Work, article: str) -> ChannelReply:
        if (held := self._hold_outside_hours()) is not None:
            return held
        if (problem := await ask_account(self.database, self.settings, self.client, self.tokens)) is not None:
            return problem
        async with self.database.read() as connection:
            ledger = await read_ledger(connection, self.settings, but=work.item_id)
        if ledger.remaining == 0:
            words = f"The quota is used up; the next broadcast is possible from {format_rfc3339(ledger.next_at)}."
            return ChannelReply(ReplyKind.hold, words=words, hold=ItemHold.quota, until=ledger.next_at)
        ready = {"article_id": article, "item": work.item_id, "message_id": None, "accepted_at": None}
        return ChannelReply(ReplyKind.next, ready)

    async def _broadcast(self, work: Work) -> ChannelReply:
        if work.remote.get("item") != work.item_id:
            return ChannelReply(ReplyKind.next, {"article_id": None}, "The check before was about another edition.")
        if (held := self._hold_outside_hours()) is not None:
            return held
        # It may have been held for a night or a month since it was prepared.
        article = await self._check_article(work)
        if isinstance(article, ChannelReply):
            is_final = article.kind is ReplyKind.failed
            return replace(article, remote={"article_id": None, "item": None}) if is_final else article
        body = {**work.payload["message"], "message": {"attachment": _attach(article)}}
        answer = await call_authorised(self.tokens, lambda access: self.client.call("/v2.0/oa/message", access, body))
        if isinstance(answer, ChannelReply):
            return answer
        message = answer.get("message_id")
        if answer.is_done and message:
            accepted = {"message_id": str(message), "accepted_at": now().isoformat(), "article_id": None}
            words = f"Zalo accepted the message {message}; its reviewers take about 30 minutes."
            return ChannelReply(ReplyKind.in_review, accepted, words, retry_after=self._pause(REVIEW.total_seconds()))
        if answer.is_done:
            return ChannelReply(ReplyKind.unknown, words=f"Zalo answered without the id of a message. {answer.words}")
        reply = reply_to_change(answer)
        return replace(reply, until=next_day(now())) if reply.hold is ItemHold.quota else reply

    def _hold_outside_hours(self) -> ChannelReply | None:
        moment = now()
        if is_open_hour(self.settings.zalo_hours, moment):
            return None
        until = next_opening(self.settings.zalo_hours, moment)
        words = f"Zalo delivers broadcasts between {self.settings.zalo_hours} o'clock."
        return ChannelReply(ReplyKind.hold, words=words, hold=ItemHold.quiet_hours, until=until)

    def _pause(self, seconds: float) -> float:
        return seconds * self.settings.zalo_pace


def _attach(article: str) -> dict[str, Any]:
    element = {"media_type": "article", "attachment_id": article}
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


ZALO_BROADCAST = ChannelRegistration("zalo_broadcast", ZaloBroadcasts, setup_faults=list_setup_faults)
