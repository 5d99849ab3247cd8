"""The identity of a question index and the log position that it holds, as its marker document states them. Pure."""

from dataclasses import asdict, dataclass
from uuid import UUID

import orjson

from search.question_index.shape import SHAPE_VERSION


@dataclass(frozen=True)
class QuestionIndexState:
    """`applied` is the log position up to which the index is complete, and `hash` that of its entry, if it is known."""

    epoch: str
    applied: int
    hash: str = ""
    shape: int = SHAPE_VERSION

    @classmethod
    def parse(cls, text: str) -> "QuestionIndexState | None":
        """Read a marker; None if it is not one."""
        try:
            return cls(**orjson.loads(text))
        except (TypeError, ValueError):
            return None

    def dump(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    def is_built_for(self, epoch: UUID) -> bool:
        """Return True if the index was built from this database, in the shape that this code reads and writes."""
        return self.epoch == str(epoch) and self.shape == SHAPE_VERSION
