"""Drills (diễn tập): a scenario against stand-ins of the channels, in a hub of its own, with the times it took."""
