"""What is known of a record before it is a document."""

from dataclasses import dataclass
from typing import Any

from hub.domain.fingerprints import Fingerprint, fingerprint


@dataclass(frozen=True)
class DedupCandidate:
    """A record as it was read; `content` may lack what its source does not say."""

    kind: str
    lang: str
    content: dict[str, Any]
    text: str
    """The text as it was read; empty: that of the content, which then has its stored form."""
    url: str | None

    def fingerprint(self) -> Fingerprint:
        """What the record would be known by."""
        return fingerprint(self.kind, self.lang, self.content, self.text or None)
