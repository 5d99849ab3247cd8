"""What an import says while it runs and at its end: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ingest.imports.runs import ImportCounts

REPORT_SECONDS = 3.0
"""Seconds between two plain lines."""


@dataclass(frozen=True)
class FileSummary:
    """One file's import; `resumed_at` is the line behind which an interrupted run went on (0: a new run)."""

    name: str
    format: str
    counts: ImportCounts
    resumed_at: int
    quarantine: Path | None


@dataclass(frozen=True)
class Summary:
    """A whole import: its files, their sum, how long it took and where the log stands."""

    files: tuple[FileSummary, ...]
    seconds: float
    log_position: int
    counts: ImportCounts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", sum((one.counts for one in self.files), ImportCounts()))

    def lines(self) -> list[str]:
        """The summary in words, one line for each thing."""
        done = self.counts
        return [
            f"{_describe_counts(done)}; {done.published} published",
            f"{self.seconds:.1f} seconds; the log stands at {self.log_position}",
            *(
                f"rejected records of {one.name}, with reasons: {one.quarantine}"
                for one in self.files
                if one.quarantine
            ),
        ]


class Reporter(Protocol):
    """Who wants to know how an import goes."""

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None:
        """A file of `size` bytes begins, or goes on behind a line."""

    def advance(self, consumed: int, counts: ImportCounts) -> None:
        """A batch is committed; `consumed` bytes of the file are read, `counts` are the run's so far."""

    def report_interruption(self, name: str, position: int) -> None:
        """The import was stopped; everything up to the line `position` is committed."""

    def end(self, summary: Summary) -> None:
        """Every file is done."""


class SilentReporter:
    """Says nothing."""

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None: ...
    def advance(self, consumed: int, counts: ImportCounts) -> None: ...
    def report_interruption(self, name: str, position: int) -> None: ...
    def end(self, summary: Summary) -> None: ...


class PlainReporter:
    """Lines of text, at most one every few seconds while a file is read."""

    def __init__(self, out: TextIO | None = None):
        self._out = out or sys.stderr
        self._size = 0
        self._name = ""
        self._last_report_at = 0.0

    def _print(self, line: str) -> None:
        print(line, file=self._out, flush=True)

    def begin(self, name: str, file_format: str, size: int, resumed_at: int) -> None:
        self._name, self._size, self._last_report_at = name, size, time.monotonic()
        self._print(f"{name} ({file_format})" + (f": goes on behind line {resumed_at}" if resumed_at else ""))

    def advance(self, consumed: int, counts: ImportCounts) -> None:
        if time.monotonic() - self._last_report_at >= REPORT_SECONDS:
            self._last_report_at = time.monotonic()
            self._print(f"{self._name}: {_percent(consumed, self._size)} %, {_describe_counts(counts)}")

    def report_interruption(self, name: str, position: int) -> None:
        self._print(f"Stopped. {name} is imported up to line {position}; the same command goes on from there.")

    def end(self, summary: Summary) -> None:
        for line in summary.lines():
            self._print(line)


class BarReporter:
    """A progress bar for a terminal."""

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
        behind = f" (behind line {resumed_at})" if resumed_at else ""
        self._task = self._progress.add_task(f"{name}{behind}", total=max(size, 1), counts="")
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
    """A bar where `out` (default: standard error) is a terminal, plain lines elsewhere."""
    out = out or sys.stderr
    return BarReporter(Console(file=out)) if out.isatty() else PlainReporter(out)


def _percent(consumed: int, size: int) -> int:
    return min(100, 100 * consumed // max(size, 1))


def _describe_counts(counts: ImportCounts) -> str:
    joined = f"{counts.joined} joined, " if counts.joined else ""
    return (
        f"{counts.created} created, {counts.changed} changed, {joined}{counts.unchanged} unchanged, "
        f"{counts.rejected} rejected"
    )
