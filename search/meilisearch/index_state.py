"""The identity and completeness of an index: its name, and the marker document inside it. Pure.

The name contains the log's epoch, so hubs may share a server. When a new epoch begins, the index of an earlier one is
adopted if the log still contains the entry up to which it is complete. Otherwise, after a restore from a backup, it
holds what was lost, and a new one is built. The marker document is written last into a new index and moves with it in a
swap. Documents that an engine writes into an index it lost come without a marker, so such an index is never taken for
whole.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from search.meilisearch.documents import SHAPE_VERSION
from search.meilisearch.settings import settings_fingerprint

STATE_ID = "marker"
"""Id of the marker document; ids of views have the form `uuid_lang`."""

REBUILD_SUFFIX = "_new"
"""Suffix of the name of an index that the follower rebuilds."""

REINDEX_SUFFIX = "_next"
"""Suffix of the name of an index that `hub reindex` builds."""


def index_name(prefix: str, epoch: UUID) -> str:
    """Return the name of a database's index."""
    return f"{prefix}_{epoch.hex[:12]}"


@dataclass(frozen=True)
class IndexState:
    """The contents of a whole index's marker document. `applied` is the log position up to which it is complete, and
    `hash` that of its entry; empty in an index of earlier code."""

    epoch: str
    shape: int
    settings: str
    generation: str
    applied: int
    hash: str = ""

    @classmethod
    def parse(cls, document: dict[str, Any]) -> "IndexState | None":
        """Read a stored marker document; None if it does not say that its index is whole."""
        if document.get("whole") is not True:
            return None
        try:
            return cls(
                **{name: document[name] for name in cls.__dataclass_fields__ if name != "hash" or name in document}
            )
        except KeyError:
            return None

    def to_index_document(self) -> dict[str, Any]:
        """Return the marker document that says so."""
        return {"id": STATE_ID, "whole": True, **{name: value for name, value in asdict(self).items() if value != ""}}

    def is_built_for(self, epoch: UUID) -> bool:
        """Return True if the index was built from this database, in the shape that this code writes."""
        return self.epoch == str(epoch) and self.shape == SHAPE_VERSION

    def is_usable_for(self, epoch: UUID) -> bool:
        """Return True if this code may query the index."""
        return self.is_built_for(epoch) and self.settings == settings_fingerprint()
