"""A record on its way into the hub, as deduplication compares it."""

from dataclasses import dataclass

from hub.content.checked_content import CheckedContent
from hub.domain.fingerprints import Fingerprint


@dataclass(frozen=True)
class DedupCandidate:
    """A record as it was read, with its address and the fingerprint that it would have as a document.

    The fingerprint may be of a text that says more than the content.
    """

    checked: CheckedContent
    fingerprint: Fingerprint
    url: str | None
