"""The stand-in for Zalo in a process of its own, and what tests ask it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from hub.auth.encryption import SecretCipher
from hub.channels.items import resume_authorised
from hub.channels.port import ItemHold
from hub.channels.queue import ChannelQueue
from hub.channels.rows import CALL, ITEM, SETTLED
from hub.channels.zalo.models import ZALO_CHANNELS, TokenState
from hub.channels.zalo.tokens import AUTHORISE, TOKEN
from hub.db import Database
from hub.embedded.net import choose_port
from hub.settings import Settings
from hub.times import now
from tests.support.zalo_stand_in import NEW_PAIR

ROOT = Path(__file__).parents[2]
OA_ID = "2491302944280861639"
APP_ID, APP_SECRET, OA_SECRET = "3291547", "app-secret", "oa-secret"


class ZaloServer:
    """A running stand-in."""

    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, timeout=10)

    def tell(self) -> dict[str, Any]:
        """What the stand-in has: `visible` titles by mark, `hidden` ids, `broadcasts`, `refreshes`, `calls` …"""
        found: dict[str, Any] = self.client.get("/_/state").json()
        return found

    def count(self) -> int:
        """How many calls came so far."""
        return int(self.client.get("/_/count").text)

    def set(self, **members: Any) -> None:
        """Set members of its state, such as `faults=[{"call": "create", "kind": "lose"}]`."""
        self.client.post("/_/set", json=members).raise_for_status()

    def reset(self) -> None:
        """Forget everything: tokens are those of the beginning."""
        self.client.post("/_/reset").raise_for_status()

    def settings(self) -> dict[str, Any]:
        """Settings of a hub that takes it for Zalo."""
        return {
            "zalo_app_id": APP_ID,
            "zalo_app_secret": APP_SECRET,
            "zalo_oa_id": OA_ID,
            "zalo_oa_secret": OA_SECRET,
            "zalo_api_url": self.url,
            "zalo_oauth_url": self.url,
            "zalo_cover_url": "https://hue.example.vn/bia.jpg",
            "zalo_timeout": 5,
            "zalo_pace": 0.01,
            "zalo_hours": "00-24",
            "public_url": "https://hub.example.vn",
            "public_hosts": "hub.test",
            "outgoing_private_hosts": "127.0.0.1",
        }


@contextmanager
def serve_zalo(folder: Path) -> Iterator[ZaloServer]:
    """Run a stand-in in a process of its own."""
    port = choose_port(folder / "zalo.port")
    process = subprocess.Popen([sys.executable, "-m", "tests.support.zalo_stand_in", str(port)], cwd=ROOT)
    server = ZaloServer(port)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                server.tell()
                break
            except httpx.TransportError:
                assert process.poll() is None, "the stand-in ended"
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield server
    finally:
        server.client.close()
        process.kill()
        process.wait(10)


async def seal_pair(
    database: Database,
    settings: Settings,
    *,
    access: str = NEW_PAIR["access"],
    refresh: str = NEW_PAIR["refresh"],
    ends_in: timedelta = timedelta(hours=20),
    refresh_ends_in: timedelta = timedelta(days=80),
    version: int = 1,
) -> None:
    """Store the tokens with which the stand-in begins."""
    cipher, moment = SecretCipher(settings), now()
    async with database.write() as session:
        await session.execute(TOKEN.delete())
        await session.execute(
            TOKEN.insert().values(
                app_id=settings.zalo_app_id,
                state=TokenState.valid,
                access=cipher.encrypt(access),
                refresh=cipher.encrypt(refresh),
                access_expires_at=moment + ends_in,
                refresh_expires_at=moment + refresh_ends_in,
                access_seconds=90_000,
                version=version,
                authorised_by="test",
                authorised_at=moment,
                changed_at=moment - timedelta(hours=1),
            )
        )


class ZaloDesk:
    """Sends what is due on the channels of Zalo, in the process of the test, and reads the items."""

    def __init__(self, database: Database, queue: ChannelQueue):
        self.database, self.queue = database, queue

    async def settle(self, channel: str = "zalo", *, rounds: int = 60) -> Any:
        """Serve a channel until its last item waits for nobody but a person or a time far away; returns the item."""
        for _ in range(rounds):
            await self.queue.serve(channel)
            [*_, item] = await self.items(channel)
            if item.state in SETTLED or item.next_at is None or item.next_at > now() + timedelta(seconds=2):
                return item
            await asyncio.sleep(max(0.0, (item.next_at - now()).total_seconds()))
        raise AssertionError(f"not settled: {item}")

    async def items(self, channel: str) -> list[Any]:
        """The items of a channel in their order."""
        async with self.database.read() as connection:
            query = select(ITEM).where(ITEM.c.channel == channel).order_by(ITEM.c.id)
            return list((await connection.execute(query)).all())

    async def steps(self, channel: str = "zalo") -> list[str]:
        """The calls of a channel in their order."""
        async with self.database.read() as connection:
            query = select(CALL.c.step).join(ITEM, ITEM.c.id == CALL.c.item_id).where(ITEM.c.channel == channel)
            return list((await connection.execute(query.order_by(CALL.c.id))).scalars())


async def authorise_again(database: Database, settings: Settings, zalo: ZaloServer) -> bool:
    """Do what a person does when items are held for want of an authorisation; returns False if none is."""
    async with database.read() as connection:
        stuck = (ITEM.c.hold == ItemHold.authorisation) | (
            (ITEM.c.state == "unknown") & ITEM.c.words.contains(AUTHORISE)
        )
        held = (await connection.execute(select(ITEM.c.id).where(stuck))).first()
        row = (await connection.execute(select(TOKEN))).one()
    if held is None:
        return False
    number = 1_000 + row.version
    zalo.set(access=[f"access-{number}"], refresh=[f"refresh-{number}"])
    await seal_pair(database, settings, access=f"access-{number}", refresh=f"refresh-{number}", version=number)
    async with database.write() as session:
        await resume_authorised(session, ZALO_CHANNELS, now())
    return True


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as a process of the hub is given them, by name."""
    given = settings.model_dump(exclude_unset=True)
    plain = {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in given.items()}
    return {name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in plain.items()}


def refresh_in_a_process(settings: Settings, **changes: Any) -> subprocess.Popen[bytes]:
    """Begin a process that asks for an access token, as a worker does, and can be killed meanwhile."""
    given = environment_of(settings) | {name: str(value) for name, value in changes.items()}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {f"HUB_{name.upper()}": value for name, value in given.items()}
    return subprocess.Popen([sys.executable, "-c", _REFRESH], env=environment | {"PYTHONPATH": str(ROOT)})


_REFRESH = """
import asyncio
import os
from hub.channels.zalo.client import ZaloClient
from hub.channels.zalo.tokens import ZaloTokens
from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.settings import load_settings

async def main():
    settings = load_settings()
    await ZaloTokens(Database(settings), settings, ZaloClient(OutgoingClient(settings), settings)).get()

asyncio.run(main())
"""
