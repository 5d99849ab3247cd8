"""`hub drill FILE`: run a scenario against stand-ins of the channels, in a hub of its own."""

import asyncio
import sys
from pathlib import Path

import typer
from rich.console import Console

from hub.channels.drills.push_stand_in import PushStandIn
from hub.channels.drills.report import DrillReport, render_report
from hub.channels.drills.runner import run_drill
from hub.channels.drills.scenario import BUNDLED, Scenario, load_scenario
from hub.channels.drills.settings import DrillSettings
from hub.channels.drills.zalo_stand_in import ZaloStandIn
from hub.clock_subjects import register_clock_subjects
from hub.embedded.postgres import EmbeddedPostgres
from hub.logs import configure_logging
from hub.migrations import upgrade
from hub.rooms import register_rooms
from hub.temporary_folders import open_temporary_folder

_OUT = Console(highlight=False, soft_wrap=True, markup=False)


def add_commands(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command("drill")(drill)


def drill(
    file: str = typer.Argument(
        ..., metavar="FILE", help=f"TOML file with a scenario (kịch bản), or {' or '.join(BUNDLED)}."
    ),
    html: Path = typer.Option(None, "--html", help="Write the report as a page to this file.", show_default=False),
    json: Path = typer.Option(None, "--json", help="Write the report as JSON to this file.", show_default=False),
) -> None:
    """Run a scenario against stand-ins of the channels (diễn tập), and report the times against the promises.

    The hub of the drill is its own: it reads no setting and no credential of this one, reaches nothing but its
    stand-ins, and is deleted afterwards. Every payload is marked `DIỄN TẬP`. Ends with 1 if a promise was broken.
    """
    scenario = load_scenario(file)
    configure_logging(DrillSettings(log_level="ERROR"))
    register_rooms()
    register_clock_subjects()
    with (
        open_temporary_folder("drill") as folder,
        EmbeddedPostgres(folder / "postgres", extra={"fsync": "off"}) as server,
    ):
        report = asyncio.run(_run(scenario, server.url, folder))
    if html is not None:
        html.write_text(render_report(report), "utf-8")
    if json is not None:
        json.write_text(report.model_dump_json(indent=2) + "\n", "utf-8")
    _print_report(report)
    if not report.is_passed:
        sys.exit(1)


async def _run(scenario: Scenario, database_url: str, folder: Path) -> DrillReport:
    await upgrade(database_url)
    stand_ins = (PushStandIn(), ZaloStandIn())
    return await run_drill(scenario, stand_ins, database_url=database_url, folder=folder, say=_OUT.print)


def _print_report(report: DrillReport) -> None:
    for step in report.steps:
        for item in step.items:
            promise = f"of {item.promised_minutes} min" if item.promised_minutes is not None else "no promise"
            _OUT.print(f"  {step.number}. {item.channel} {item.action}: {item.state}, {item.seconds:.1f} s {promise}")
    _OUT.print(
        f"{report.mark}: {report.kept} promises kept, {report.missed} broken, {report.unknown} unknown; "
        f"{report.marked} of {report.payloads} payloads marked."
    )
