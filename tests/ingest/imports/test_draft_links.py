"""Imported drafts join the consultation whose next draft they are; an unclear one waits for an editor."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from hub.consultation.records import CONSULTATION
from hub.db import Database
from hub.times import now
from tests.support import contents
from tests.support.consultation_desk import Desk
from tests.support.consultations import consultation_of, entries, window
from tests.support.editors import Editor, key
from tests.support.import_samples import faults, imported, rows, told, write
from tests.support.servers import Publish

TITLE = "Dự thảo Quyết định về chợ đêm phố đi bộ"


def draft(name: str, *, agency: str = "ubnd-hue", **more: Any) -> dict[str, Any]:
    content = contents.draft(high_impact=False, **{"title": TITLE, "consultation": window(-1, 30)} | more)
    return {"source_id": name, "kind": "draft", "agency": agency, "content": content}


@pytest.fixture
async def first(publish_edition: Publish) -> UUID:
    """The first draft, whose consultation ends in nine days."""
    return await publish_edition("draft", contents.draft(title=TITLE, draft_version=1, consultation=window(-3, 9)))


async def desk_lines(client: httpx.AsyncClient, database: Database) -> list[dict[str, Any]]:
    headers = Desk(client, await key(database, "ubnd-hue")).headers
    found: list[dict[str, Any]] = (await client.get("/api/v1/manage/documents", headers=headers)).json()["items"]
    return found


async def test_the_next_draft_joins_its_consultation_and_extends_it_when_it_is_public(
    client: httpx.AsyncClient, database: Database, first: UUID, tmp_path: Path
) -> None:
    second = draft("lan-2", title=TITLE.removeprefix("Dự thảo "), draft_version=2)
    summary = await imported(database, write(tmp_path / "a.jsonl", [second]))
    assert told(summary) == (1, 0, 0, 0, 1)

    before = await consultation_of(database, first)
    [(document,)] = await rows(database, "SELECT document_id FROM provenance")
    assert (await consultation_of(database, document)).id == before.id
    assert [event for event, _ in await entries(client)] == ["announced", "opened", "extended"]
    found = (await client.get(f"/api/v1/consultations/{before.id}")).json()
    assert [(each["position"], each["id"]) for each in found["drafts"]] == [(1, str(first)), (2, str(document))]
    assert await rows(database, "SELECT count(*) FROM consultation") == [(1,)]
    audit = await rows(database, "SELECT actor, details->>'document' FROM audit_entry WHERE verb = 'consultation-link'")
    assert audit == [("import", str(document))]
    assert await faults(database) == []


async def test_a_link_waits_with_its_draft_until_somebody_publishes_it(
    client: httpx.AsyncClient, database: Database, first: UUID, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [draft("lan-2", draft_version=2)])
    assert told(await imported(database, path, publish=False)) == (1, 0, 0, 0, 0)
    of = await consultation_of(database, first)
    assert await rows(database, "SELECT position FROM consultation_document ORDER BY 1") == [(1,), (2,)]
    public = (await client.get(f"/api/v1/consultations/{of.id}")).json()
    assert [each["id"] for each in public["drafts"]] == [str(first)]

    assert told(await imported(database, path)) == (0, 0, 1, 0, 1)

    assert len((await client.get(f"/api/v1/consultations/{of.id}")).json()["drafts"]) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"title": f"{TITLE} năm 2027", "draft_version": 2},
        {"type": "Nghị quyết", "draft_version": 2},
        {"drafting_agency": "so-y-te", "draft_version": 2},
    ],
)
async def test_another_document_of_the_agency_begins_a_consultation_of_its_own(
    database: Database, first: UUID, tmp_path: Path, more: dict[str, Any]
) -> None:
    assert told(await imported(database, write(tmp_path / "a.jsonl", [draft("khac", **more)]))) == (1, 0, 0, 0, 1)
    assert await rows(database, "SELECT count(*) FROM consultation") == [(2,)]


async def test_no_draft_joins_the_consultation_of_another_agency(
    database: Database, first: UUID, tmp_path: Path
) -> None:
    record = draft("so-khac", agency="so-y-te", draft_version=2)
    assert told(await imported(database, write(tmp_path / "a.jsonl", [record]))) == (1, 0, 0, 0, 1)
    assert await rows(database, "SELECT agency FROM consultation ORDER BY 1") == [("so-y-te",), ("ubnd-hue",)]


async def test_an_unclear_draft_waits_with_a_proposal_that_an_editor_takes(
    client: httpx.AsyncClient, database: Database, first: UUID, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [draft("lan-moi", draft_version=1, explanatory_note="Viết lại từ đầu.")])
    summary = await imported(database, path)

    assert told(summary) == (1, 0, 0, 0, 0)
    assert "1 with doubts" in summary.lines()[0]
    of = (await consultation_of(database, first)).id
    [line] = await desk_lines(client, database)
    assert (line["consultation"], len(line["doubts"])) == (str(of), 1)
    assert str(of) in line["doubts"][0]
    assert await rows(database, "SELECT count(*) FROM consultation") == [(1,)]
    # The same file again with --publish is no answer to the question.
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)

    desk = Desk(client, await key(database, "ubnd-hue"))
    await desk.done(of, "link", {"document": line["id"]})
    [line] = await desk_lines(client, database)
    assert line["consultation"] is None
    assert told(await imported(database, path)) == (0, 0, 1, 0, 1)
    assert (await consultation_of(database, line["id"])).id == of


async def test_the_next_draft_of_one_batch_waits_for_an_editor(
    client: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    old: dict[str, Any] = {"title": "Dự thảo cũ", "consultation": window(-900, -800)}
    batch = [draft("lan-2", draft_version=2), draft("lan-1", draft_version=1)]
    batch += [draft(f"cu-{at}", draft_version=at, **old) for at in (1, 2)]
    assert told(await imported(database, write(tmp_path / "a.jsonl", batch))) == (4, 0, 0, 0, 3)

    [line] = await desk_lines(client, database)
    [(begun,)] = await rows(database, "SELECT id FROM consultation WHERE closes_at > now()")
    assert (line["consultation"], str(begun) in line["doubts"][0]) == (str(begun), True)
    await Desk(client, await key(database, "ubnd-hue")).done(begun, "link", {"document": line["id"]})
    assert (await consultation_of(database, line["id"])).id == begun


async def test_two_consultations_of_one_title_are_asked_about(
    client: httpx.AsyncClient, database: Database, first: UUID, publish_edition: Publish, tmp_path: Path
) -> None:
    content = contents.draft(title=TITLE, draft_version=1, consultation=window(-3, 9))
    await publish_edition("draft", content)
    record = draft("lan-2", draft_version=2)
    assert told(await imported(database, write(tmp_path / "a.jsonl", [record]))) == (1, 0, 0, 0, 0)

    [line] = await desk_lines(client, database)
    assert line["consultation"] is not None
    editor = Editor(client, await key(database, "ubnd-hue"))
    await editor.done(line["id"], "submit")
    await editor.done(line["id"], "approve")
    await editor.done(line["id"], "publish")
    assert await rows(database, "SELECT count(*) FROM consultation") == [(3,)], "publishing it is an answer as well"


async def test_an_answered_consultation_is_asked_about_and_one_that_ended_a_year_ago_is_not(
    database: Database, first: UUID, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [draft("lan-2", draft_version=2)])
    of = (await consultation_of(database, first)).id
    past = now() - timedelta(days=400)
    for values, published in (
        ({"state": "answered", "answered_at": now()}, 0),
        ({"opens_at": past, "closes_at": past + timedelta(days=20)}, 1),
    ):
        async with database.write() as session:
            await session.execute(update(CONSULTATION).where(CONSULTATION.c.id == of).values(**values))
        assert (await imported(database, path)).counts.published == published, values
