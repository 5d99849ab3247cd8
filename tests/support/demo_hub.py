"""A database with the demo content, for tests that use the hub as a stranger would."""

from pathlib import Path

from hub.cli.demo import load_demo
from hub.db import Database
from hub.settings import Settings


async def demo_settings(database_url: str, folder: Path) -> Settings:
    """Settings of a hub over a copy of the template database, with the demo content published."""
    settings = Settings(database_url=database_url, data=folder)
    database = Database(settings)
    await load_demo(database, settings)
    await database.dispose()
    return settings
