"""Moderation over GraphQL: the same answers, decisions and refusals as over REST."""

from typing import Any

import httpx
import pytest

from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import SealedContent
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.sealed_comments import store_comment
from tests.support.servers import Publish

BATCH = (
    "{ __typename ... on DecidedBatch { batch decided comments { id result state reason version } } "
    "... on Refusal { code field expected } }"
)
QUEUE = (
    "edges { cursor node { id version state heldFor text findings { kind part start end } author { kind shown name } "
    "quote { exact } group { id count } batch } } pageInfo { hasNextPage endCursor } counts { waiting reviewFirst "
    "heldFor { heldFor count } reasons { reason count } }"
)


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers or {})
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}


async def test_what_only_editors_read_of_comments_is_neither_stored_nor_compressed(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-1, 5))))
    content, waits = SealedContent(text="Gọi 0905 123 456. " * 200), CommentState.waiting
    made = await store_comment(database, settings, id_, content, state=waits, held_for=["private_data"])
    fields = (
        f'moderationQueue(id: "{id_}") {{ {QUEUE} }}',
        f'answerSubjects(id: "{id_}") {{ edges {{ cursor }} }}',
        f'consultationBodies(id: "{id_}") {{ name }}',
        "overdueBodies { __typename }",
        f'commentPlaces(id: "{id_}") {{ edges {{ cursor }} }}',
        f'commentGroups(id: "{id_}") {{ edges {{ cursor }} }}',
    )
    filler = " ".join(f"t{number}{'x' * 200}: __typename" for number in range(25))
    decide = (
        f'decideComments(id: "{id_}", decision: publish, comments: [{{id: "{made}", version: 9}}]) {{ __typename }}'
    )
    for query in (*(f"{{ {filler} manage {{ {field} }} }}" for field in fields), f"mutation {{ {filler} {decide} }}"):
        sent = headers | {"accept-encoding": "gzip"}
        answer = await client.post("/graphql", json={"query": query}, headers=sent)
        assert "errors" not in answer.json(), answer.text
        assert len(answer.content) > 4_000
        assert answer.headers["cache-control"] == "no-store", query[-80:]
        assert "content-encoding" not in answer.headers, query[-80:]


async def test_a_moderator_reads_decides_and_undoes_as_over_rest(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    id_ = consultation_id(await publish_edition("draft", contents.draft(consultation=window(-1, 5))))
    content, waits = SealedContent(text="Gọi 0905 123 456."), CommentState.waiting
    for _ in range(2):
        await store_comment(database, settings, id_, content, state=waits, held_for=["private_data"])
    listed = (await client.get(f"/api/v1/manage/consultations/{id_}/moderation", headers=headers)).json()["items"]

    query = f'{{ manage {{ moderationQueue(id: "{id_}", first: 1, heldFor: [private_data]) {{ {QUEUE} }} }} }}'
    found = (await ask(client, query, headers))["manage"]["moderationQueue"]
    [edge] = found["edges"]
    assert (edge["node"]["id"], edge["node"]["text"]) == (listed[0]["id"], content.text)
    assert edge["node"]["findings"] == listed[0]["findings"]
    assert found["counts"]["heldFor"] == [{"heldFor": "private_data", "count": 2}]
    after = found["pageInfo"]["endCursor"]
    more = (await ask(client, query.replace("first: 1", f'first: 1, after: "{after}"'), headers))["manage"]
    assert [one["node"]["id"] for one in more["moderationQueue"]["edges"]] == [listed[1]["id"]]

    decide = (
        "mutation($id: ID!, $reason: String, $comments: [CommentVersionInput!]!) "
        f"{{ decideComments(id: $id, decision: hide, reason: $reason, comments: $comments) {BATCH} }}"
    )
    given: dict[str, Any] = {"id": str(id_), "comments": [{"id": one["id"], "version": 1} for one in listed]}
    refused = (await ask(client, decide, headers, **given))["decideComments"]
    assert (refused["__typename"], refused["field"]) == ("Refusal", "reason")
    anonymous = (await ask(client, decide, None, reason="private_data", **given))["decideComments"]
    assert anonymous["code"] == "unauthenticated"
    decided = (await ask(client, decide, headers, reason="private_data", **given))["decideComments"]
    assert [one["state"] for one in decided["comments"]] == ["hidden", "hidden"]

    public = f'{{ consultationModeration(id: "{id_}", lang: "en") {{ hidden waiting reasons {{ reason count }} }} }}'
    numbers = (await ask(client, public))["consultationModeration"]
    assert (numbers["hidden"], numbers["waiting"]) == (2, 0)
    assert {"reason": "private_data", "count": 2} in numbers["reasons"]
    missing = public.replace(str(id_), str(listed[0]["id"]))
    assert (await ask(client, missing))["consultationModeration"] is None

    undo = f'mutation {{ undoModerationBatch(id: "{id_}", batch: "{decided["batch"]}") {BATCH} }}'
    undone = (await ask(client, undo, headers))["undoModerationBatch"]
    assert [one["result"] for one in undone["comments"]] == ["restored", "restored"]
    setting = f'setCommentReview(id: "{id_}", reviewFirst: true)'
    review = f"mutation {{ {setting} {{ ... on ModerationCounts {{ reviewFirst }} }} }}"
    assert (await ask(client, review, headers))["setCommentReview"] == {"reviewFirst": True}
