"""Speed of `hub import --publish` with nobody waiting, beside raw COPY of the very rows that it wrote, in the same run.

The rows are copied out, and into empty tables with the same indexes: that is the least that storing them can cost.
Absolute numbers are this machine's; the ratio is what is kept.
"""

import asyncio
import json
import os
import random
import tempfile
import time
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.table import Table

from hub.connections import plain_url
from hub.embedded.postgres import EmbeddedPostgres
from hub.settings import Settings
from tests.bench.import_runs import WORDS, Imported, prepare, run_import

COPIES = 3
"""Times that the rows are copied; the fastest counts."""
_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""


def write_small_policies(path: Path, count: int) -> None:
    """Write policies of one article each."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            chance = random.Random(n)  # noqa: S311 - no secret
            content = {
                "title": f"Kế hoạch {' '.join(chance.choices(WORDS, k=8))}",
                "number": f"{n + 1}/KH-UBND",
                "type": "Kế hoạch",
                "summary": " ".join(chance.choices(WORDS, k=30)),
                "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
                "dates": [{"role": "issued", "on": f"2026-{n % 9 + 1:02}-{n % 27 + 1:02}", "source": "Văn bản gốc"}],
                "topics": ["cai-cach-hanh-chinh"],
                "nodes": [
                    {
                        "ref": "dieu-1",
                        "type": "article",
                        "label": "Điều 1",
                        "text": " ".join(chance.choices(WORDS, k=60)),
                    }
                ],
            }
            record = {"source_id": f"small:{n}", "kind": "policy", "agency": "ubnd-hue", "content": content}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


async def _count_rows(connection: asyncpg.Connection) -> dict[str, int]:
    names = [row["relname"] for row in await connection.fetch(_TABLES)]
    return {name: await connection.fetchval(f'SELECT count(*) FROM "{name}"') for name in names}


async def _time_copy(connection: asyncpg.Connection, tables: list[str], folder: Path) -> float:
    """The seconds that COPY takes to put the rows of tables into empty ones with the same indexes."""
    for name in tables:
        await connection.copy_from_table(name, output=folder / name, format="binary")
    best = float("inf")
    for _ in range(COPIES):
        await connection.execute("DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied")
        for name in tables:
            await connection.execute(f'CREATE TABLE copied."{name}" (LIKE public."{name}" INCLUDING ALL)')
        await connection.execute("CHECKPOINT")
        began = time.monotonic()
        for name in tables:
            await connection.copy_to_table(name, schema_name="copied", source=folder / name, format="binary")
        best = min(best, time.monotonic() - began)
    return best


async def _measure(url: str, file: Path, records: int, folder: Path) -> tuple[Imported, float, float]:
    """The import, the seconds of its run without the start of the process, and those of COPY."""
    settings = Settings(database_url=url, data=folder)
    await prepare(settings)
    connection = await asyncpg.connect(plain_url(url))
    before = await _count_rows(connection)
    environment = os.environ | {"HUB_DATABASE_URL": url, "HUB_DATA": str(folder)}
    imported = await run_import(file, records, environment)
    after = await _count_rows(connection)
    written = [name for name, count in after.items() if count > before[name] == 0]
    spent = await connection.fetchval("SELECT extract(epoch FROM finished_at - started_at)::float FROM import_run")
    seconds = await _time_copy(connection, written, folder)
    await connection.close()
    return imported, spent, seconds


def measure_speed(policies: int, data: Path | None) -> None:
    """Import small policies, and the real documents of a folder, each into an empty hub; print the speeds."""
    table = Table("file", "records", "import", "raw COPY", "ratio", "memory", title="nobody waiting; records a second")
    for name in ("small policies", "real documents"):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            file, records = folder / "small.jsonl", policies
            if name == "small policies":
                write_small_policies(file, policies)
            elif data is not None:
                file, records = data / "legal-docs.jsonl.gz", 600
            else:
                continue
            with EmbeddedPostgres(folder / "postgres") as postgres:
                imported, spent, seconds = asyncio.run(_measure(postgres.url, file, records, folder))
        rate, raw = records / spent, records / seconds
        memory = f"{imported.peak_kib / 1024:,.0f} MiB"
        table.add_row(name, f"{records:,}", f"{rate:,.0f}", f"{raw:,.0f}", f"{rate / raw:.2f}", memory)
    Console(width=100).print(table)
