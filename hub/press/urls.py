"""Canonical URLs of articles, so that one article is counted once, and the key of a press item."""

from datetime import datetime
from hashlib import blake2s

from hub.text import fold
from hub.times import VIETNAM
from hub.urls import MAX_URL_LENGTH, canonical_url


def article_url(link: str) -> str | None:
    """The canonical URL of an article; None for anything but a web address of at most 2,000 characters."""
    if len(link) > MAX_URL_LENGTH:
        return None
    try:
        return canonical_url(link, strip_mobile_host=True)
    except ValueError:
        return None


def item_key(link: str | None, outlet: str, title: str, at: datetime) -> str:
    """The unique key of an item, a hash of 128 bits of its link, or else of outlet, title and day in Việt Nam."""
    facts = link or f"{fold(outlet)}\n{fold(title)}\n{at.astimezone(VIETNAM).date()}"
    return blake2s(facts.encode(), digest_size=16).hexdigest()
