"""The quarantine file of a run: rejected records with their reasons, written before their batch commits.

One JSON object a line: `{"line", "source_id", "reason": {"code", "field", "detail", "expected"}, "record"}`.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

import orjson

from hub.errors import SetupProblem
from ingest.records import ImportItem, Reason, Reject

_MAX_REASONS = 3
"""Reasons that the summary of an import gives in words."""


def open_private(path: Path, mode: str) -> IO[bytes]:
    """Open a file that only its owner may read: records that were refused may hold what nobody may see."""
    file: IO[bytes] = open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115 - `Path.open` has no opener
    os.fchmod(file.fileno(), 0o600)
    return file


class RecordTally:
    """Imported records of a file that there is something to tell of, since the import was started or resumed."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[str] = []
        """The words about the first of them."""

    def add(self, item: ImportItem, words: Iterable[str]) -> None:
        """Count a committed record, and keep its words if it is one of the first."""
        self.count += 1
        if len(self.first) < _MAX_REASONS:
            self.first.append(f"line {item.line}: {' '.join(words)}")


class QuarantineFile:
    """Appends the rejected records of one run. What a killed or rolled-back batch left at the end is cut off."""

    def __init__(
        self,
        folder: Path,
        run_id: int,
        file_name: str,
        *,
        position: int,
        locate: Callable[[Reason, Any], Reason] = lambda reason, _: reason,
    ):
        self._locate = locate
        self.path = folder / f"{run_id}-{file_name}.jsonl"
        self.lines: set[int] = set()
        """Numbers of the lines that the run rejected."""
        self.first_reasons: list[str] = []
        """The reasons for the first rejected records, in words."""
        self.doubtful = RecordTally()
        self.converted = RecordTally()
        self._committed_length = 0
        if position:
            self._read_committed(position)

    def _read_committed(self, position: int) -> None:
        if not self.path.is_file():
            return
        with self.path.open("rb") as file:
            for data in file:
                try:
                    line = orjson.loads(data)["line"]
                except (orjson.JSONDecodeError, KeyError, TypeError):
                    break
                if line > position:
                    break
                self.lines.add(line)
                self._committed_length += len(data)

    @property
    def used_path(self) -> Path | None:
        """The path of the file; None while nothing was rejected."""
        return self.path if self.lines else None

    def locate_rejects(self, rejects: Iterable[Reject]) -> list[Reject]:
        """The rejected records by line, with their reasons in the terms of the file."""
        found = [replace(reject, reason=self._locate(reject.reason, reject.original)) for reject in rejects]
        return sorted(found, key=lambda reject: reject.line)

    def write(self, rejects: Sequence[Reject]) -> int:
        """Append rejected records and flush them to disk; they count after `commit`. Returns the file's new length.

        Raises `SetupProblem` when the file cannot be written.
        """
        if not rejects:
            return self._committed_length
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open_private(self.path, "r+b" if self._committed_length else "wb") as file:
                file.truncate(self._committed_length)
                file.seek(self._committed_length)
                file.writelines(_json_line(reject) for reject in rejects)
                file.flush()
                os.fsync(file.fileno())
                return file.tell()
        except OSError as problem:
            raise SetupProblem(f"The quarantine file {self.path} cannot be written: {problem.strerror}.") from problem

    def commit(self, rejects: Sequence[Reject], length: int) -> None:
        """Keep what `write` appended: the batch of these records is committed."""
        self._committed_length = length
        self.lines.update(reject.line for reject in rejects)
        room = _MAX_REASONS - len(self.first_reasons)
        self.first_reasons += [f"line {reject.line}: {reject.reason.words}" for reject in rejects[: max(room, 0)]]


def _json_line(reject: Reject) -> bytes:
    return orjson.dumps(
        {
            "line": reject.line,
            "source_id": reject.source_id,
            "reason": asdict(reject.reason),
            "record": reject.original,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )
