"""List of consultations for their editors: what waits in each, and who reads it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import update

from hub.consultation.comments.body_models import BodyKind, ConsultationBody
from hub.consultation.comments.models import CommentState
from hub.consultation.records import CONSULTATION, consultation_id
from hub.content.publishing import VIEW
from hub.db import Database
from hub.settings import Settings
from hub.times import today
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish

PATH = "/api/v1/manage/consultations"


async def test_editors_list_their_consultations_with_what_waits_also_without_a_public_draft(
    client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish
) -> None:
    busy = await publish_edition("draft", contents.draft(title="Dự thảo bận", consultation=window(-3, 9)))
    gone = await publish_edition("draft", contents.draft(title="Dự thảo gỡ", consultation=window(-3, 5)))
    other = await publish_edition("draft", contents.draft(consultation=window(-3, 7)))
    async with database.write() as session:
        theirs = update(CONSULTATION).where(CONSULTATION.c.id == consultation_id(other))
        await session.execute(theirs.values(agency="so-y-te"))
        withdrawn = update(VIEW).where(VIEW.c.document_id == gone, VIEW.c.seq_to.is_(None))
        await session.execute(withdrawn.values(state="gone"))
        facts: dict[str, Any] = {"kind": BodyKind.agency, "asked_on": today() - timedelta(3), "name": "Sở Y tế"}
        due = today() - timedelta(1)
        session.add(ConsultationBody(id=uuid4(), consultation_id=consultation_id(busy), due_on=due, **facts))
    rows = CommentRows(database, settings)
    for state in (CommentState.public, CommentState.public, CommentState.public, CommentState.waiting):
        await rows.add(consultation_id(busy), state=state)

    async def listed(agency: str = "ubnd-hue", *scopes: str, **params: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {await key(database, agency, *scopes)}"}
        return await client.get(PATH, params=params, headers=headers)

    assert (await client.get(PATH)).status_code == 401
    assert (await listed("ubnd-hue", "write")).status_code == 403
    assert (await listed(agency_filter="x")).status_code == 422
    theirs_alone = (await listed("so-y-te", "read:working")).json()
    assert [item["id"] for item in theirs_alone["items"]] == [str(consultation_id(other))]
    assert (await listed(cursor=theirs_alone["next"] or "x")).status_code == 422
    found = (await listed(limit=1)).json()
    rest = (await listed(limit=2, cursor=found["next"])).json()

    # An agency reads the consultations of those below it.
    [first], [below, second] = found["items"], rest["items"]
    assert UUID(below["id"]) == consultation_id(other)
    counts = ("comments_waiting", "answers_missing", "bodies_overdue")
    assert (UUID(first["id"]), first["title"], first["state"]) == (consultation_id(busy), "Dự thảo bận", "open")
    assert [first[name] for name in counts] == [1, 3, 1]
    assert (UUID(second["id"]), second["title"], rest["next"]) == (consultation_id(gone), None, None)
    assert [second[name] for name in counts] == [0, 0, 0]
    assert (await listed(state="answered")).json()["items"] == []
    query = "{ manage { consultations(state: [open]) { edges { node { id answersMissing } } } } }"
    headers = {"authorization": f"Bearer {await key(database)}"}
    answer = (await client.post("/graphql", json={"query": query}, headers=headers)).json()
    edges = answer["data"]["manage"]["consultations"]["edges"]
    assert edges[0]["node"] == {"id": first["id"], "answersMissing": 3}
