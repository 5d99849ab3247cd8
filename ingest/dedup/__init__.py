"""Deduplication: the same document from two sources is one document with two provenances (không trùng lặp).

`find_duplicate` finds a record's document when the hub has it already, `find_gone` when it was erased, and
`record_provenance` keeps where a record came from and where it contradicts the document. See docs/sources.md and
docs/decisions/086 to 088.
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
