"""Figures that tests report: what a run did, one line each, printed at its end."""

from collections.abc import Callable
from typing import Any

import pytest

FIGURE = "figure"

Figure = Callable[[str, Any], None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Report a figure by its name, for the lines at the end of the run."""

    def report(name: str, value: Any) -> None:
        written = f"{value:,}" if isinstance(value, int) else str(value)
        request.node.user_properties.append((FIGURE, f"{name}: {written}"))

    return report


def write_figures(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all tests that ran, each with the test's name and time."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call" and any(name == FIGURE for name, _ in report.user_properties)
    ]
    if reports:
        terminalreporter.section("figures")
    for report in reports:
        test = report.nodeid.rpartition("::")[2]
        terminalreporter.write_line(f"{test}: seconds: {report.duration:.0f}")
        for name, value in report.user_properties:
            if name == FIGURE:
                terminalreporter.write_line(f"{test}: {value}")
