"""The buckets in the database: one statement leases from a bucket, another deletes the full ones once a minute."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Float, Integer, Interval, cast, delete, func, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.connections import RATE_LIMITS, open_engine
from hub.db import table
from hub.settings import Settings
from hub.web.rate.models import RateBucket
from hub.web.rate.quota import Quota

BUCKET = table(RateBucket)


class BucketStore:
    """Leases over a small connection pool of its own, so that it does not wait for the pool of the writers."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._engine: AsyncEngine | None = None
        self.has_answered = False
        """True once the database has responded: the first connection takes longer than a statement."""

    async def lease(self, quota: Quota, bucket: str, wanted: int) -> tuple[int, float]:
        """Lease up to `wanted` requests of a bucket in one atomic statement.

        Returns the number granted, and the seconds until the bucket is full again. A refusal changes nothing.
        """
        now = func.now()
        pace, window = cast(literal(quota.pace), Float), cast(literal(quota.window), Float)
        empty_for = func.greatest(BUCKET.c.full_at, now)
        free = func.floor((window - func.extract("epoch", empty_for - now)) / pace + 1e-6)
        granted = cast(func.least(wanted, func.greatest(0, free)), Integer)
        first = min(wanted, quota.burst)
        statement = (
            insert(BUCKET)
            .values(name=bucket, full_at=now + _interval(pace * first), granted=first)
            .on_conflict_do_update(
                index_elements=[BUCKET.c.name],
                set_={"full_at": empty_for + _interval(pace * granted), "granted": granted},
            )
            .returning(BUCKET.c.granted, cast(func.extract("epoch", BUCKET.c.full_at - now), Float))
        )
        async with self._get_engine().connect() as connection:
            row = (await connection.execute(statement)).one()
        self.has_answered = True
        return row[0], row[1]

    async def sweep(self) -> None:
        """Delete the buckets that are full."""
        async with self._get_engine().connect() as connection:
            await connection.execute(delete(BUCKET).where(BUCKET.c.full_at < func.now()))

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.dispose()

    def _get_engine(self) -> AsyncEngine:
        if self._engine is None:
            self._engine = open_engine(
                self._settings.require_database_url(),
                RATE_LIMITS,
                pool_size=2,
                max_overflow=0,
                pool_timeout=2,
                isolation_level="AUTOCOMMIT",
                pool_reset_on_return=None,
            )
        return self._engine


def _interval(number: ColumnElement[float]) -> ColumnElement[timedelta]:
    return func.make_interval(0, 0, 0, 0, 0, 0, number, type_=Interval)
