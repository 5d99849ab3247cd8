"""Letters as subjects of clocks, for tests of the clocks themselves."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.commands import start_clock
from hub.clocks.queries import ClockSubject, read_clocks
from hub.clocks.views import ClockView
from hub.db import Database

KIND = "letter"
RULES = ("thu.tra-loi", "thu.gio", "thu.khong-co")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


class Letters:
    """Subjects that note the breaches they hear of; some refuse, some are locked by another transaction."""

    def __init__(self) -> None:
        self.told: list[tuple[UUID, ClockView]] = []
        self.refused: set[UUID] = set()
        self.locked: set[UUID] = set()

    async def on_breach(self, _: AsyncSession, letter: UUID, clock: ClockView) -> None:
        if letter in self.refused:
            raise ValueError("the letter is damaged")
        self.told.append((letter, clock))

    async def try_lock(self, _: AsyncSession, letter: UUID) -> bool:
        return letter not in self.locked


def letter(owner: str = "so-y-te") -> ClockSubject:
    return ClockSubject(KIND, uuid4(), owner)


async def start(database: Database, subject: ClockSubject, started_at: str, rule: str = "thu.tra-loi") -> ClockView:
    async with database.write() as session:
        made = (await start_clock(session, rule, subject, at(started_at))).clock
    assert made is not None
    return made


async def read(database: Database, subject: ClockSubject) -> list[ClockView]:
    async with database.read() as connection:
        return (await read_clocks(connection, KIND, [subject.id]))[subject.id]
