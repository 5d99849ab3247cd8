"""Where a reader stands in the publication log: a position, and the epoch of the log that it belongs to."""

import re
from dataclasses import dataclass
from uuid import UUID

from hub.errors import InvalidInput, Resync

_PATTERN = re.compile(r"(?:(?P<epoch>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):)?(?P<seq>[0-9]{1,18})")

EXPECTED = "a `next` value from this hub, or the number of a position"


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to `seq` is known to the reader. Without an epoch: whichever log the hub has."""

    seq: int
    epoch: UUID | None = None

    @classmethod
    def parse(cls, written: str, *, field: str = "after") -> "Position":
        """`42`, or `<epoch>:42` as `str` writes it. Raises `InvalidInput`."""
        found = _PATTERN.fullmatch(written)
        if found is None:
            raise InvalidInput("This is not a position of the log.", field=field, expected=EXPECTED)
        return cls(int(found["seq"]), UUID(found["epoch"]) if found["epoch"] else None)

    def __str__(self) -> str:
        return str(self.seq) if self.epoch is None else f"{self.epoch}:{self.seq}"

    def check(self, epoch: UUID, head: int) -> None:
        """Raises `Resync` when the position is not of this log: it was restored from a backup meanwhile."""
        foreign = self.epoch is not None and self.epoch != epoch
        if foreign or self.seq > head:
            raise Resync(
                "This position belongs to another log.",
                field="epoch" if foreign else "after",
                expected=f"epoch {epoch}, a position up to {head}: read everything again from 0 or from a snapshot",
                epoch=str(epoch),
                head=head,
            )
