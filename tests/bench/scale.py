"""`make bench-scale`: what each public question takes as a hub grows, one question at a time, on Postgres alone.

Documents are loaded directly (`scale_rows.py`), then every question is asked in process through the whole application.
Absolute numbers are this machine's; what is kept is the ratio to the smallest size. `--explain MS` writes the plans of
the statements of slower questions beside the figures. Interrupt it at any time: the figures up to then are printed.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.status import Status
from rich.table import Table
from sqlalchemy import event

from hub import migrations
from hub.db import Database
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from tests.bench.scale_questions import Question, Values, make_questions
from tests.bench.scale_rows import load, publish_templates
from tests.support.in_process import InProcess, in_process
from tests.support.registry_seed import seed_registry

SECONDS = 1.5
"""For how long a question is asked, if it was not asked often enough before."""
TIMES = 40
AIM = 1.3
FLOOR = 1.0
"""Milliseconds: a question that is as fast as this may grow."""
LOOSE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
"""Settings of the server for a database that need not survive; those that plans depend on are the usual ones."""


@dataclass
class Asked:
    """Milliseconds of one question at one size."""

    took: list[float] = field(default_factory=list)
    pages: int = 0
    """Pages of the database that its statements touch: the same on a busy machine."""
    executed: float = 0.0
    """Milliseconds of its statements within the database, as `EXPLAIN ANALYZE` tells them."""

    @property
    def p50(self) -> float:
        return median(self.took)

    @property
    def p99(self) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * 0.99))]


@dataclass
class Figures:
    """The figures of each question at each size, and how to print them."""

    sizes: list[int] = field(default_factory=list)
    asked: dict[str, dict[int, Asked]] = field(default_factory=dict)

    def ratio(self, name: str) -> float | None:
        """Return the p50 at the largest size, as a multiple of that at the smallest."""
        found = [self.asked[name][size].p50 for size in self.sizes if size in self.asked[name]]
        return found[-1] / found[0] if len(found) > 1 else None

    def print(self, console: Console) -> None:
        table = Table(title="milliseconds: p50 / p99")
        table.add_column("question")
        for size in self.sizes:
            table.add_column(f"{size:,}", justify="right")
        table.add_column("ratio", justify="right")
        for name, by_size in self.asked.items():
            cells = [f"{one.p50:.1f} / {one.p99:.1f}" if (one := by_size.get(size)) else "" for size in self.sizes]
            ratio = self.ratio(name)
            grown = ratio is not None and ratio > AIM and by_size[self.sizes[-1]].p50 > FLOOR
            table.add_row(name, *cells, "" if ratio is None else f"{ratio:.2f}{' !' if grown else ''}")
        console.print(table)


@contextmanager
def _noting(engines: Sequence[Any]) -> Iterator[list[tuple[str, Any]]]:
    """Note the statements that the readers send."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        sent.append((statement, parameters))

    for engine in engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note)


async def _explain(hub: InProcess, question: Question) -> tuple[int, float, str]:
    """Return the pages of the database that the question's statements touch, their milliseconds, and their plans."""
    database: Database = hub.app.state.hub.database
    with _noting((database.reader, database.searcher)) as sent:
        await _ask(hub, question)
    lines, pages, took = [f"=== {question.name}"], 0, 0.0
    async with database.read() as connection:
        for statement, parameters in sent:
            rows = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", parameters)
            plan = [row[0] for row in rows]
            pages += _sum_pages(plan)
            took += sum(float(found[1]) for line in plan if (found := _EXECUTION.match(line)))
            lines += [statement, str(parameters), *plan, ""]
    return pages, took, "\n".join([*lines, ""])


_EXECUTION = re.compile(r"Execution Time: ([0-9.]+) ms")


def _sum_pages(plan: Sequence[str]) -> int:
    """Sum up the pages of the topmost node, which hold those of all others."""
    first = next((line for line in plan if "Buffers: shared" in line), "")
    return sum(int(number) for number in re.findall(r"(?:hit|read)=([0-9]+)", first))


async def _ask(hub: InProcess, question: Question) -> float:
    began = perf_counter()
    answer = await hub.ask(
        "GET" if question.body is None else "POST", question.path, question.body, params=question.params
    )
    took = (perf_counter() - began) * 1_000
    if answer.status not in question.status or (question.body is not None and "errors" in answer.json()):
        raise SystemExit(f"{question.name}: {answer.status} {answer.text[:300]}")
    return took


def _show(status: Status, size: int) -> Callable[[str], None]:
    """Show what is being loaded."""
    return lambda what: status.update(f"{size:,} documents: {what} …")


async def _measure(hub: InProcess, question: Question, settings: Settings) -> Asked:
    """Ask until there are enough figures; the first time also connects and parses, and does not count."""
    found, began = Asked(), perf_counter()
    await _ask(hub, question)
    while len(found.took) < TIMES and (perf_counter() - began < SECONDS or len(found.took) < 3):
        if question.is_cold:
            async with _fresh(settings) as cold:
                await _ask(cold, Question("", "/health/live"))
                found.took.append(await _ask(cold, question))
        else:
            found.took.append(await _ask(hub, question))
    return found


_fresh = in_process
"""Another application, which remembers nothing."""


async def measure(
    url: str, folder: Path, sizes: Sequence[int], only: str, explain: float | None, keep: bool, console: Console
) -> Figures:
    """Load each size and ask everything."""
    settings = Settings(database_url=url, data=folder, rate_anonymous="off", log_level="ERROR")
    if not keep:
        await migrations.upgrade(url)
        database = Database(settings)
        async with database.write() as session:
            await seed_registry(session)
        await publish_templates(database)
        await database.dispose()
    figures, plans = Figures(), folder / "plans.txt"
    try:
        for size in sizes:
            figures.sizes.append(size)
            began = perf_counter()
            if not keep:
                with console.status("") as status:
                    await load(url, size, _show(status, size))
                console.print(f"{size:,} documents loaded in {perf_counter() - began:.0f} s")
            async with in_process(settings) as hub:
                questions = list(make_questions(await Values.read(hub.tables)))
                for question in questions:
                    if only not in question.name:
                        continue
                    asked = await _measure(hub, question, settings)
                    asked.pages, asked.executed, plan = await _explain(hub, question)
                    figures.asked.setdefault(question.name, {})[size] = asked
                    cells = f"{asked.p50:8.1f}  {asked.p99:8.1f}  {asked.executed:8.1f}  {asked.pages:>7,}"
                    console.print(f"{size:>9,}  {cells}  {question.name}")
                    if explain is not None and asked.executed > explain:
                        with plans.open("a", encoding="utf-8") as file:
                            file.write(plan)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("interrupted")
    if explain is not None:
        console.print(f"plans: {plans}")
    return figures


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of documents, comma-separated.")] = "10000,100000",
    only: Annotated[str, typer.Option(help="Part of the names of the questions to ask.")] = "",
    explain: Annotated[float | None, typer.Option(help="Write the plans of questions slower than this, in ms.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder that keeps the database.")] = None,
    loaded: Annotated[bool, typer.Option(help="Ask what `--data` holds; load nothing.")] = False,
) -> None:
    """Measure."""
    register_rooms()
    console = Console(width=140, highlight=False)
    with tempfile.TemporaryDirectory() as temporary:
        folder = data or Path(temporary)
        with EmbeddedPostgres(folder / "postgres", extra=LOOSE) as postgres:
            numbers = [int(size) for size in sizes.split(",")]
            figures = asyncio.run(measure(postgres.url, folder, numbers, only, explain, loaded, console))
            figures.print(console)


if __name__ == "__main__":
    typer.run(main)
