"""Paths of subscriptions whose requests are private: with an address, or with the link of one subscription."""

import re

_PRIVATE = re.compile(r"/(api/v1/subscriptions(/.*)?|s/.*)")

_BEGINNINGS = ("/api/v1/subscriptions", "/s/")


def is_mail_path(method: str, path: str) -> bool:
    """Return True for requests about one subscription; `path` is the one inside the hub, without its query."""
    return path.startswith(_BEGINNINGS) and _PRIVATE.fullmatch(path) is not None
