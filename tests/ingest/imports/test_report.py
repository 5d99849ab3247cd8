"""Reports of an import: a bar on a terminal, plain lines elsewhere, and a summary."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from ingest.imports.report import BarReporter, FileSummary, PlainReporter, Reporter, Summary, reporter
from ingest.imports.runs import ImportCounts

DONE = Summary(
    files=(
        FileSummary("one.jsonl", "jsonl", ImportCounts(created=3, rejected=1, published=3), 0, Path("q/1-one.jsonl")),
        FileSummary("two.txt", "text", ImportCounts(unchanged=1), 0, None),
    ),
    seconds=1.25,
    log_position=17,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_summary_sums_its_files() -> None:
    text = "\n".join(DONE.lines())
    assert "3 created, 0 changed, 1 unchanged, 1 rejected; 3 published" in text
    assert "log position 17" in text
    assert "one.jsonl, with reasons: q/1-one.jsonl" in text
    assert "two.txt" not in text


@pytest.mark.parametrize(("out", "kind"), [(io.StringIO(), PlainReporter), (Terminal(), BarReporter)])
def test_a_terminal_gets_a_bar_and_a_file_plain_lines(out: io.StringIO, kind: type) -> None:
    assert isinstance(reporter(out), kind)


@pytest.mark.parametrize("bar", [True, False])
def test_a_report_has_progress_end_and_the_position_of_an_interruption(
    bar: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.imports.report.REPORT_SECONDS", 0)
    out = Terminal()
    report: Reporter = BarReporter(Console(file=out, force_terminal=True, width=120)) if bar else PlainReporter(out)
    report.begin("one.jsonl", "jsonl", 1_000, 50)
    report.advance(500, ImportCounts(created=3, rejected=1))
    report.end(DONE)
    report.report_interruption("one.jsonl", 60)
    said = out.getvalue()
    assert "line 50" in said
    assert "50%" in said.replace("50 %", "50%")
    assert "3 created, 0 changed, 0 unchanged, 1 rejected" in said
    assert "log position 17" in said
    assert "one.jsonl is imported up to line 60; run the same command to continue." in said
