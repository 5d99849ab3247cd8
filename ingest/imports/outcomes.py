"""The outcome of a record, in an import or its preview; records that were set aside, read from a quarantine file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from ingest.records import Reason

OutcomeName = Literal["created", "changed", "joined", "unchanged", "set_aside"]


@dataclass(frozen=True)
class RowPlace:
    """The sheet and row of a record of a table."""

    sheet: str
    row: int

    @classmethod
    def of(cls, record: Any) -> "RowPlace | None":
        """The place of a record as its reader gives it; None for records of other files."""
        if isinstance(record, dict) and "cells" in record and "sheet" in record:
            return cls(str(record["sheet"]), int(record["row"]))
        return None

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}"


@dataclass(frozen=True)
class RecordOutcome:
    """The outcome of a record: set aside with its reason, or taken in, perhaps with doubts for an editor."""

    line: int
    place: RowPlace | None
    source_id: str | None
    title: str | None
    name: OutcomeName
    reason: Reason | None
    doubts: tuple[str, ...]
    original: Any
    content: dict[str, Any] | None = None
    """The content, where it was asked for."""

    @property
    def where(self) -> str:
        """The sheet and row, or the line."""
        return str(self.place) if self.place else f"line {self.line}"

    @property
    def why(self) -> str:
        """The reason or the doubts, in words."""
        return self.reason.words if self.reason else " ".join(self.doubts)

    @property
    def is_worth_telling(self) -> bool:
        """True if somebody has to look at it, or if the hub changes."""
        return self.name != "unchanged" or bool(self.doubts)


def read_quarantine(path: Path) -> Iterator[RecordOutcome]:
    """Read the records that an import has set aside from its quarantine file."""
    with path.open("rb") as file:
        for line in file:
            found = orjson.loads(line)
            record, reason = found["record"], Reason(**found["reason"])
            place = RowPlace.of(record)
            yield RecordOutcome(found["line"], place, found["source_id"], None, "set_aside", reason, (), record)
