"""Feeds: every list as Atom, RSS and JSON Feed, newest change first, with tombstones for what was taken away."""
