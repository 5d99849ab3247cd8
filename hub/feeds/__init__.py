"""Feeds: every list as Atom, RSS and JSON Feed, latest change first, with tombstones for removed items."""
