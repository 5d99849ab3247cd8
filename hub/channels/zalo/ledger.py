"""Ledger of broadcasts (sổ hạn mức): what the day, the month and the package still allow.

Zalo's own answer counts before the table of the settings, whose figures are those of the packages of 2023.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.models import ChannelItem
from hub.channels.port import ChannelReply, ItemState
from hub.channels.zalo.access import call_authorised, reply_to_read
from hub.channels.zalo.client import AnswerKind, ZaloAnswer, ZaloClient
from hub.channels.zalo.models import ZaloAccount
from hub.channels.zalo.tokens import ACCOUNT_PATH, ZaloTokens
from hub.db import Database, table
from hub.settings import Settings
from hub.times import VIETNAM, now

ACCOUNT, ITEM = table(ZaloAccount), table(ChannelItem)

BROADCAST = "zalo_broadcast"
_USED = (ItemState.sending, ItemState.unknown, ItemState.in_review, ItemState.live)
"""States of broadcasts that may have reached followers."""
MAX_DEPTH = 4
"""Levels of an answer about the quota in which the remaining number is looked for."""


@dataclass(frozen=True)
class Ledger:
    """Broadcasts that are still allowed."""

    package: str | None
    package_valid_through: str | None
    followers: int | None
    sent_today: int
    sent_this_month: int
    allowed_per_day: int
    allowed_per_month: int
    remaining: int
    """Broadcasts that are still possible now."""
    is_from_zalo: bool
    """True if Zalo said what remains; false if the table of the settings counts."""
    next_at: datetime
    """First time at which a broadcast is possible: within the hours, and after the quota begins anew."""
    asked_at: datetime | None


def is_open_hour(hours: str, moment: datetime) -> bool:
    """True within the hours of Việt Nam, such as `06-20`; the end is not included. They may cross midnight."""
    first, last = map(int, hours.split("-"))
    hour = moment.astimezone(VIETNAM).hour
    return first <= hour < last if first < last else hour >= first or hour < last


def next_opening(hours: str, moment: datetime) -> datetime:
    """Return the moment itself within the hours, else the next beginning of them."""
    if is_open_hour(hours, moment):
        return moment
    local = moment.astimezone(VIETNAM)
    opening = datetime.combine(local.date(), time(int(hours.split("-")[0])), VIETNAM)
    return opening if opening > local else opening + timedelta(days=1)


def next_day(moment: datetime) -> datetime:
    """Return the next midnight of Việt Nam."""
    return datetime.combine(moment.astimezone(VIETNAM).date() + timedelta(days=1), time(), VIETNAM)


def next_month(moment: datetime) -> datetime:
    """Return the first midnight of the next month in Việt Nam: quotas begin anew on the first."""
    first = moment.astimezone(VIETNAM).date().replace(day=1)
    return datetime.combine((first + timedelta(days=32)).replace(day=1), time(), VIETNAM)


def monthly_quota(table_text: str, package: str | None) -> int:
    """Return the quota of a package by the table of the settings; of one that it does not name, the first."""
    rows = {name: int(count) for name, _, count in (part.partition("=") for part in table_text.split(","))}
    words = (package or "").lower()
    return next((count for name, count in rows.items() if name in words), next(iter(rows.values())))


@dataclass(frozen=True)
class SentCounts:
    """The hub's own broadcasts that were sent, or may have been."""

    today: int = 0
    month: int = 0
    since_asked: int = 0
    """Those since Zalo was last asked, which its answer does not know."""


def compute_ledger(settings: Settings, account: Mapping[str, Any] | None, sent: SentCounts, moment: datetime) -> Ledger:
    """Compute the ledger from the last answer of Zalo and the hub's own broadcasts: pure."""
    known = account or {}
    per_month = min(monthly_quota(settings.zalo_quota_month, known.get("package")), settings.zalo_quota_account)
    today, month = settings.zalo_quota_day - sent.today, per_month - sent.month
    said = known.get("remaining")
    remaining = max(0, min(today, month)) if said is None else max(0, int(said) - sent.since_asked)
    if remaining > 0:
        begins = moment
    elif today <= 0 and (month > 0 or said is not None):
        begins = next_day(moment)
    else:
        begins = next_month(moment)
    return Ledger(
        known.get("package"),
        known.get("package_valid_through"),
        known.get("followers"),
        sent.today,
        sent.month,
        settings.zalo_quota_day,
        per_month,
        remaining,
        said is not None,
        next_opening(settings.zalo_hours, begins),
        known.get("asked_at"),
    )


async def read_ledger(
    connection: AsyncConnection | AsyncSession, settings: Settings, *, but: int | None = None
) -> Ledger:
    """Read the ledger; the item `but` does not count as sent."""
    moment = now()
    query = select(ACCOUNT).where(ACCOUNT.c.app_id == (settings.zalo_app_id or ""))
    account = (await connection.execute(query)).mappings().first()
    midnight = datetime.combine(moment.astimezone(VIETNAM).date(), time(), VIETNAM)
    at = ITEM.c.first_sent_at
    counts = [at >= midnight, at >= midnight.replace(day=1), at > account["asked_at"] if account else at >= midnight]
    today, month, since_asked = (func.count().filter(each) for each in counts)
    sent = select(today.label("today"), month.label("month"), since_asked.label("since_asked")).where(
        ITEM.c.channel == BROADCAST,
        ITEM.c.state.in_([state.value for state in _USED]),
        ITEM.c.id != (but or 0),
    )
    row = (await connection.execute(sent)).one()
    found = SentCounts(row.today, row.month, row.since_asked)
    return compute_ledger(settings, dict(account) if account else None, found, moment)


async def ask_account(
    database: Database, settings: Settings, client: ZaloClient, tokens: ZaloTokens
) -> ChannelReply | None:
    """Ask Zalo for the quota and the account, and store the answers; a reply instead if there was none."""
    quota = await call_authorised(
        tokens, lambda access: client.call("/v3.0/oa/quota/message", access, {"quota_owner": "OA"})
    )
    if isinstance(quota, ChannelReply):
        return quota
    if quota.kind in (AnswerKind.ambiguous, AnswerKind.not_sent):
        # A lost answer is asked for again: the table would hold what Zalo still allows until tomorrow.
        return reply_to_read(quota)
    info = await call_authorised(tokens, lambda access: client.ask(ACCOUNT_PATH, access))
    if isinstance(info, ChannelReply):
        return info
    await _store(database, settings, quota, info)
    return None


async def _store(database: Database, settings: Settings, quota: ZaloAnswer, info: ZaloAnswer) -> None:
    values: dict[str, Any] = {"asked_at": now()}
    if quota.is_done:
        values |= {
            "remaining": find_number(quota.data, ("remain", "remaining")),
            "total": find_number(quota.data, ("total",)),
            "answer": quota.data if isinstance(quota.data, dict) else {"data": quota.data},
        }
    else:
        # What Zalo said before is not what it says now: the table counts.
        values |= {"remaining": None, "total": None, "answer": {"refused": quota.words}}
    if info.is_done:
        values |= {
            "package": _text(info.get("package_name")),
            "package_valid_through": _text(info.get("package_valid_through_date")),
            "followers": find_number(info.data, ("num_follower",)),
        }
    adding = insert(ACCOUNT).values(app_id=settings.zalo_app_id or "", **values)
    async with database.write() as session:
        await session.execute(adding.on_conflict_do_update(index_elements=[ACCOUNT.c.app_id], set_=values))


def find_number(data: Any, names: Sequence[str], depth: int = 0) -> int | None:
    """Find the smallest number of a name in an answer whose shape is known second-hand; None if there is none."""
    if depth > MAX_DEPTH:
        return None
    found: list[int] = []
    if isinstance(data, Mapping):
        for name, value in data.items():
            if name in names and isinstance(value, int | str) and str(value).isdecimal() and len(str(value)) <= 9:
                found.append(int(value))
            elif (inner := find_number(value, names, depth + 1)) is not None:
                found.append(inner)
    elif isinstance(data, list):
        found = [inner for each in data if (inner := find_number(each, names, depth + 1)) is not None]
    return min(found, default=None)


def _text(value: Any) -> str | None:
    return str(value)[:100] if value is not None else None
