"""Channels by name: `hub/rooms.py` registers them at start, and nothing else knows them all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.channels.port import ChannelParts, ChannelPort
from hub.domain.kinds.bulletin import BULLETIN
from hub.settings import Settings


@dataclass(frozen=True)
class ChannelRegistration:
    """A channel that the hub can send on, and how it is built."""

    name: str
    build: Callable[[ChannelParts], ChannelPort]
    wants: Callable[[Mapping[str, Any]], bool] | None = None
    """Tells from a full view whether it is sent on this channel; without it, bulletins name the channel. Pure."""
    kinds: frozenset[str] | None = None
    """Kinds of documents that `wants` may choose, so that no other view is read for it; None: all."""
    setup_faults: Callable[[Settings], Sequence[str]] | None = None
    """Lists in one sentence each what the settings lack for this channel; it can be switched on nevertheless. Pure."""
    is_addressed: bool = False
    """True for a channel that writes its own items, one for each recipient (`items.py`); publications write none."""

    def may_want(self, kind: str) -> bool:
        """Tell whether a document of a kind may be sent on this channel."""
        if self.wants is None:
            return kind == BULLETIN.name
        return self.kinds is None or kind in self.kinds


_registered: dict[str, ChannelRegistration] = {}
_built: dict[str, ChannelPort] = {}


def register_channel(registration: ChannelRegistration) -> None:
    """Register a channel; registering the same name again replaces it."""
    _registered[registration.name] = registration


def list_channels() -> tuple[ChannelRegistration, ...]:
    """Return the registered channels in the order of their registration."""
    return tuple(_registered.values())


def unregister_channel(name: str) -> None:
    """Remove a channel: its items stay, and nothing is sent on it any more."""
    _registered.pop(name, None)
    _built.pop(name, None)


def find_registration(name: str) -> ChannelRegistration | None:
    """Return a registered channel; None if there is none of this name."""
    return _registered.get(name)


def list_setup_faults(name: str, settings: Settings) -> Sequence[str]:
    """List what the settings lack for a channel; empty if nothing is known to be missing."""
    registration = find_registration(name)
    return [] if registration is None or registration.setup_faults is None else registration.setup_faults(settings)


def build_channels(parts: ChannelParts) -> dict[str, ChannelPort]:
    """Build every registered channel, by name, and remember them for checks of texts in this process."""
    _built.clear()
    _built.update({name: registration.build(parts) for name, registration in _registered.items()})
    return dict(_built)


def find_built(name: str) -> ChannelPort | None:
    """Return a channel as this process built it last; None in a process that has built none."""
    return _built.get(name)
