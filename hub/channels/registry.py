"""Channels by name: `hub/rooms.py` registers them at start, and nothing else knows them all."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.channels.port import Channel, ChannelParts


@dataclass(frozen=True)
class ChannelRegistration:
    """A channel that the hub can send on, and how it is built."""

    name: str
    build: Callable[[ChannelParts], Channel]


_registered: dict[str, ChannelRegistration] = {}


def register_channel(registration: ChannelRegistration) -> None:
    """Register a channel; registering the same name again replaces it."""
    _registered[registration.name] = registration


def list_channels() -> tuple[ChannelRegistration, ...]:
    """Return the registered channels in the order of their registration."""
    return tuple(_registered.values())


def build_channels(parts: ChannelParts) -> dict[str, Channel]:
    """Build every registered channel, by name."""
    return {name: registration.build(parts) for name, registration in _registered.items()}
