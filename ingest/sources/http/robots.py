"""What a site's robots.txt allows, by RFC 9309, pure: 4xx allows everything, an unanswered question nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from hub.text import clean

ROBOTS_AGENT = "policy-hub"
"""The product token that rules are written for."""
MAX_BYTES = 512_000
"""How much of a robots.txt is read, in bytes."""
CACHE_LIFETIME = timedelta(hours=24)
ERROR_LIFETIME = timedelta(minutes=15)
"""How soon a site that could not answer is asked again; until then nothing of it is fetched."""
LONGEST_CRAWL_DELAY = 60.0


@dataclass(frozen=True)
class Robots:
    """A robots.txt as it was answered: the status, and the text of a 200."""

    status: int
    text: str
    at: datetime

    @property
    def is_answered(self) -> bool:
        """Whether the site said what it allows; a site in trouble (5xx, 429) has not."""
        return self.status < 500 and self.status != 429

    def is_fresh(self, moment: datetime) -> bool:
        """Whether it still counts."""
        return moment - self.at < (CACHE_LIFETIME if self.is_answered else ERROR_LIFETIME)

    def can_fetch(self, url: str) -> bool:
        """Whether the hub may fetch an address of the site."""
        if self.status != 200:
            return self.is_answered
        return bool(Protego.parse(self.text).can_fetch(url, ROBOTS_AGENT))

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests that the site asks for, at most a minute."""
        delay = Protego.parse(self.text).crawl_delay(ROBOTS_AGENT) if self.status == 200 else None
        return min(float(delay or 0), LONGEST_CRAWL_DELAY)


def decode_robots(body: bytes) -> str:
    """The text of a robots.txt: whatever its bytes are, a line that cannot be read is a rule that nobody wrote."""
    return clean(body[:MAX_BYTES].decode("utf-8", "replace"))
