"""Places and groups of comments over GraphQL: the same answers, decisions and refusals as over REST."""

from typing import Any

import httpx
import pytest

from hub.consultation.campaigns.job import CampaignJob
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.stored_comments import CommentStore

RULE = "Chủ tàu du lịch trên sông Hương đóng cửa bến lúc 21 giờ và báo số khách trong ngày cho ban quản lý bến."
PLACE = (
    "{ __typename ... on ManagedPlace { comment draft version status doubt ref confirmed fromDraft fromRef "
    "quote { exact } } ... on Refusal { code field expected } }"
)


def draft(text: str) -> dict[str, Any]:
    node = {"ref": "dieu-4", "parent": None, "type": "article", "label": "Điều 4", "text": text}
    return contents.draft(consultation=window(-3, 9), nodes=[node])


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None) -> Any:
    answer = await client.post("/graphql", json={"query": query}, headers=headers or {})
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}


async def test_places_are_listed_and_decided_as_over_rest(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    document = await publish_edition("draft", draft(RULE))
    id_ = consultation_id(document)
    comment = await CommentStore(database, settings, id_).add(
        "Sớm quá.", ref="dieu-4", exact="đóng cửa bến lúc 21 giờ và báo số khách trong ngày"
    )
    await publish_edition("draft", draft(RULE.replace("21 giờ", "19 giờ")), document_id=document)
    await CarryoverJob(database).run_once()

    listed = f'{{ manage {{ commentPlaces(id: "{id_}") {{ edges {{ node {{ comment status doubt fromRef }} }} }} }} }}'
    [edge] = (await ask(client, listed, headers))["manage"]["commentPlaces"]["edges"]
    doubtful = {"comment": str(comment), "status": "uncertain", "doubt": "facts", "fromRef": "dieu-4"}
    assert edge["node"] == doubtful

    own = f'id: "{id_}", comment: "{comment}", draft: 2'
    refused = f"mutation {{ confirmCommentPlace({own}) {PLACE} }}"
    assert (await ask(client, refused, headers))["confirmCommentPlace"]["code"] == "version_required"
    refused = f'mutation {{ moveCommentPlace({own}, version: 1, ref: "dieu-9") {PLACE} }}'
    assert (await ask(client, refused, headers))["moveCommentPlace"]["code"] == "unknown_node"
    quote = '{exact: "báo số khách trong ngày"}'
    moved = f'mutation {{ moveCommentPlace({own}, version: 1, ref: "dieu-4", quote: {quote}) {PLACE} }}'
    found = (await ask(client, moved, headers))["moveCommentPlace"]
    assert (found["status"], found["confirmed"], found["version"]) == ("reworded", True, 2)
    assert found["quote"]["exact"] == "báo số khách trong ngày"
    orphaned = f"mutation {{ orphanCommentPlace({own}, version: 2) {PLACE} }}"
    assert (await ask(client, orphaned, headers))["orphanCommentPlace"]["status"] == "orphaned"

    one = f"{{ manage {{ commentPlace({own}) {{ version status confirmed }} }} }}"
    rest = (await client.get(f"/api/v1/manage/consultations/{id_}/places/{comment}/2", headers=headers)).json()
    found = (await ask(client, one, headers))["manage"]["commentPlace"]
    assert found == {name: rest[name] for name in ("version", "status", "confirmed")}


async def test_groups_say_what_rest_says(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 9))))
    await CommentStore(database, settings, id_).add_all([RULE] * 6 + ["Không có ý kiến gì thêm về dự thảo này."])
    await CampaignJob(database, settings).run_once()

    members = "id count comment text kinds { kind count } others changedAt answered changedAfterAnswer"
    counts = "counts { comments alone groups inGroups }"
    public = f'{{ commentGroups(id: "{id_}") {{ edges {{ node {{ {members} }} }} {counts} }} }}'
    found = (await ask(client, public))["commentGroups"]

    rest = (await client.get(f"/api/v1/consultations/{id_}/groups")).json()
    [item], [edge] = rest["items"], found["edges"]
    assert (edge["node"]["id"], edge["node"]["text"], edge["node"]["kinds"]) == (item["id"], RULE, item["kinds"])
    assert (edge["node"]["count"], edge["node"]["answered"]) == (6, False)
    assert found["counts"] == {"comments": 7, "alone": 1, "groups": 1, "inGroups": 6}
    managed = f'{{ manage {{ commentGroups(id: "{id_}") {{ edges {{ node {{ id answer }} }} }} }} }}'
    [edge] = (await ask(client, managed, headers))["manage"]["commentGroups"]["edges"]
    assert edge["node"] == {"id": item["id"], "answer": None}
    none = '{ commentGroups(id: "9d0c3a4e-1f0b-4d55-8c36-0c1f5a0b7a11") { counts { groups } } }'
    assert (await ask(client, none))["commentGroups"] is None
