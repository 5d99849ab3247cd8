"""Citations of public texts: extracted by a log follower, resolved when their document is published."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from hub.citations import commands, mention_reader
from hub.citations.eraser import CITABLE, CITATION
from hub.citations.follower import CitationFollower, rebuild
from hub.content.commands import lock_documents, remove_document, restore, withdraw
from hub.db import Database
from hub.paging import encode_cursor, list_digest
from hub.sandbox.errors import ReadingOverrun
from hub.sandbox.runner import run_in_sandbox
from tests.support import contents
from tests.support.servers import Publish

DECREE = {"number": "09/2017/NĐ-CP", "type": "Nghị định", "issuers": [{"name": "Chính phủ"}]}


def dated(on: str) -> list[dict[str, str]]:
    return [{"role": "issued", "on": on, "source": "Văn bản gốc"}]


def decree(**changes: Any) -> dict[str, Any]:
    return contents.policy(
        **DECREE | {"title": "Phát ngôn và cung cấp thông tin", "dates": dated("2017-02-09")} | changes
    )


def plan(text: str, **changes: Any) -> dict[str, Any]:
    node = {"ref": "muc-i", "type": "section", "label": "I", "text": text}
    return contents.policy(**{"title": "Kế hoạch truyền thông", "number": "41/KH-UBND", "nodes": [node]} | changes)


async def follow(database: Database) -> None:
    """Run the follower until it has no lag."""
    follower = CitationFollower(database)
    while await follower.step():
        pass


async def listed(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


SAID = "Theo Điều 1 và khoản 9 Điều 1 Nghị định số 09/2017/NĐ-CP ngày 09/02/2017 của Chính phủ."
ABROAD = "Xem Nghị định số 30/2020/NĐ-CP và khoản 2 Mục này, Kế hoạch này."


async def test_a_mention_is_a_typed_citation_with_offsets_listed_for_citing_and_cited_document(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    target = await publish_edition("policy", decree())
    source = await publish_edition("policy", plan(f"{SAID}\n{ABROAD}"))
    await follow(database)

    first, second = await listed(client, f"policies/{source}/cites")
    assert SAID[first["start"] : first["end"]] == first["text"]
    assert (first["by"], first["type"], first["number"], first["dates"]) == (
        "number", "Nghị định", "09/2017/NĐ-CP", ["2017-02-09"],
    )  # fmt: skip
    assert (first["field"], first["node"], first["outcome"], first["confidence"]) == ("text", "muc-i", "matched", 1.0)
    assert (first["document"]["id"], first["target_nodes"]) == (str(target), ["dieu-1"])
    assert [part["ref"] for part in first["parts"]] == ["dieu-1", "dieu-1/khoan-9"]
    assert (second["number"], second["outcome"], second["document"]) == ("30/2020/NĐ-CP", "unresolved", None)
    own = await listed(client, f"policies/{source}/cites", by="self")
    assert [(one["text"], one["target_nodes"]) for one in own] == [("khoản 2 Mục này", ["muc-i"]), ("Kế hoạch này", [])]

    (citing,) = await listed(client, f"policies/{target}/cited-by")
    assert (citing["document"]["id"], citing["count"]) == (str(source), 1)
    assert citing["mentions"][0]["target_nodes"] == ["dieu-1"]
    assert await listed(client, f"policies/{target}/cited-by", node="dieu-1") == [citing]
    assert await listed(client, f"policies/{target}/cited-by", node="dieu-2") == []
    assert await listed(client, f"policies/{source}/cited-by") == []


async def test_citations_are_extracted_from_every_kind_and_paged(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    target = await publish_edition("policy", decree())
    said = "Nghị định 09/2017/NĐ-CP"
    sources = {
        await publish_edition("bulletin", contents.bulletin(body=f"<p>Theo <strong>{said}</strong> và {said}.</p>")),
        await publish_edition("draft", contents.draft(explanatory_note=f"Căn cứ {said}")),
        await publish_edition("statement", contents.statement(answers=[{"question": f"{said}?", "answer": "Có."}])),
        await publish_edition("policy", plan(said)),
    }
    await publish_edition("bulletin", contents.bulletin(body=f"<p>{said}</p>"), lang="en")
    await follow(database)

    seen, query = [], {"limit": 1}
    while True:
        answer = (await client.get(f"/api/v1/policies/{target}/cited-by", params=query)).json()
        seen += answer["items"]
        if answer["next"] is None:
            break
        query["cursor"] = answer["next"]
    assert {UUID(one["document"]["id"]) for one in seen} == sources
    assert sorted(one["count"] for one in seen) == [1, 1, 1, 2]
    dates = [one["document"]["issued_on"] for one in seen]
    assert dates == sorted(dates, reverse=True)
    bulletin = next(one["document"]["id"] for one in seen if one["document"]["kind"] == "bulletin")
    page = (await client.get(f"/api/v1/bulletins/{bulletin}/cites?limit=1")).json()
    rest = await listed(client, f"bulletins/{bulletin}/cites", cursor=page["next"])
    assert [page["items"][0]["place"], *(one["place"] for one in rest)] == [1, 2]
    etag = (await client.get(f"/api/v1/bulletins/{bulletin}/cites")).headers["etag"]
    again = await client.get(f"/api/v1/bulletins/{bulletin}/cites", headers={"if-none-match": etag})
    assert again.status_code == 304


async def test_an_unresolved_citation_is_resolved_when_its_document_is_published_and_a_second_one_makes_it_ambiguous(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    said = "Thực hiện Kế hoạch số 17/KH-UBND và Luật Đất đai."
    source = await publish_edition("bulletin", contents.bulletin(body=f"<p>{said}</p>"))
    await follow(database)

    async def outcomes() -> list[tuple[str, str | None, list[str]]]:
        items = await listed(client, f"bulletins/{source}/cites")
        return [(o["outcome"], o["document"] and o["document"]["id"], [c["id"] for c in o["choices"]]) for o in items]

    assert await outcomes() == [("unresolved", None, [])] * 2
    first = await publish_edition("policy", contents.policy(dates=dated("2024-05-06")))
    await follow(database)
    assert (await outcomes())[0] == ("matched", str(first), [])
    second = await publish_edition("policy", contents.policy(dates=dated("2025-07-08")))
    await follow(database)
    assert (await outcomes())[0] == ("choices", None, [str(second), str(first)])

    async with database.write() as session:
        held = (await lock_documents(session, [second]))[second]
        await withdraw(session, held, reason="Nhầm.")
    assert (await outcomes())[0] == ("choices", None, [str(first)])
    await follow(database)
    assert (await outcomes())[0] == ("matched", str(first), [])
    async with database.write() as session:
        held = (await lock_documents(session, [second]))[second]
        await restore(session, held)
    await follow(database)
    assert (await outcomes())[0] == ("choices", None, [str(second), str(first)])


async def test_a_short_mention_means_the_document_that_the_same_text_mentions_in_full(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    target = await publish_edition("policy", decree())
    await publish_edition("policy", decree(number="09/2015/NĐ-CP", dates=dated("2015-03-04")))
    said = "Nghị định số 09/2017/NĐ-CP (sau đây gọi là Nghị định 09). Theo Nghị định 09, Thông tư 09"
    full = await publish_edition("policy", plan(said))
    short = await publish_edition("policy", plan("Theo Nghị định 09", number="42/KH-UBND"))
    await follow(database)

    items = await listed(client, f"policies/{full}/cites")
    assert [one["document"] and one["document"]["id"] for one in items] == [str(target)] * 3 + [None]
    assert [one["outcome"] for one in await listed(client, f"policies/{short}/cites")] == ["choices"]


async def test_a_withdrawn_document_has_no_citations_at_once_and_a_gone_one_leaves_no_text(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    target = await publish_edition("policy", decree())
    source = await publish_edition("policy", plan(SAID))
    hidden = await publish_edition("policy", plan(SAID, number="42/KH-UBND"), published=False)
    await follow(database)
    assert len(await listed(client, f"policies/{target}/cited-by")) == 1
    assert (await client.get(f"/api/v1/policies/{hidden}/cites")).status_code == 404

    async with database.write() as session:
        await withdraw(session, (await lock_documents(session, [source]))[source], reason="Sai.")
    assert await listed(client, f"policies/{target}/cited-by") == []
    assert await listed(client, f"policies/{source}/cites") == []
    async with database.write() as session:
        await restore(session, (await lock_documents(session, [source]))[source])
    await follow(database)
    async with database.write() as session:
        await withdraw(session, (await lock_documents(session, [target]))[target], reason="Sai.")
    (left,) = await listed(client, f"policies/{source}/cites")
    assert (left["outcome"], left["document"], left["target_nodes"]) == ("unresolved", None, [])
    assert "Phát ngôn" not in str(left)
    assert (await client.get("/cite", params={"q": "09/2017/NĐ-CP"})).status_code == 404

    async with database.write() as session:
        await remove_document(session, (await lock_documents(session, [source]))[source])
        await remove_document(session, (await lock_documents(session, [target]))[target])
    async with database.read() as connection:
        for rows in (CITATION, CITABLE):
            assert (await connection.execute(select(func.count()).select_from(rows))).scalar_one() == 0
    assert (await client.get(f"/api/v1/policies/{source}/cites")).status_code == 410
    await follow(database)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(CITATION))).scalar_one() == 0


async def test_citations_of_a_replaced_view_are_not_shown_with_the_new_one(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    source = await publish_edition("policy", plan("Nghị định số 1/2020/NĐ-CP"))
    await follow(database)
    await publish_edition("policy", plan("Nghị định số 2/2020/NĐ-CP"), document_id=source)

    assert await listed(client, f"policies/{source}/cites") == []
    await follow(database)
    assert [one["number"] for one in await listed(client, f"policies/{source}/cites")] == ["2/2020/NĐ-CP"]


async def test_a_document_that_is_removed_during_extraction_leaves_no_citations(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await publish_edition("policy", plan(SAID))
    read, removed, going = asyncio.Event(), asyncio.Event(), mention_reader.extract_from_views

    async def slowly(views: Any) -> Any:
        found = await going(views)
        read.set()
        await asyncio.wait_for(removed.wait(), timeout=30)
        return found

    monkeypatch.setattr(commands, "extract_from_views", slowly)
    working = asyncio.create_task(commands.refresh_citations(database, [source]))
    await read.wait()
    async with database.write() as session:
        await remove_document(session, (await lock_documents(session, [source]))[source])
    removed.set()
    await working

    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(CITATION))).scalar_one() == 0


async def test_a_follower_that_dies_between_its_two_transactions_repeats_the_batch(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await publish_edition("policy", plan("Kế hoạch số 17/KH-UBND"))
    await follow(database)
    target = await publish_edition("policy", contents.policy(nodes=[]))
    later = await publish_edition("policy", plan("Kế hoạch số 17/KH-UBND", number="43/KH-UBND"))

    async def dies(*_: Any) -> int:
        raise ConnectionError

    with monkeypatch.context() as dying:
        dying.setattr(commands, "_replace_citations", dies)
        with pytest.raises(ConnectionError):
            await follow(database)
    assert await listed(client, f"policies/{later}/cites") == []
    await follow(database)

    for each in (source, later):
        assert [one["document"]["id"] for one in await listed(client, f"policies/{each}/cites")] == [str(target)]


async def test_a_rebuild_gives_the_same_citations_as_the_follower_also_while_it_runs(
    database: Database, publish_edition: Publish
) -> None:
    for n in range(3):
        await publish_edition("policy", plan(f"{SAID} Kế hoạch số 4{n}/KH-UBND", number=f"4{n + 1}/KH-UBND"))
    await publish_edition("policy", decree())
    await follow(database)

    async def rows() -> list[Any]:
        async with database.read() as connection:
            order = (CITATION.c.document_id, CITATION.c.place)
            return list((await connection.execute(select(CITATION).order_by(*order))).all())

    before = await rows()
    assert len(before) == 6
    async with database.write() as session:
        await session.execute(CITABLE.delete())
        await session.execute(CITATION.delete())

    async def again() -> None:
        assert [done async for done in rebuild(database)]

    async def from_the_start() -> None:
        follower = CitationFollower(database)
        await follower.position()
        await follower.confirm(0)
        await follow(database)

    await asyncio.gather(again(), from_the_start(), again())
    assert await rows() == before


async def test_an_invalid_parameter_is_a_problem_with_its_field(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", contents.policy())

    for below, query, field in (
        ("cites", "by=name", "by"),
        ("cites", "limit=0", "limit"),
        ("cites", "node=dieu-1", "node"),
        ("cites", "cursor=x", "cursor"),
        ("cited-by", "node=Điều 5", "node"),
        ("cited-by", "node=%25", "node"),
        ("cited-by", "cursor=x", "cursor"),
    ):
        answer = await client.get(f"/api/v1/policies/{document}/{below}?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field), query


async def test_a_forged_cursor_is_refused(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    document = await publish_edition("policy", contents.policy())

    wrong: tuple[tuple[tuple[str, None], list[list[Any]]], ...] = (
        (("cites", None), [["x"], [-1], [2**31], [None], [1, 2]]),
        (("cited-by", None), [["2026-01-01", "x"], ["today", str(uuid4())], [5, str(uuid4())]]),
    )
    for name, positions in wrong:
        whole = list_digest(name[0], document, "vi", name[1])
        for position in positions:
            path = f"/api/v1/policies/{document}/{name[0]}?cursor={encode_cursor(whole, *position)}"
            assert (await client.get(path)).json()["code"] == "invalid_cursor", path


async def test_a_text_that_defeats_the_grammar_has_no_citations_and_the_others_of_its_batch_have_theirs(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = await publish_edition("policy", plan("Nghị định số 1/2020/NĐ-CP", number="41/KH-UBND"))
    other = await publish_edition("policy", plan("Nghị định số 2/2020/NĐ-CP", number="42/KH-UBND"))
    going = run_in_sandbox

    async def overruns(function: str, body: bytes, *more: Any) -> Any:
        if b"1/2020/N" in body:
            raise ReadingOverrun
        return await going(function, body, *more)

    monkeypatch.setattr(mention_reader, "run_in_sandbox", overruns)
    await follow(database)

    assert await listed(client, f"policies/{heavy}/cites") == []
    assert [one["number"] for one in await listed(client, f"policies/{other}/cites")] == ["2/2020/NĐ-CP"]
