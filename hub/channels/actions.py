"""Table of actions (bảng việc cần gửi): events of documents × channels × priorities → actions, as data. Pure.

A channel reads three things from an event: whether the edition names it, whether its public has the item already, and
what happened. `RULES` has a row for each combination that sends something; everything else sends nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from hub.channels.port import ItemAction
from hub.domain.kinds.bulletin import Channel, Priority
from hub.log.append import Event

LISTED = "hue_s"
"""Channel of the app's list: nothing is sent, the app reads the hub."""
NOT_CONNECTED = frozenset({"radio"})
"""Channels that bulletins can name and the hub cannot reach: their items say so."""
ANY = "*"
"""In the column `channel` of a rule: every channel without rules of its own."""


class Occurrence(StrEnum):
    """Kind of an event, as channels tell them apart."""

    published = "published"
    updated = "updated"
    """A later edition with a major change."""
    edited = "edited"
    """A later edition with a minor change."""
    corrected = "corrected"
    restored = "restored"
    withdrawn = "withdrawn"
    gone = "gone"
    redirected = "redirected"
    silent = "silent"
    """Republished, expired, and everything that the calendar alone brings."""


class Standing(StrEnum):
    """Meaning of an edition to the public of a channel."""

    new = "new"
    """It names the channel, whose public has nothing of it yet."""
    kept = "kept"
    """The public of the channel has an earlier edition, and this one still names the channel."""
    dropped = "dropped"
    """The public of the channel has an earlier edition, and this one no longer names the channel."""
    absent = "absent"


@dataclass(frozen=True)
class Rule:
    """A row of the table; an empty set of priorities means all of them."""

    channel: str
    occurrence: Occurrence
    standing: Standing
    action: ItemAction
    priorities: frozenset[Priority] = frozenset()


_O, _S, _A = Occurrence, Standing, ItemAction
_URGENT = frozenset({Priority.urgent})

RULES: tuple[Rule, ...] = (
    Rule(ANY, _O.published, _S.new, _A.publish),
    Rule(ANY, _O.updated, _S.kept, _A.update),
    Rule(ANY, _O.updated, _S.dropped, _A.retract),
    Rule(ANY, _O.edited, _S.kept, _A.update),
    Rule(ANY, _O.edited, _S.dropped, _A.retract),
    Rule(ANY, _O.corrected, _S.new, _A.publish),
    Rule(ANY, _O.corrected, _S.kept, _A.update),
    Rule(ANY, _O.corrected, _S.dropped, _A.retract),
    Rule(ANY, _O.restored, _S.new, _A.publish),
    Rule(ANY, _O.restored, _S.kept, _A.update),
    Rule(ANY, _O.withdrawn, _S.kept, _A.retract),
    Rule(ANY, _O.withdrawn, _S.dropped, _A.retract),
    Rule(ANY, _O.gone, _S.kept, _A.retract),
    Rule(ANY, _O.gone, _S.dropped, _A.retract),
    Rule(ANY, _O.redirected, _S.kept, _A.retract),
    Rule(ANY, _O.redirected, _S.dropped, _A.retract),
    # A push rings a million telephones: minor changes, and major ones of what is not urgent, ring none.
    Rule("hue_s_push", _O.published, _S.new, _A.publish),
    Rule("hue_s_push", _O.updated, _S.kept, _A.update, _URGENT),
    Rule("hue_s_push", _O.updated, _S.dropped, _A.retract),
    Rule("hue_s_push", _O.edited, _S.dropped, _A.retract),
    Rule("hue_s_push", _O.corrected, _S.new, _A.publish),
    Rule("hue_s_push", _O.corrected, _S.kept, _A.update),
    Rule("hue_s_push", _O.corrected, _S.dropped, _A.retract),
    Rule("hue_s_push", _O.restored, _S.new, _A.publish),
    Rule("hue_s_push", _O.withdrawn, _S.kept, _A.retract),
    Rule("hue_s_push", _O.withdrawn, _S.dropped, _A.retract),
    Rule("hue_s_push", _O.gone, _S.kept, _A.retract),
    Rule("hue_s_push", _O.gone, _S.dropped, _A.retract),
    Rule("hue_s_push", _O.redirected, _S.kept, _A.retract),
    Rule("hue_s_push", _O.redirected, _S.dropped, _A.retract),
    # A broadcast is sent once: it shows the article, which is corrected and removed in its place by `zalo`.
    Rule("zalo_broadcast", _O.published, _S.new, _A.publish),
    Rule("zalo_broadcast", _O.corrected, _S.new, _A.publish),
    # Nobody can be told twice or no longer by a channel that is not connected.
    Rule("radio", _O.published, _S.new, _A.publish),
    Rule("radio", _O.corrected, _S.new, _A.publish),
)

_OWN_RULES = frozenset(rule.channel for rule in RULES) - {ANY}

_NAMED_BY: dict[str, frozenset[str]] = {
    "hue_s_push": frozenset({Channel.hue_s_push}),
    "zalo": frozenset({Channel.zalo, Channel.zalo_broadcast}),  # a broadcast needs the article that it shows
    "zalo_broadcast": frozenset({Channel.zalo_broadcast}),
    "radio": frozenset({Channel.radio}),
}
_NAMED_BY_URGENT = _NAMED_BY | {"hue_s_push": frozenset({Channel.hue_s, Channel.hue_s_push})}
_KEPT_BY = _NAMED_BY | {"hue_s_push": frozenset({Channel.hue_s, Channel.hue_s_push})}
"""Names that keep an item: a push that was urgent once is not taken back when its bulletin is urgent no more."""

NAMEABLE = frozenset(_NAMED_BY)
"""Channels that a bulletin can name and that items are written for."""

_OCCURRENCES = {
    Event.corrected: Occurrence.corrected,
    Event.restored: Occurrence.restored,
    Event.withdrawn: Occurrence.withdrawn,
    Event.gone: Occurrence.gone,
    Event.redirected: Occurrence.redirected,
}


def occurrence_of(event: Event, update_type: str, *, was_received: bool) -> Occurrence:
    """Tell what an event of the log is to a channel whose public has an earlier edition, or none."""
    if event is not Event.published:
        return _OCCURRENCES.get(event, Occurrence.silent)
    if not was_received:
        return Occurrence.published
    return Occurrence.edited if update_type == "minor" else Occurrence.updated


def is_named(channel: str, names: Collection[str], priority: str | None) -> bool:
    """Tell whether a bulletin that names these channels, with this priority, is sent on a channel."""
    named_by = _NAMED_BY_URGENT if priority == Priority.urgent else _NAMED_BY
    return not named_by.get(channel, frozenset()).isdisjoint(names)


def standing_of(channel: str, names: Collection[str], priority: str | None, *, was_received: bool) -> Standing:
    """Tell what an edition that names these channels means to the public of a channel."""
    if was_received:
        kept = not _KEPT_BY.get(channel, frozenset()).isdisjoint(names)
        return Standing.kept if kept else Standing.dropped
    return Standing.new if is_named(channel, names, priority) else Standing.absent


def find_action(
    channel: str, occurrence: Occurrence, standing: Standing, priority: str | None = None
) -> ItemAction | None:
    """Find the action of a channel in the table; None if nothing is sent."""
    own = channel if channel in _OWN_RULES else ANY
    for rule in RULES:
        if (rule.channel, rule.occurrence, rule.standing) == (own, occurrence, standing):
            return rule.action if not rule.priorities or priority in rule.priorities else None
    return None


def rank_of(priority: str | None) -> int:
    """Return the order of sending of a priority: 0 urgent, 1 high, 2 normal."""
    return {Priority.urgent.value: 0, Priority.high.value: 1}.get(priority or "", 2)
