"""Addresses of articles: one form for each, so that one article is counted once, and the key it is known by."""

from datetime import datetime
from hashlib import blake2s
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from hub.text import fold
from hub.times import VIETNAM

MAX_URL_LENGTH = 2_000
_TRACKING = ("utm_", "fbclid", "gclid", "zarsrc", "mc_", "_ga", "vn_source", "vn_campaign", "vn_medium", "ref")


def canonical_url(link: str) -> str | None:
    """The address without fragment, tracking parameters and spelling variants; None when it is none of the web."""
    try:
        parts = urlsplit(link.strip())
        host, port = (parts.hostname or "").removeprefix("m.").removeprefix("www."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or len(link) > MAX_URL_LENGTH:
        return None
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    )
    netloc = host.lower() if port in (None, 80, 443) else f"{host.lower()}:{port}"
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit(("https", netloc, path or "/", urlencode(kept), ""))


def item_key(link: str | None, outlet: str, title: str, at: datetime) -> str:
    """What an item is known by: its address, or else outlet, title and day in Việt Nam."""
    facts = link or f"{fold(outlet)}\n{fold(title)}\n{at.astimezone(VIETNAM).date()}"
    return blake2s(facts.encode(), digest_size=16).hexdigest()
