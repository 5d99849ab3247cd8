"""Outcomes of outside calls: an answer gives its item a state, words, and the time of the next call. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.channels.items import cut_words
from hub.channels.port import ChannelReply, ItemState, ReplyKind
from hub.channels.rows import OutboxItem
from hub.jobs.backoff import backoff_delay

HOLD_SECONDS = 300.0
"""Seconds after which a held item is tried again, if its channel does not say until when."""
REVIEW_SECONDS = 60.0
"""Seconds until the first question about an item that the other side reviews."""
GIVEN_UP = "It was tried for {hours:g} hours: {words}"

_SETTLED = {
    ReplyKind.live: ItemState.live,
    ReplyKind.retracted: ItemState.retracted,
    ReplyKind.failed: ItemState.failed,
}


@dataclass(frozen=True)
class RetryPolicy:
    """Rule for the repetition of calls."""

    first: float
    """Seconds before the first repetition; each later delay is three times as long."""
    hours: float
    """Hours of repetitions after which an item fails."""


@dataclass(frozen=True)
class Situation:
    """Facts of the call that was answered."""

    at: datetime
    tried_since: datetime
    """Time of the first of the calls in a row that had no effect."""
    can_confirm: bool
    is_question: bool
    """True if the channel was asked what became of an earlier call."""
    asks: int = 0
    """Questions about the same call so far, with this one."""
    is_seen: bool = True
    """False for a call that changes nothing at the other side: nothing of the item was sent by it."""


def apply_reply(item: OutboxItem, reply: ChannelReply, situation: Situation, policy: RetryPolicy) -> dict[str, Any]:
    """Return the columns of the item to set."""
    at, kind = situation.at, reply.kind
    values: dict[str, Any] = {"words": cut_words(reply.words), "hold": None}
    if kind in _SETTLED:
        return values | _settle(_SETTLED[kind], item, at)
    if kind is ReplyKind.next:
        wait = timedelta(seconds=reply.retry_after or 0)
        begun = _begin(item, at) if situation.is_seen else {}
        return values | begun | {"state": "queued", "step": None, "attempts": 0, "next_at": at + wait}
    if kind is ReplyKind.in_review:
        wait = _delay(reply, situation.asks, REVIEW_SECONDS)
        return values | _begin(item, at) | {"state": "in_review", "next_at": at + wait}
    if situation.is_question and kind is ReplyKind.unknown and not situation.can_confirm:
        # What was reviewed is not known after all, and nobody else can be asked.
        return values | doubt(item, at, can_confirm=False)
    if situation.is_question and kind is ReplyKind.unknown:
        # Nothing is known yet: the state stays, and it is asked again, later each time.
        return values | {"next_at": reply.until or at + _delay(reply, situation.asks, policy.first)}
    if situation.is_question and kind is ReplyKind.hold:
        # The question could not be asked, so it does not count as one.
        return values | {"next_at": reply.until or at + timedelta(seconds=HOLD_SECONDS)}
    if kind is ReplyKind.unknown:
        return values | doubt(item, at, can_confirm=situation.can_confirm, wait=policy.first)
    if kind is ReplyKind.hold:
        # Nothing happened, so it does not count as an attempt.
        until = reply.until or at + timedelta(seconds=HOLD_SECONDS)
        hold = reply.hold.value if reply.hold else None
        return values | {"state": "held", "hold": hold, "next_at": until, "attempts": max(item.attempts - 1, 0)}
    if at - situation.tried_since >= timedelta(hours=policy.hours):
        given_up = GIVEN_UP.format(hours=policy.hours, words=reply.words or "no answer")
        return values | _settle(ItemState.failed, item, at) | {"words": cut_words(given_up)}
    return values | {"state": "queued", "next_at": at + _delay(reply, item.attempts, policy.first)}


def doubt(item: OutboxItem, at: datetime, *, can_confirm: bool, wait: float = 0.0) -> dict[str, Any]:
    """Return the columns of an item of which nobody knows whether it arrived; without `next_at` a person decides."""
    next_at = at + timedelta(seconds=wait) if can_confirm else None
    return _begin(item, at) | {"state": ItemState.unknown.value, "hold": None, "next_at": next_at}


def _begin(item: OutboxItem, at: datetime) -> dict[str, Any]:
    return {"first_sent_at": item.first_sent_at or at}


def _settle(state: ItemState, item: OutboxItem, at: datetime) -> dict[str, Any]:
    begun = {} if state is ItemState.failed else _begin(item, at)  # what was refused was not sent by this call
    return begun | {"state": state.value, "step": None, "next_at": None, "settled_at": at}


def _delay(reply: ChannelReply, failures: int, first: float) -> timedelta:
    if reply.retry_after is not None:
        return timedelta(seconds=max(0.0, reply.retry_after))
    return backoff_delay(max(failures, 1), first)
