"""Position of a reader in the publication log, with the epoch and the start of the hash of its entry."""

import re
from dataclasses import dataclass
from uuid import UUID

from hub.errors import InvalidInput, Resync
from hub.log.chain import HASH_DIGITS
from hub.log.epochs import EpochChain
from hub.problem_texts.templates import fill

MAX_LENGTH = 128
"""Length of the longest position, with some room: up to all 64 digits of the hash are accepted."""

EXAMPLE = "0190a3c2-0000-7000-8000-000000000000:42:9f86d081884c7d65"
"""A position for documents."""

_PATTERN = re.compile(
    r"(?:(?P<epoch>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):)?(?P<seq>[0-9]{1,18})(?::(?P<hash>[0-9a-f]{8,64}))?"
)

EXPECTED = "a `next` value from this hub, or the number of a position"


@dataclass(frozen=True, slots=True)
class Position:
    """A position: the reader knows everything up to `seq`.

    Without an epoch, it refers to the current log; without a hash, a fork of the log is not noticed.
    """

    seq: int
    epoch: UUID | None = None
    hash: str | None = None
    """Start of the hash of the entry at `seq`, or of the hash that precedes the first entry of `epoch`."""

    @classmethod
    def from_hash(cls, epoch: UUID, seq: int, hash_: str) -> "Position":
        """Return the position of an entry or a head, from its whole hash."""
        return cls(seq, epoch, hash_[:HASH_DIGITS])

    @classmethod
    def parse(cls, written: str, *, field: str = "after") -> "Position":
        """Parse `<epoch>:42:<hash>`, the format of `str`, or the older `<epoch>:42` or `42`. Raises `InvalidInput`."""
        found = _PATTERN.fullmatch(written)
        if found is None or (found["hash"] and not found["epoch"]):
            raise InvalidInput("This is not a position of the log.", field=field, expected=EXPECTED)
        return cls(int(found["seq"]), UUID(found["epoch"]) if found["epoch"] else None, found["hash"])

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.epoch, self.seq, self.hash) if part is not None)

    @property
    def is_deprecated(self) -> bool:
        """True if a fork would not be noticed: an entry without its hash."""
        return self.seq > 0 and self.hash is None

    def is_same(self, other: "Position") -> bool:
        """Return True if both are the same entry, though one may have more digits of its hash."""
        if self.hash is None or other.hash is None or (self.seq, self.epoch) != (other.seq, other.epoch):
            return False
        return self.hash.startswith(other.hash) or other.hash.startswith(self.hash)

    def check(self, chain: EpochChain, head: int, entry_hash: str | None) -> None:
        """Raise `Resync` unless the log contains everything that the reader knows.

        `entry_hash` is the hash of the log's entry at `seq`, if there is one.
        """
        is_ahead = self.seq > head
        if is_ahead or (
            self.epoch is not None and not chain.is_known(self.seq, self.epoch, self.hash, entry_hash, head)
        ):
            epoch = chain.current.id
            raise Resync(
                "This position belongs to another log, or to a part of this one that was lost in a restore.",
                field="after" if is_ahead and self.epoch in (None, epoch) else "epoch",
                expected=fill(
                    "epoch {epoch}, a position up to {head}: read everything again from 0 or from a snapshot",
                    epoch=epoch,
                    head=head,
                ),
                epoch=str(epoch),
                head=head,
            )
