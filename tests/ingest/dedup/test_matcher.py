"""The same document from two sources is one document with two provenances."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hub.content.commands import (
    create_document,
    find_working_edition,
    lock_documents,
    remove_document,
    save_edition,
    transition_edition,
)
from hub.content.fingerprint_store import delete_fingerprints
from hub.content.rebuild import rebuild_published_views
from hub.db import Database
from hub.domain.lifecycle import Verb
from ingest.dedup import Conflict, DedupCandidate, find_duplicate, find_duplicates, record_provenance
from tests.support.dedup_samples import bulletin, facts, plan, words
from tests.support.import_samples import rows
from tests.support.servers import Publish

TEXT = words("vườn")
MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


async def found(database: Database, asked: DedupCandidate) -> tuple[UUID, str] | None:
    async with database.write() as session:
        same = await find_duplicate(session, asked)
    return (same.document_id, same.basis) if same else None


async def brought(database: Database, document_id: UUID, given: DedupCandidate, source: str) -> tuple[Conflict, ...]:
    async with database.write() as session:
        return await record_provenance(
            session,
            document_id,
            given,
            source=source,
            source_id=f"{source}/bai-7",
            url=f"https://{source}.test/7",
            sha256="ab" * 32,
            fetched_at=MOMENT,
        )


async def test_a_document_is_found_by_number_and_by_text(database: Database, publish_edition: Publish) -> None:
    by_editors = await publish_edition("policy", plan(TEXT))
    working = await publish_edition("bulletin", bulletin(words("tin")), published=False)
    assert await found(database, facts(plan("Một câu.", title="Cây xanh"))) == (by_editors, "number")
    assert await found(database, facts(plan(TEXT, number=None))) == (by_editors, "text")
    assert await found(database, facts(bulletin(words("tin")), "bulletin")) == (working, "text")
    assert await found(database, facts(plan(TEXT, number="42/KH-UBND"))) is None
    assert await found(database, facts(bulletin(TEXT), "bulletin")) is None


async def test_a_document_is_found_by_its_last_saved_edition(database: Database, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", bulletin(words("một")))
    await publish_edition("bulletin", bulletin(words("hai")), document_id=document, published=False)
    assert await found(database, facts(bulletin(words("hai")), "bulletin")) == (document, "text")
    assert await found(database, facts(bulletin(words("một")), "bulletin")) is None
    async with database.write() as session:
        edition = await find_working_edition(session, document, "vi")
        assert edition is not None
        await transition_edition(session, edition, Verb.discard, by="editor")
    assert await found(database, facts(bulletin(words("một")), "bulletin")) == (document, "text")
    assert await found(database, facts(bulletin(words("hai")), "bulletin")) is None


async def test_a_discarded_document_hides_nothing_from_other_sources(
    database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", plan(TEXT), published=False)
    async with database.write() as session:
        edition = await find_working_edition(session, document, "vi")
        assert edition is not None
        await transition_edition(session, edition, Verb.discard, by="editor")
    assert await found(database, facts(plan(TEXT))) is None


async def test_documents_without_fingerprints_get_them_when_views_are_rebuilt(
    database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", plan(TEXT))
    async with database.write() as session:
        await delete_fingerprints(session, document)
    assert await found(database, facts(plan(TEXT))) is None
    assert [(one.checked, one.republished) async for one in rebuild_published_views(database)] == [(1, 0)]
    assert await found(database, facts(plan(TEXT))) == (document, "number")


async def test_gone_erases_fingerprints_and_claims(database: Database, publish_edition: Publish) -> None:
    document = await publish_edition("policy", plan(TEXT))
    await brought(database, document, facts(plan(TEXT, title="Tên khác")), "so-y-te-rss")
    async with database.write() as session:
        (row,) = (await lock_documents(session, [document])).values()
        await remove_document(session, row)
    assert await rows(database, "SELECT * FROM text_mark") == []
    assert await rows(database, "SELECT source, claims, conflicts, url FROM provenance") == [
        ("so-y-te-rss", None, None, None)
    ]


async def test_conflicting_facts_are_kept_with_their_source_and_go_when_the_document_agrees(
    database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", plan(TEXT))
    other = plan(TEXT, dates=[{"role": "issued", "on": "2026-03-05", "source": "Cổng"}], number="41/2026/KH-UBND")
    assert await brought(database, document, facts(plan(TEXT)), "cong-tp") == ()
    assert await brought(database, document, facts(other), "cong-so") == (
        Conflict("issued", "2026-03-05", "2026-03-02"),
    )
    asked = "SELECT source, leads, conflicts FROM provenance ORDER BY source"
    held: list[dict[str, Any]] = [{"field": "issued", "claimed": "2026-03-05", "held": "2026-03-02"}]
    assert await rows(database, asked) == [("cong-so", False, held), ("cong-tp", True, None)]
    await publish_edition("policy", other, document_id=document, published=False)
    against: list[dict[str, Any]] = [{"field": "issued", "claimed": "2026-03-02", "held": "2026-03-05"}]
    assert await rows(database, asked) == [("cong-so", False, None), ("cong-tp", True, against)]


async def test_records_of_one_batch_are_compared_with_each_other(database: Database) -> None:
    ids = [uuid4(), uuid4(), uuid4()]
    contents = [plan(TEXT), plan(words("khác"), number="5/KH-UBND"), plan(TEXT, number=None)]
    async with database.write() as session:
        same = await find_duplicates(session, list(zip(ids, map(facts, contents), strict=True)))
    assert [one and one.document_id for one in same] == [None, None, ids[0]]


async def test_two_workers_with_one_document_at_the_same_time_create_one(database: Database) -> None:
    contents = [plan(TEXT), plan(TEXT, number=None), plan(TEXT, number="41/2026/KH-UBND"), plan(f"{TEXT} Hết.")] * 3

    async def bring(place: int) -> None:
        given = facts(contents[place])
        async with database.write() as session:
            same = await find_duplicate(session, given)
            if same is None:
                document = await create_document(session, document_id=uuid4(), kind="policy", owner="ubnd-hue")
                await asyncio.sleep(0.05)
                await save_edition(session, document, lang="vi", content=given.checked, by="worker")
            await record_provenance(
                session,
                same.document_id if same else document.id,
                given,
                source=f"cong-{place}",
                source_id="bai-7",
                url=None,
                sha256=None,
                fetched_at=MOMENT,
            )

    await asyncio.gather(*(bring(place) for place in range(len(contents))))
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]
    assert await rows(database, "SELECT count(*), count(*) FILTER (WHERE leads) FROM provenance") == [(12, 1)]
