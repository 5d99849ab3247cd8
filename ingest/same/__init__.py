"""No doubles: the same document from two sources is one document with two provenances (không trùng lặp).

`find_same` looks whether the hub holds a document already, `find_gone` whether it was erased, `remember` keeps where a
record came from and what it says otherwise. See docs/sources.md and docs/decisions/086 to 088.
"""

from hub.provenance.claims import Conflict
from ingest.same.facts import Facts
from ingest.same.finding import Same, alone, find_all, find_same
from ingest.same.gone import find_gone, gone_reason
from ingest.same.remembering import remember

__all__ = ["Conflict", "Facts", "Same", "alone", "find_all", "find_gone", "find_same", "gone_reason", "remember"]
