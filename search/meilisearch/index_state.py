"""Which index is this database's, and is it whole: its name and the marker document inside it. Pure.

The name carries the database's epoch, so hubs may share a server, and a database restored from a backup (which
begins a new epoch) never meets the index of its former life. The marker is written last into a new index and travels
with it through a swap; documents that an engine puts into an index it lost carry no marker, so such an index is never
taken for whole.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from search.meilisearch.documents import SHAPE_VERSION
from search.meilisearch.settings import settings_fingerprint

STATE_ID = "marker"
"""Id of the marker document; ids of views have the form `uuid_lang`."""

REBUILD_SUFFIX = "_new"
"""What the name of an index under construction ends with."""


def index_name(prefix: str, epoch: UUID) -> str:
    """The name of a database's index."""
    return f"{prefix}_{epoch.hex[:12]}"


@dataclass(frozen=True)
class IndexState:
    """What a whole index says of itself. `applied` is the log position that it is known to contain."""

    epoch: str
    shape: int
    settings: str
    generation: str
    applied: int

    @classmethod
    def parse(cls, document: dict[str, Any]) -> "IndexState | None":
        """The marker of a stored document; None when it does not say that its index is whole."""
        if document.get("whole") is not True:
            return None
        try:
            return cls(**{name: document[name] for name in cls.__dataclass_fields__})
        except KeyError:
            return None

    def to_index_document(self) -> dict[str, Any]:
        """The document that says so."""
        return {"id": STATE_ID, "whole": True, **asdict(self)}

    def is_built_for(self, epoch: UUID) -> bool:
        """Whether the index was made from this database, in the shape that this code writes."""
        return self.epoch == str(epoch) and self.shape == SHAPE_VERSION

    def is_usable_for(self, epoch: UUID) -> bool:
        """Whether this code may put its questions to the index."""
        return self.is_built_for(epoch) and self.settings == settings_fingerprint()
