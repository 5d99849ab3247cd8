"""A plain text to the policy that it announces, by `hub.legal.announcement`."""

from dataclasses import asdict
from typing import Any

from hub.legal.agency_names import name_key
from hub.legal.announcement import Announcement, read_announcement
from hub.legal.numbers import number_key
from hub.text import fold

MAX_SUMMARY_LENGTH = 1_500
"""A first paragraph of at most so many characters is also the summary."""


def read_announced_policy(text: str) -> dict[str, Any]:
    """Read a text: the `doubts`, and for one that names its document the `content` and the `identity`.

    Issuers have no codes; what is in doubt is None.
    """
    announcement = read_announcement(text)
    found: dict[str, Any] = {"doubts": [asdict(doubt) for doubt in announcement.doubts]}
    if announcement.number is not None:
        found |= {"content": _content(announcement), "identity": _identity(announcement)}
    return found


def _identity(announcement: Announcement) -> str:
    """The identity of an announced document: type, number, date and issuer, because numbers repeat.

    Two texts about one document become one document, whatever their file names.
    """
    parts = (
        fold(announcement.type or ""),
        number_key(announcement.number or ""),
        announcement.issued_on,
        name_key(announcement.issuer or ""),
    )
    return "/".join(str(part) for part in parts)


def _content(announcement: Announcement) -> dict[str, Any]:
    posted = f" ngày {announcement.posted_on:%d/%m/%Y}" if announcement.posted_on else ""
    return {
        "number": announcement.number,
        "type": announcement.type,
        "title": announcement.title,
        "summary": announcement.lead if announcement.lead and len(announcement.lead) <= MAX_SUMMARY_LENGTH else None,
        "issuers": [{"name": announcement.issuer, "code": None}] if announcement.issuer else [],
        "dates": [{"role": "issued", "on": announcement.issued_on.isoformat(), "source": f"Bài viết{posted}"}]
        if announcement.issued_on
        else [],
        "nodes": [dict(node) for node in announcement.nodes],
    }
