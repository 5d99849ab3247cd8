"""Consultations over GraphQL: the same answers, changes and refusals as over REST."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.comments.models import CommentState
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.settings import Settings
from hub.times import now, today
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultation_desk import end_now
from tests.support.consultations import changes, window
from tests.support.editors import key
from tests.support.servers import Publish

MANAGED = (
    "{ __typename ... on ManagedConsultation { id version agency state opensAt closesAt announcedClosesAt "
    "droppedReason adoptedReason policyId withoutAnswers documents } ... on Refusal { code field expected } }"
)


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None) -> Any:
    answer = await client.post("/graphql", json={"query": query}, headers=headers or {})
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}


async def test_the_list_and_one_consultation_say_what_rest_says(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(title="Dự thảo chợ", consultation=window(-1, 5)))
    await publish_edition("draft", contents.draft(title="Sau này", consultation=window(3, 9)))
    id_ = consultation_id(document)
    members = (
        "id path title lang draft draftVersion highImpact state opensAt closesAt withoutAnswers agency { code name }"
    )
    drafts = "position id lang edition draftVersion publishedAt title path"
    more = f"announcedClosesAt drafts {{ {drafts} }} policy {{ id }} commentChanges"

    data = await ask(
        client,
        f"{{ consultations(state: [open], sort: closes_asc) {{ edges {{ cursor node {{ {members} }} }} }} "
        f'consultation(id: "{id_}") {{ {members} {more} }} other: consultation(id: "{document}") {{ id }} }}',
    )

    [listed] = (await client.get("/api/v1/consultations?state=open")).json()["items"]
    found = (await client.get(f"/api/v1/consultations/{id_}")).json()
    [edge] = data["consultations"]["edges"]
    assert {_snake(name): value for name, value in edge["node"].items()} == listed
    assert data["consultation"]["drafts"][0]["publishedAt"] == found["drafts"][0]["published_at"]
    assert (data["consultation"]["state"], data["consultation"]["policy"]) == ("open", None)
    assert data["other"] is None


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


async def test_a_mutation_changes_or_refuses_as_rest_does_and_shares_its_idempotency_key(
    client: httpx.AsyncClient, publish_edition: Publish, headers: dict[str, str]
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-1, 5)))
    id_, day = consultation_id(document), str(today() + timedelta(30))

    async def extend(arguments: str) -> Any:
        query = f'mutation {{ extendConsultation(id: "{id_}", {arguments}) {MANAGED} }}'
        return (await ask(client, query, headers))["extendConsultation"]

    refused = await extend('version: 1, closesOn: "2020-01-01"')
    assert (refused["code"], refused["field"]) == ("consultation_shortened", "closesOn")
    assert (await extend(f'closesOn: "{day}"'))["code"] == "version_required"
    once = f'version: 1, closesOn: "{day}", reason: "Bão.", idempotencyKey: "mot-lan"'
    changed = await extend(once)
    assert (changed["__typename"], changed["version"], changed["state"]) == ("ManagedConsultation", 2, "open")
    assert await extend(once) == changed
    rest = await client.post(
        f"/api/v1/manage/consultations/{id_}/extend",
        json={"closes_on": day, "reason": "Bão."},
        headers=headers | {"if-match": '"1"', "idempotency-key": "mot-lan"},
    )
    assert (rest.status_code, rest.json()["version"]) == (200, 2)

    data = await ask(client, f'{{ manage {{ consultation(id: "{id_}") {{ version documents }} }} }}', headers)
    assert data["manage"]["consultation"] == {"version": 2, "documents": [str(document)]}
    drop = f'mutation {{ dropConsultation(id: "{id_}", version: 2, reason: "Gộp dự thảo.") {MANAGED} }}'
    assert (await ask(client, drop, headers))["dropConsultation"]["state"] == "dropped"
    assert [entry["event"] for entry in await changes(client)] == ["announced", "opened", "extended", "dropped"]


async def test_changes_tell_a_consultation_beside_the_registry(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("draft", contents.draft(consultation=window(3, 5)))

    data = await ask(
        client,
        "{ changes(after: 0, subject: [consultation]) { items { event subject subjectId data { list } consultation "
        "{ agency state opensAt closesAt drafts reason policy withoutAnswers comments { counted } commentsRoot } } } }",
    )

    [item], [entry] = data["changes"]["items"], await changes(client)
    assert (item["event"], item["subject"], item["data"]) == ("announced", "consultation", None)
    assert {_snake(name): value for name, value in item["consultation"].items()} == entry["data"]


async def test_missing_answers_are_counted_in_the_refusal_and_the_log_counts_comments_as_over_rest(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-3, 5))))
    for state in ("public", "public", "waiting"):
        await CommentRows(database, settings).add(id_, state=CommentState(state))
    await end_now(database)
    assert await turn_due(database, now() + CLOSING_DELAY) == 1
    version = (await client.get(f"/api/v1/manage/consultations/{id_}", headers=headers)).json()["version"]
    counts = "public missing waiting late"
    answer = f"... on Refusal {{ code answerCounts {{ {counts} }} window {{ state }} }}"

    mutation = f'mutation {{ answerConsultation(id: "{id_}", version: {version}) {{ {answer} }} }}'
    refused = (await ask(client, mutation, headers))["answerConsultation"]
    query = (
        "{ changes(subject: [consultation]) { items { consultation { commentsRoot comments { public waiting } } } } }"
    )
    logged = (await ask(client, query))["changes"]["items"][-1]["consultation"]

    assert (refused["code"], refused["window"]) == ("answers_missing", None)
    assert refused["answerCounts"] == {"public": 2, "missing": 2, "waiting": 1, "late": 0}
    entry = (await client.get("/api/v1/changes?subject=consultation")).json()["items"][-1]["data"]
    assert logged == {"commentsRoot": entry["comments_root"], "comments": {"public": 2, "waiting": 1}}
