"""Paths of comments whose requests are private: with a code, with a new comment, or with what moderators read."""

import re

_OF_AUTHORS = re.compile(r"/api/v1/consultations/[^/]+/(challenge|comments/mine(/.*)?)/?")
_OF_EDITORS = re.compile(
    r"/api/v1/manage/consultations/[^/]+/(comments|moderation|bodies|answers|contacts[^/]*|table[^/]*|places|groups)(/.*)?"
)
_BODIES = re.compile(r"/api/v1/manage/consultation-bodies/?")
_COMMENTS = re.compile(r"/api/v1/consultations/[^/]+/comments/?")

_BEGINNINGS = ("/api/v1/consultations/", "/api/v1/manage/consultation")
"""Beginnings of all of them: most requests are compared with no pattern."""


def is_private_path(method: str, path: str) -> bool:
    """Return True for the requests of one author, and of editors, about comments; False for the public lists.

    `path` is the one inside the hub, without its query.
    """
    if not path.startswith(_BEGINNINGS):
        return False
    if any(private.fullmatch(path) for private in (_OF_AUTHORS, _OF_EDITORS, _BODIES)):
        return True
    return method not in ("GET", "HEAD", "OPTIONS") and _COMMENTS.fullmatch(path) is not None
