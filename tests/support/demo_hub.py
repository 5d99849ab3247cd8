"""A database with the demo content, for tests that use the hub as a stranger would."""

from pathlib import Path
from uuid import uuid4

import asyncpg

from hub import demo
from hub.db import Database
from hub.settings import Settings
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions


async def demo_settings(template: str, folder: Path) -> Settings:
    """Settings of a hub over a new copy of the template database, with the demo content published."""
    server, _, source = template.rpartition("/")
    name = f"demo_{uuid4().hex}"
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    await admin.close()
    settings = Settings(database_url=f"{server}/{name}", data=folder)
    database = Database(settings)
    with demo.content_file() as path:
        await run_import(database, [path], ImportOptions(publish=True, data=folder), SilentReporter())
    await database.dispose()
    return settings
