"""A database with the demo content, for tests that use the hub as a stranger would."""

from pathlib import Path

from hub import demo
from hub.db import Database
from hub.settings import Settings
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions


async def demo_settings(database_url: str, folder: Path) -> Settings:
    """Settings of a hub over a copy of the template database, with the demo content published."""
    settings = Settings(database_url=database_url, data=folder)
    database = Database(settings)
    with demo.content_file() as path:
        await run_import(database, [path], ImportOptions(publish=True, data=folder), SilentReporter())
    await database.dispose()
    return settings
