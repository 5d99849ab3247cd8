"""`hub trends …`: topics and places of newspaper headlines, as tables and as a chart."""

from datetime import date, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.cli.options import parse_options
from hub.db import Database
from hub.paging import MAX_LIMIT
from hub.press.baseline import TrendSubject
from hub.press.burst_refresh import refresh_bursts
from hub.press.queries import list_bursts, read_trends
from hub.press.views import BurstParams, BurstState, TrendBurst, TrendParams, Trends, TrendStep
from hub.registry.hierarchy import get_registry

app = typer.Typer(help="Analyze newspaper headlines: frequent topics and places, and bursts.", no_args_is_help=True)

BY = typer.Option(TrendSubject.topic, "--by", help="Count topics or places.")
STEP = typer.Option(TrendStep.day, "--step", help="Aggregate by day or by week.")
FROM = typer.Option(None, "--from", metavar="DAY", formats=["%Y-%m-%d"], help="First day; defaults to 28 days ago.")
TO = typer.Option(None, "--to", metavar="DAY", formats=["%Y-%m-%d"], help="Last day; defaults to today.")
TOPIC = typer.Option(None, "--topic", metavar="CODE", help="Only headlines about this topic.")
PLACE = typer.Option(None, "--place", metavar="CODE", help="Only headlines about this place.")


def _read(
    by: TrendSubject,
    step: TrendStep,
    first: datetime | None,
    last: datetime | None,
    topic: str | None,
    place: str | None,
) -> tuple[Trends, list[TrendBurst]]:
    params = parse_options(
        TrendParams, by=by, step=step, from_=first and first.date(), to=last and last.date(), topic=topic, place=place
    )

    async def run(database: Database) -> tuple[Trends, list[TrendBurst]]:
        registry = await get_registry(database)
        async with database.read() as connection:
            trends = await read_trends(connection, registry, params)
            burst_params = BurstParams(
                by=by, from_=trends.first_on, to=trends.last_on, topic=topic, place=place, limit=MAX_LIMIT
            )
            return trends, (await list_bursts(connection, registry, burst_params)).items

    return run_with_database(run)


@app.command("list")
def list_trends(
    by: TrendSubject = BY,
    step: TrendStep = STEP,
    first: datetime | None = FROM,
    last: datetime | None = TO,
    topic: str | None = TOPIC,
    place: str | None = PLACE,
    most: int = typer.Option(12, "--most", min=1, max=100, help="Maximum number of topics or places."),
) -> None:
    """List bursts with the official responses to them, and the most frequent topics or places."""
    trends, bursts = _read(by, step, first, last, topic, place)
    console = Console()
    if bursts:
        console.print(_bursts(bursts))
    else:
        console.print("No bursts in these days.")
    console.print(_figures(trends, most))


def _bursts(bursts: list[TrendBurst]) -> Table:
    table = Table(
        "days", "about", "headlines", "usual", "words", "answer", box=None, title="bursts", title_justify="left"
    )
    for burst in bursts:
        days = f"{_day(burst.first_on)}–{_day(burst.last_on)}{'' if burst.over else ' …'}"
        words = ", ".join(burst.phrases[:4])
        table.add_row(days, burst.name, str(burst.items), f"{burst.expected:.0f}", words, _answer(burst))
    return table


def _answer(burst: TrendBurst) -> str:
    if burst.answer is not None:
        return f"after {burst.answer.after_hours:.0f} h: {burst.answer.title}"
    return "none" if burst.over else f"open for {burst.open_hours:.0f} h"


def _figures(trends: Trends, most: int) -> Table:
    span = f"{_day(trends.first_on)}–{_day(trends.last_on)}"
    tones = trends.by is TrendSubject.topic
    table = Table(trends.by.value, "headlines", "share", *(("good", "bad") if tones else ()), box=None)
    table.title, table.title_justify = f"headlines, {span}", "left"
    for series in trends.series[:most]:
        tone = [sum(figure.positive or 0 for figure in series.figures), sum(f.negative or 0 for f in series.figures)]
        cells = [series.name, str(series.items), f"{100 * series.share:.1f} %", *(map(str, tone) if tones else ())]
        table.add_row(*cells)
    return table


def _day(day: date) -> str:
    return f"{day:%d/%m}"


@app.command()
def plot(
    path: Path = typer.Argument(..., metavar="FILE", dir_okay=False, help="PNG file to write."),
    by: TrendSubject = BY,
    step: TrendStep = STEP,
    first: datetime | None = FROM,
    last: datetime | None = TO,
    topic: str | None = TOPIC,
    place: str | None = PLACE,
    most: int = typer.Option(
        6, "--most", min=1, max=30, help="Maximum number of topics or places; those with bursts come first."
    ),
) -> None:
    """Plot the counts over time, with bursts shaded and official responses marked."""
    from hub.press.plot import draw  # importing takes a second, which no other command needs

    trends, bursts = _read(by, step, first, last, topic, place)
    plotted = draw(path, trends, bursts, most=most)
    open_ = sum(burst.state is BurstState.open for burst in bursts)
    typer.echo(f"{path}: {len(plotted)} of {len(trends.series)}, {len(bursts)} bursts, {open_} of them open.")


@app.command()
def find(
    first: datetime | None = typer.Option(
        None, "--from", metavar="DAY", formats=["%Y-%m-%d"], help="First day; defaults to 60 days ago."
    ),
) -> None:
    """Detect bursts now, for old headlines that were loaded later. The worker does so for new ones."""

    async def run(database: Database) -> int:
        async with database.write() as session:
            return await refresh_bursts(session, first and first.date())

    typer.echo(f"{run_with_database(run)} new bursts.")
