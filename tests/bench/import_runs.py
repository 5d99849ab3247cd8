"""What the benches of imports share: words, an empty hub, and an import as a process."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hub import migrations
from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.db import Database
from hub.settings import Settings
from tests.support.registry_seed import seed_registry

VOCABULARY = """
thủ tục hành chính phường xã trật tự vỉa hè môi trường cây xanh giao thông đường bộ y tế giáo dục học sinh doanh nghiệp
đầu tư du lịch di sản văn hóa lụt bão chuyển đổi số dữ liệu quy hoạch đất đai nhà ở xây dựng nông nghiệp thủy sản
"""
WORDS = VOCABULARY.split()


async def prepare(settings: Settings) -> str:
    """Migrate, load the registry; gives an editor's key."""
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings)
    async with database.write() as session:
        await seed_registry(session)
        _, key = await create_key(session, agency="ubnd-hue", scopes=[scope.value for scope in Scope], label="bench")
    await database.dispose()
    return key


@dataclass(frozen=True)
class Imported:
    """One import as a process: how many records, for how long, with how much memory at most."""

    records: int
    seconds: float
    peak_kib: int


async def run_import(file: Path, records: int, environment: dict[str, str]) -> Imported:
    """`hub import --publish` in a process of its own."""
    command = [sys.executable, "-m", "hub", "import", "--publish", str(file)]
    began = time.monotonic()
    child = await asyncio.to_thread(subprocess.Popen, command, env=environment, stderr=subprocess.DEVNULL)
    _, status, used = await asyncio.to_thread(os.wait4, child.pid, 0)
    if status:
        raise SystemExit("the import failed")
    return Imported(records, time.monotonic() - began, used.ru_maxrss)
