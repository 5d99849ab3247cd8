"""Seconds of each file and of the longest tests of a run, in ``build/durations.txt``."""

from collections import defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "build" / "durations.txt"
LONGEST = 50
FEWEST = 200
"""Tests that a run has at least, for its durations to replace those of the last one."""


def write_durations(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what took how long, with what was prepared and cleared away for it."""
    files, tests = defaultdict[str, float](float), defaultdict[str, float](float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                files[report.nodeid.partition("::")[0]] += report.duration
                tests[report.nodeid] += report.duration
    if len(tests) >= FEWEST:
        lines = [
            f"{seconds:8.2f}  {name}"
            for found, count in ((files, len(files)), (tests, LONGEST))
            for name, seconds in sorted(found.items(), key=lambda one: -one[1])[:count]
        ]
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text("\n".join(lines) + "\n", "utf-8")
