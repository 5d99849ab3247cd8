"""A process that imports one file, for tests that stop it: `python import_script.py DATABASE_URL FILE DATA`."""

import asyncio
import sys
from pathlib import Path

from hub.db import Database
from hub.rooms import register_rooms
from hub.settings import Settings
from ingest.imports.report import PlainReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions


async def main(url: str, file: str, data: str) -> None:
    register_rooms()
    database = Database(Settings(database_url=url))
    try:
        await run_import(database, [Path(file)], ImportOptions(publish=True, data=Path(data)), PlainReporter())
    finally:
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
