"""Push: a result for each record, the same batch again changes nothing, and a refused batch imports nothing."""

from typing import Any

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.editors import key
from tests.support.import_samples import everything, faults, rows
from tests.support.source_runs import TOPICS, Hand, for_site, hand, told_about

INGEST = "/api/v1/ingest"


@pytest.fixture
async def sources(database: Database, settings: Settings) -> Any:
    async with hand(database, for_site(settings)) as made:
        await made.add("day", "push", mapping={"fields": {"title": "ten", "lead": "sapo", "body": "noi_dung.html"}})
        yield made


def record(n: int, **more: Any) -> dict[str, Any]:
    lead, *body = told_about(n)
    text = {"html": "".join(f"<p>{each}</p>" for each in body)}
    return {"id": f"r-{n}", "ten": TOPICS[n], "sapo": lead, "noi_dung": text, "url": f"https://example.vn/{n}", **more}


async def pushed(
    client: httpx.AsyncClient, given: str, records: list[Any], source: str = "day"
) -> tuple[int, dict[str, Any]]:
    answer = await client.post(
        INGEST, json={"source": source, "records": records}, headers={"authorization": f"Bearer {given}"}
    )
    return answer.status_code, answer.json()


async def test_each_record_has_its_own_result_and_a_bad_one_rejects_no_other(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    given = await key(sources.database, "so-y-te", "ingest")
    batch = [
        record(0), record(1), {"ten": "Không có mã"}, record(2, sapo=None), record(3) | {"noi_dung": "x"}, "chữ",
        record(4, ten="x" * 3_000),
        record(5, ten="NUL \x00 và \u200bẩn"),
    ]  # fmt: skip
    status, answer = await pushed(client, given, batch)
    assert status == 200
    told = [
        (each["outcome"], each["reason"] and (each["reason"]["code"], each["reason"]["field"]))
        for each in answer["results"]
    ]
    assert told == [
        ("created", None), ("created", None), ("quarantined", ("invalid_input", "id")),
        ("created", None),
        ("created", None), ("quarantined", ("invalid_input", "id")),
        ("created", None), ("created", None),
    ]  # fmt: skip
    assert [each["id"] for each in answer["results"][:2]] == ["r-0", "r-1"]
    [(counts, error)] = await rows(
        sources.database, "SELECT counts, error FROM source_run WHERE id = :run", run=answer["run"]
    )
    assert (counts, error) == ({"found": 8, "created": 6, "quarantined": 2}, None)
    assert await rows(sources.database, "SELECT url FROM provenance WHERE source_id = 'r-0'") == [
        ("https://example.vn/0",)
    ]

    before = await everything(sources.database)
    status, again = await pushed(client, given, batch)
    assert [each["outcome"] for each in again["results"] if each["reason"] is None] == ["unchanged"] * 6
    assert (await everything(sources.database))[:4] == before[:4], "log, documents, editions and views are as before"
    status, changed = await pushed(client, given, [record(0, ten="Tên mới"), record(0, ten="Tên mới")])
    assert [each["outcome"] for each in changed["results"]] == ["updated", "unchanged"]
    assert changed["results"][0]["document_id"] == answer["results"][0]["document_id"]
    assert await faults(sources.database) == []


@pytest.mark.parametrize(
    ("agency", "scopes", "source", "status"),
    [
        ("so-y-te", ["sources", "write", "publish"], "day", 403),
        ("so-xay-dung", ["ingest"], "day", 403),
        ("so-xay-dung", ["ingest"], "khong-co", 404),
        ("so-y-te", ["ingest"], "tin", 422),
        ("so-y-te", ["ingest"], "nghi", 409),
    ],
)
async def test_a_refused_batch_imports_nothing(
    client: httpx.AsyncClient, sources: Hand, agency: str, scopes: list[str], source: str, status: int
) -> None:
    await sources.add("tin", "feed", config={"url": "https://example.vn/rss"})
    await sources.add("nghi", "push")
    await sources.do("UPDATE source SET state = 'paused' WHERE code = 'nghi'")
    given = await key(sources.database, agency, *scopes)
    assert (await pushed(client, given, [record(0)], source))[0] == status
    assert await rows(
        sources.database, "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM source_item)"
    ) == [(0, 0)]


async def test_a_batch_has_a_limit_of_records_and_of_bytes(
    client: httpx.AsyncClient, sources: Hand, settings: Settings
) -> None:
    given = await key(sources.database, "so-y-te", "ingest")
    assert (await pushed(client, given, [record(0)] * 501))[1]["field"] == "records"
    assert (await pushed(client, given, []))[0] == 422
    large = "x" * settings.max_body_bytes
    status, answer = await pushed(client, given, [record(0, sapo=large)])
    assert (status, answer["results"][0]["reason"]["field"]) == (200, "lead"), "more than other bodies may have"
    assert (await pushed(client, given, ["x" * settings.ingest_body_bytes]))[1]["code"] == "body_too_large"


async def test_records_in_review_are_not_public(client: httpx.AsyncClient, sources: Hand) -> None:
    await sources.add("duyet", "push", trust="review")
    given = await key(sources.database, "so-y-te", "ingest")
    lead, *body = told_about(0)
    content = {"title": TOPICS[0], "lead": lead, "body": f"<p>{body[0]}</p>"}
    _, answer = await pushed(client, given, [{"id": 7, "content": content}], "duyet")
    document = answer["results"][0]["document_id"]
    assert (await client.get(f"/api/v1/bulletins/{document}")).status_code == 404
    assert await rows(sources.database, "SELECT state FROM edition") == [("in_review",)]
    trail = await rows(
        sources.database, "SELECT actor, verb, details->>'source_id' FROM audit_entry WHERE document_id IS NOT NULL"
    )
    assert trail == [(f"key:{given.split('_')[1]}", "create", "7")]
