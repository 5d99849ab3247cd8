"""A record on its way into the hub, as deduplication compares it."""

from dataclasses import dataclass
from typing import Any

from hub.domain.fingerprints import Fingerprint, fingerprint


@dataclass(frozen=True)
class DedupCandidate:
    """A record as it was read; `content` may lack facts that its source does not give."""

    kind: str
    lang: str
    content: dict[str, Any]
    text: str
    """The text as it was read. When it is empty, the text of the content counts, which then has its stored form."""
    url: str | None

    def fingerprint(self) -> Fingerprint:
        """Compute the fingerprint that the record would have as a document."""
        return fingerprint(self.kind, self.lang, self.content, self.text or None)
