"""Progress and summary of an import: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ingest.imports.runs import ImportCounts

REPORT_SECONDS = 3.0
"""Seconds between two plain lines of progress."""


@dataclass(frozen=True)
class FileSummary:
    """The import of one file; `resumed_at` is the line after which an interrupted run resumed (0: a new run).

    `reasons` are those for the first rejected records, in words; `doubtful` records wait for a person, with the doubts
    about the first of them; the text of `converted` ones was made Unicode.
    """

    name: str
    format: str
    counts: ImportCounts
    resumed_at: int
    quarantine: Path | None
    reasons: tuple[str, ...] = ()
    doubtful: int = 0
    doubts: tuple[str, ...] = ()
    converted: int = 0
    conversions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Remarks about the file as a whole, such as columns that nobody knows."""


@dataclass(frozen=True)
class Summary:
    """A whole import: its files, the sum of their counts, the duration and the log position at the end."""

    files: tuple[FileSummary, ...]
    seconds: float
    log_position: int
    counts: ImportCounts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", sum((one.counts for one in self.files), ImportCounts()))

    def lines(self) -> list[str]:
        """The summary as lines of text."""
        done, doubtful = self.counts, sum(one.doubtful for one in self.files)
        waiting = f", {doubtful} with doubts wait for an editor" if doubtful else ""
        converted = sum(one.converted for one in self.files)
        made_unicode = f", {converted} converted to Unicode" if converted else ""
        return [
            f"{_describe_counts(done)}; {done.published} published{waiting}{made_unicode}",
            f"{self.seconds:.1f} seconds; log position {self.log_position}",
            *(f"{one.name}, {note}" for one in self.files for note in one.notes),
            *(f"{one.name}, {doubt}" for one in self.files for doubt in one.doubts),
            *(f"{one.name}, {conversion}" for one in self.files for conversion in one.conversions),
            *(line for one in self.files if one.quarantine for line in _describe_rejects(one)),
        ]


class Reporter(Protocol):
    """Receiver of the progress of an import."""

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None:
        """Report the start of a file of `size` bytes, or its resumption after the line `resumed_at`."""

    def advance(self, consumed: int, counts: ImportCounts) -> None:
        """Report a committed batch: `consumed` bytes of the file are read, `counts` are the run's so far."""

    def report_interruption(self, name: str, position: int) -> None:
        """Report that the import was stopped; everything up to the line `position` is committed."""

    def end(self, summary: Summary) -> None:
        """Report the end of the import."""


class SilentReporter:
    """Reports nothing."""

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None: ...
    def advance(self, consumed: int, counts: ImportCounts) -> None: ...
    def report_interruption(self, name: str, position: int) -> None: ...
    def end(self, summary: Summary) -> None: ...


class PlainReporter:
    """Reports by lines of text, at most one in `REPORT_SECONDS`."""

    def __init__(self, out: TextIO | None = None):
        self._out = out or sys.stderr
        self._size = 0
        self._name = ""
        self._last_report_at = 0.0

    def _print(self, line: str) -> None:
        print(line, file=self._out, flush=True)

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None:
        self._name, self._size, self._last_report_at = name, size, time.monotonic()
        self._print(f"{name} ({file_format})" + (f": resumes after line {resumed_at}" if resumed_at else ""))

    def advance(self, consumed: int, counts: ImportCounts) -> None:
        if time.monotonic() - self._last_report_at >= REPORT_SECONDS:
            self._last_report_at = time.monotonic()
            self._print(f"{self._name}: {_percent(consumed, self._size)} %, {_describe_counts(counts)}")

    def report_interruption(self, name: str, position: int) -> None:
        self._print(f"Stopped. {name} is imported up to line {position}; run the same command to continue.")

    def end(self, summary: Summary) -> None:
        for line in summary.lines():
            self._print(line)


class BarReporter:
    """Reports by a progress bar on a terminal."""

    def __init__(self, console: Console | None = None):
        self._console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=self._console,
        )
        self._task: TaskID | None = None

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None:
        resumed = f" (after line {resumed_at})" if resumed_at else ""
        self._task = self._progress.add_task(f"{name}{resumed}", total=max(size, 1), counts="")
        self._progress.start()

    def advance(self, consumed: int, counts: ImportCounts) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=consumed, counts=_describe_counts(counts))

    def report_interruption(self, name: str, position: int) -> None:
        self._progress.stop()
        PlainReporter(self._console.file).report_interruption(name, position)  # type: ignore[arg-type]

    def end(self, summary: Summary) -> None:
        self._progress.stop()
        PlainReporter(self._console.file).end(summary)  # type: ignore[arg-type]


def reporter(out: TextIO | None = None) -> Reporter:
    """A bar when `out` (default: standard error) is a terminal, else plain lines."""
    out = out or sys.stderr
    return BarReporter(Console(file=out)) if out.isatty() else PlainReporter(out)


def _percent(consumed: int, size: int) -> int:
    return min(100, 100 * consumed // max(size, 1))


def _describe_rejects(file: FileSummary) -> list[str]:
    reasons = [f"{file.name}, {reason}" for reason in file.reasons]
    return [*reasons, f"rejected records of {file.name}, with reasons: {file.quarantine}"]


def _describe_counts(counts: ImportCounts) -> str:
    joined = f"{counts.joined} joined, " if counts.joined else ""
    return (
        f"{counts.created} created, {counts.changed} changed, {joined}{counts.unchanged} unchanged, "
        f"{counts.rejected} rejected"
    )
