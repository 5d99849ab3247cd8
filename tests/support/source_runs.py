"""Sources of the tests: added as an operator does, run as the worker runs them, and what came of it."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from hub.db import Database
from hub.files.store import FileStore
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from ingest.sources.commands import SourceManager, validate_source
from ingest.sources.http.fetcher import Fetcher
from ingest.sources.pipeline.runner import Runner
from tests.support.import_samples import rows
from tests.support.local_site import Site

PUBLIC = "SELECT count(*), coalesce(max(number), 0) FROM edition WHERE state = 'published'"
"""Number of public editions, and their highest number."""


@dataclass
class Hand:
    """The operator's hand on the sources of a hub."""

    database: Database
    settings: Settings
    runner: Runner

    async def add(self, code: str, type_: str, kind: str = "bulletin", **more: Any) -> None:
        """A source of the health department, trusted unless it is said otherwise."""
        value = {"code": code, "name": f"Nguồn {code}", "type": type_, "kind": kind, "agency": "so-y-te"}
        async with self.database.write() as session:
            await SourceManager(session, self.settings, None).add(validate_source(value | {"trust": "publish"} | more))

    async def run(self, code: str) -> dict[str, int]:
        """One run with its list; gives its report."""
        run = await self.runner.run(code, discover=True)
        [(counts,)] = await rows(self.database, "SELECT counts FROM source_run WHERE id = :run", run=run)
        found: dict[str, int] = {name: number for name, number in counts.items() if number}
        return found

    async def do(self, statement: str, **values: Any) -> None:
        """Change a row, as time or another process would."""
        async with self.database.write() as session:
            await session.execute(text(statement), values)

    async def states(self, code: str) -> dict[str, tuple[str, str | None, str | None]]:
        """Each item's state, outcome and reason, by the end of its name."""
        found = await rows(
            self.database,
            "SELECT external_id, state, outcome, reason->>'code' FROM source_item WHERE source = :code", code=code,
        )  # fmt: skip
        return {name.rsplit("/", 1)[-1]: (state, outcome, reason) for name, state, outcome, reason in found}

    async def titles(self, code: str) -> dict[str, str]:
        """The live titles of what a source brought, by the end of the item's name."""
        found = await rows(
            self.database,
            "SELECT i.external_id, e.content->>'title' FROM source_item i JOIN edition e ON e.document_id = "
            "i.document_id AND e.state = 'published' WHERE i.source = :code", code=code,
        )  # fmt: skip
        return {name.rsplit("/", 1)[-1]: title for name, title in found}


def for_site(settings: Settings, **more: Any) -> Settings:
    """Settings of a hub that may reach this machine's site, without pauses."""
    changes = {"outgoing_private_hosts": ("127.0.0.1",), "source_host_pause": 0, "source_timeout": 20}
    return Settings(**{**settings.model_dump(exclude_unset=True), **changes, **more})


@asynccontextmanager
async def hand(database: Database, settings: Settings) -> AsyncIterator[Hand]:
    """A hand, with a client of its own."""
    outgoing = OutgoingClient(settings)
    try:
        fetcher = Fetcher(database, outgoing, settings)
        yield Hand(database, settings, Runner(database, fetcher, FileStore(settings), settings))
    finally:
        await outgoing.close()


TOPICS = (
    "Tiêm chủng cho trẻ em tại các trạm y tế",
    "Phát động trồng cây bên bờ sông Hương",
    "Khai mạc tuần lễ áo dài trước cổng Ngọ Môn",
    "Sửa cầu Phú Xuân trong mùa khô",
    "Hội thi nấu ăn chay của các phường",
    "Cấp nước sạch cho vùng đầm phá Tam Giang",
)

_WORDS = tuple(
    topic.split(", ")
    for topic in (
        "bác sĩ, phụ huynh, sổ tiêm, vắc xin, trạm xá, lịch hẹn, sức khỏe, em bé, điều dưỡng, phòng khám",
        "cây xanh, bóng mát, thanh niên, bờ kè, hạt giống, công viên, tưới nước, mầm non, cây sao, kiểng lá",
        "áo dài, du khách, diễu hành, nón lá, nhà may, sân khấu, tà áo, lụa tơ, âm nhạc, triều Nguyễn",
        "dầm thép, xe tải, phân luồng, nhịp cầu, công nhân, mặt đường, cọc móng, đèn báo, giao thông, bê tông",
        "đậu phụ, nấm rơm, đầu bếp, gian hàng, bún nghệ, chén đĩa, giám khảo, rau củ, gia vị, giải thưởng",
        "đường ống, đồng hồ, ngư dân, bể chứa, máy bơm, nước mặn, thôn xóm, lọc cát, vòi nước, trạm cấp",
    )
)


def told_about(n: int) -> list[str]:
    """Paragraphs that share hardly a phrase with those on another number; the first six keep to one topic each."""
    chance = random.Random(n)  # noqa: S311 - words, not secrets
    words = _WORDS[n] if n < len(_WORDS) else [word for topic in _WORDS for word in topic]
    return [" ".join(chance.choice(words) for _ in range(12)).capitalize() + "." for _ in range(6)]


def title_of(n: int) -> str:
    """A title that no other number has."""
    return TOPICS[n] if n < len(TOPICS) else f"{TOPICS[n % 6]} {told_about(n)[0].partition(' ')[2][:30].strip()}"


def news(site: Site, *numbers: int) -> list[tuple[str, str]]:
    """Articles on unrelated subjects, as (path, title)."""
    for n in numbers:
        site.article(f"/tin/{n}", TOPICS[n], *told_about(n))
    return [(f"/tin/{n}", TOPICS[n]) for n in numbers]
