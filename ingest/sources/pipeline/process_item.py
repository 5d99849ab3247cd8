"""One item from due to settled: brought, read, kept, taken in, and its state written, the last three at once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from hub.db import Database
from hub.errors import ServiceUnavailable
from hub.files.store import FileStore
from ingest.dedup import alone
from ingest.imports.load import reason_for
from ingest.records import Context, Reason
from ingest.sources.discovery.base import Place
from ingest.sources.http.fetcher import NotFetched
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import Proof, keep, let_go_of, put
from ingest.sources.pipeline.download import Brought, bring, is_gone
from ingest.sources.pipeline.extract import Read, Reader
from ingest.sources.pipeline.record_items import Records, tried, write_outcome
from ingest.sources.pipeline.upsert import is_known


@dataclass
class Settler:
    """Settles items of one run of one source."""

    database: Database
    store: FileStore
    place: Place
    source: Row[Any]
    run: int
    context: Context

    @property
    def records(self) -> Records:
        """What takes in records of the same run."""
        return Records(self.source, self.place.mapping, self.run)

    async def work(self, item: Row[Any]) -> None:
        """Bring, read and take in one item that is due. What is wrong with it is written down; the rest goes on."""
        try:
            if item.record is not None:
                await self._record(item)
            elif item.url is not None or self.source.type in ("folder", "bucket"):
                await self._finding(item)
            else:
                await self._aside(item, Reason("no_record", "Nothing was kept that could be tried again."))
        except NotFetched as problem:
            await self._not_fetched(item, problem)
        except ServiceUnavailable as problem:
            await self._put_off(item, Reason.of(problem), after=0.0)

    async def _finding(self, item: Row[Any]) -> None:
        brought = await bring(self.place, self.source, item)
        proof = brought.proof
        if proof is None or (item.sha256 == proof.sha256 and item.original_id is not None):
            await self._as_before(item, brought)
            return
        try:
            read = await Reader(self.place, self.source, self.context).read(item, brought, proof)
            async with self.database.read() as connection:
                known = await is_known(connection, self.source, read.delivery)
        except (NotFetched, ServiceUnavailable, SQLAlchemyError, OSError):
            raise
        except Exception as problem:  # a file that no rule foresaw must not stop the others
            await self._unreadable(item, brought, proof, reason_for(problem))
            return
        await self._taken(item, read, brought, known=known)

    async def _taken(self, item: Row[Any], read: Read, brought: Brought, *, known: bool) -> None:
        parts = [] if known else await put(self.database, self.store, read.proofs)
        async with self.database.write() as session:
            await alone(session, self.source.kind, self.source.lang)
            if await items.locked(session, item.id) is None:
                return
            taken = await tried(session, self.source, read.delivery)
            original = await keep(session, self.source.code, read.proofs, parts, taken.document_id)
            values: dict[str, Any] = {"original_id": original or item.original_id}
            if taken.reason is None:
                values |= {"etag": brought.etag, "last_modified": brought.last_modified}
                values |= {"sha256": read.delivery.sha256}
            await write_outcome(session, self.run, item, taken, read.delivery, **values)

    async def _as_before(self, item: Row[Any], brought: Brought) -> None:
        """The source has what it had: what came of it then holds still."""
        state = items.QUARANTINED if item.outcome is None else items.DONE
        stamps = {"etag": brought.etag or item.etag, "last_modified": brought.last_modified or item.last_modified}
        async with self.database.write() as session:
            if await items.locked(session, item.id) is not None:
                await items.settle(session, item.id, state, **stamps)
                await runs.count(session, self.run, {"not_modified": 1})

    async def _unreadable(self, item: Row[Any], brought: Brought, proof: Proof, reason: Reason) -> None:
        """Set aside with its bytes, so that somebody can look; it is read again when they change."""
        parts = await put(self.database, self.store, [proof])
        async with self.database.write() as session:
            if await items.locked(session, item.id) is None:
                return
            original = await keep(session, self.source.code, [proof], parts, None)
            await let_go_of(session, item.original_id)
            stamps = {"etag": brought.etag, "last_modified": brought.last_modified, "sha256": proof.sha256}
            told = {"outcome": None, "reason": items.stored(reason), "original_id": original}
            await items.settle(session, item.id, items.QUARANTINED, **stamps, **told)
            await runs.count(session, self.run, {"quarantined": 1})

    async def _not_fetched(self, item: Row[Any], problem: NotFetched) -> None:
        reason = Reason(problem.code, problem.detail)
        if problem.passing:
            await self._put_off(item, reason, after=problem.after, counts=problem.code != "host_rests")
        elif is_gone(problem) and item.document_id is not None:
            async with self.database.write() as session:
                if await items.locked(session, item.id) is not None:
                    await items.settle(session, item.id, items.VANISHED, etag=None, last_modified=None)
                    await runs.count(session, self.run, {"vanished": 1})
        else:
            await self._aside(item, reason)

    async def _put_off(self, item: Row[Any], reason: Reason, *, after: float, counts: bool = True) -> None:
        async with self.database.write() as session:
            row = await items.locked(session, item.id)
            if row is None:
                return
            state = await items.put_off(session, row, reason, after=after, counts=counts)
            counted = "quarantined" if state == items.QUARANTINED else "failed"
            await runs.count(session, self.run, {counted: int(counts)})

    async def _aside(self, item: Row[Any], reason: Reason) -> None:
        async with self.database.write() as session:
            if await items.locked(session, item.id) is not None:
                told = {"outcome": None, "reason": items.stored(reason)}
                await items.settle(session, item.id, items.QUARANTINED, **told)
                await runs.count(session, self.run, {"quarantined": 1})

    async def _record(self, item: Row[Any]) -> None:
        """A record that was set aside, tried again as it was delivered."""
        async with self.database.write() as session:
            await alone(session, self.source.kind, self.source.lang)
            if await items.locked(session, item.id) is not None:
                await self.records.take(session, item, item.record)
