"""No doubles: the same document from two sources is one document with two provenances (không trùng lặp).

`find_same` looks whether the hub holds a document already, `find_gone` whether it was erased, `remember` keeps where a
record came from and what it says otherwise. See docs/sources.md and docs/decisions/086 to 088.
"""

from hub.domain.source_claims import Conflict
from ingest.dedup.candidate import DedupCandidate
from ingest.dedup.gone import find_gone, gone_reason
from ingest.dedup.matcher import DuplicateMatch, find_duplicate, find_duplicates, lock_kind
from ingest.dedup.provenance import record_provenance

__all__ = [
    "Conflict",
    "DedupCandidate",
    "DuplicateMatch",
    "find_duplicate",
    "find_duplicates",
    "find_gone",
    "gone_reason",
    "lock_kind",
    "record_provenance",
]
