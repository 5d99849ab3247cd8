"""Position of a reader in the publication log, with the epoch of the log."""

import re
from dataclasses import dataclass
from uuid import UUID

from hub.errors import InvalidInput, Resync

_PATTERN = re.compile(r"(?:(?P<epoch>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):)?(?P<seq>[0-9]{1,18})")

EXPECTED = "a `next` value from this hub, or the number of a position"


@dataclass(frozen=True, slots=True)
class Position:
    """A position: the reader knows everything up to `seq`. Without an epoch, it refers to the current log."""

    seq: int
    epoch: UUID | None = None

    @classmethod
    def parse(cls, written: str, *, field: str = "after") -> "Position":
        """Parse `42` or `<epoch>:42`, the format of `str`. Raises `InvalidInput`."""
        found = _PATTERN.fullmatch(written)
        if found is None:
            raise InvalidInput("This is not a position of the log.", field=field, expected=EXPECTED)
        return cls(int(found["seq"]), UUID(found["epoch"]) if found["epoch"] else None)

    def __str__(self) -> str:
        return str(self.seq) if self.epoch is None else f"{self.epoch}:{self.seq}"

    def check(self, epoch: UUID, head: int) -> None:
        """Raise `Resync` if the position belongs to another log: this one was restored from a backup."""
        foreign = self.epoch is not None and self.epoch != epoch
        if foreign or self.seq > head:
            raise Resync(
                "This position belongs to another log.",
                field="epoch" if foreign else "after",
                expected=f"epoch {epoch}, a position up to {head}: read everything again from 0 or from a snapshot",
                epoch=str(epoch),
                head=head,
            )
