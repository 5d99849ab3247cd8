"""Rules of a site's robots.txt by RFC 9309, pure: 4xx allows everything, a server error nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from protego import Protego

from hub.text import clean

ROBOTS_AGENT = "policy-hub"
"""The product token by which robots.txt names the hub."""
MAX_BYTES = 512_000
"""Bytes of a robots.txt that are read."""
CACHE_LIFETIME = timedelta(hours=24)
ERROR_LIFETIME = timedelta(minutes=15)
"""Time until a robots.txt is fetched again after a server error; nothing of the site is fetched meanwhile."""
LONGEST_CRAWL_DELAY = 60.0
"""In seconds."""


@dataclass(frozen=True)
class Robots:
    """A robots.txt as it was answered: the status, and the text of a 200."""

    status: int
    text: str
    at: datetime

    @property
    def is_answered(self) -> bool:
        """True when the answer is valid; a 5xx or 429 is not."""
        return self.status < 500 and self.status != 429

    def is_fresh(self, moment: datetime) -> bool:
        """True while the answer may be used from the cache."""
        return moment - self.at < (CACHE_LIFETIME if self.is_answered else ERROR_LIFETIME)

    def can_fetch(self, url: str) -> bool:
        """True when the hub may fetch a URL of the site."""
        if self.status != 200:
            return self.is_answered
        return bool(Protego.parse(self.text).can_fetch(url, ROBOTS_AGENT))

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests as the site requires them, at most `LONGEST_CRAWL_DELAY`."""
        delay = Protego.parse(self.text).crawl_delay(ROBOTS_AGENT) if self.status == 200 else None
        return min(float(delay or 0), LONGEST_CRAWL_DELAY)


def apply_rules(body: bytes, url: str) -> dict[str, Any]:
    """Apply the text of a robots.txt to a URL: `allows` and `delay`. For `hub.sandbox`: its rules are patterns."""
    robots = Robots(200, body.decode(), datetime.min)
    return {"allows": robots.can_fetch(url), "delay": robots.crawl_delay}


def decode_robots(body: bytes) -> str:
    """Decode a robots.txt of any bytes; lines that cannot be decoded contain no rules."""
    return clean(body[:MAX_BYTES].decode("utf-8", "replace"))
