"""Answers and bodies over GraphQL: the same lists, changes and refusals as over REST, and the same idempotency keys."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from hub.consultation.records import consultation_id
from hub.db import Database
from hub.settings import Settings
from hub.times import today
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.official_table import draft_nodes
from tests.support.servers import Publish

REFUSAL = "... on Refusal { code field }"
ANSWER = "id version consultation comment group outcome reason changedDraft changedRef by writtenAt public"
BODY = (
    "id version consultation kind name agency askedOn letterNumber dueOn answeredOn replyNumber repliedOn "
    "agreesEntirely late unanswered overdue remindedAt opinions fileName fileSha256"
)


def snake(found: Any) -> Any:
    if isinstance(found, dict):
        return {_snake(name): snake(value) for name, value in found.items()}
    return [snake(one) for one in found] if isinstance(found, list) else found


def _snake(name: str) -> str:
    name = name.replace("Sha256", "_sha256")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.fixture
async def headers(database: Database) -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}


async def ask(client: httpx.AsyncClient, headers: dict[str, str], query: str, **variables: Any) -> Any:
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


async def test_answers_are_written_changed_and_read_as_over_rest(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    headers: dict[str, str],
) -> None:
    draft = contents.draft(consultation=window(-3, 5), nodes=draft_nodes())
    id_ = str(consultation_id(await publish_edition("draft", draft)))
    rows = CommentRows(database, settings)
    comment = await rows.add(consultation_id((await client.get(f"/api/v1/consultations/{id_}")).json()["draft"]))
    create = (
        "mutation($id: ID!, $comment: ID, $key: String) { createAnswer(id: $id, comment: $comment, outcome: rejected, "
        f'reason: "Trái luật.", idempotencyKey: $key) {{ __typename ... on ManagedAnswer {{ {ANSWER} }} {REFUSAL} }} }}'
    )

    made = (await ask(client, headers, create, id=id_, comment=str(comment), key="khoa"))["createAnswer"]
    again = (await ask(client, headers, create, id=id_, comment=str(comment), key="khoa"))["createAnswer"]
    other = (await ask(client, headers, create, id=id_, comment=str(comment)))["createAnswer"]

    assert made == again
    assert (other["code"], other["field"]) == ("transition_conflict", "comment")
    change = (
        f'mutation {{ changeAnswer(id: "{made["id"]}", version: 1, outcome: noted, reason: "Ghi nhận.") '
        f"{{ ... on ManagedAnswer {{ {ANSWER} }} {REFUSAL} }} }}"
    )
    changed = (await ask(client, headers, change))["changeAnswer"]
    assert (await ask(client, headers, change))["changeAnswer"]["code"] == "version_stale"
    listed = f"/api/v1/manage/consultations/{id_}/answers"
    [subject] = (await client.get(listed, headers=headers)).json()["items"]
    assert snake(changed) == subject["answer"]
    members = "comment number group comments draft ref stance authorKind late changedAfterAnswer"
    page = f"edges {{ cursor node {{ {members} }} }} counts {{ answered }}"
    read = f'{{ manage {{ answerSubjects(id: "{id_}", missing: false) {{ {page} }} }} }}'
    found = (await ask(client, headers, read))["manage"]["answerSubjects"]
    assert snake(found["edges"][0]["node"]) == {name: subject[name] for name in snake(dict.fromkeys(members.split()))}
    assert found["counts"]["answered"] == 1
    public = f'{{ consultationAnswers(id: "{id_}") {{ edges {{ node {{ reason }} }} counts {{ public }} }} }}'
    assert (await ask(client, {}, public))["consultationAnswers"] == {"edges": [], "counts": None}
    assert (await ask(client, {}, public.replace(id_, str(comment))))["consultationAnswers"] is None
    delete = f'mutation {{ deleteAnswer(id: "{made["id"]}", version: 2) {{ __typename {REFUSAL} }} }}'
    assert (await ask(client, headers, delete))["deleteAnswer"] == {"__typename": "ManagedAnswer"}
    refused = await client.post("/graphql", json={"query": read})
    assert refused.json()["errors"][0]["extensions"]["code"] == "unauthenticated"


async def test_bodies_are_asked_and_their_letters_recorded_as_over_rest(
    client: httpx.AsyncClient, publish_edition: Publish, headers: dict[str, str]
) -> None:
    draft = contents.draft(consultation=window(-3, 5), nodes=draft_nodes())
    id_ = str(consultation_id(await publish_edition("draft", draft)))
    day = str(today() - timedelta(1))
    made = f"{{ ... on ManagedBody {{ {BODY} }} {REFUSAL} }}"

    async def mutate(name: str, arguments: str, **variables: Any) -> Any:
        head = "mutation($opinions: [LetterOpinionInput!]) " if variables else "mutation "
        return (await ask(client, headers, f"{head}{{ {name}({arguments}) {made} }}", **variables))[name]

    asked = await mutate("askBody", f'id: "{id_}", kind: front, name: "Mặt trận", askedOn: "{day}", dueOn: "{day}"')
    assert asked["overdue"]
    assert (await mutate("askBody", f'id: "{id_}", name: "Mặt trận", askedOn: "{day}"'))[
        "code"
    ] == "transition_conflict"
    reminded = await mutate("remindBody", f'id: "{asked["id"]}", version: 1')
    changed = await mutate("changeBody", f'id: "{asked["id"]}", version: 2, askedOn: "{day}", letterNumber: "8/UB"')
    assert (reminded["version"], changed["version"], changed["dueOn"]) == (2, 3, None)
    opinions = [{"draft": 1, "stance": "suggests", "ref": "dieu-2", "text": "Cần nêu rõ."}]
    answered = await mutate(
        "replyBody", f'id: "{asked["id"]}", version: 3, answeredOn: "{day}", opinions: $opinions', opinions=opinions
    )
    path = f"/api/v1/manage/consultations/{id_}/bodies"
    [listed] = (await client.get(path, headers=headers)).json()["items"]
    assert snake(answered) == listed
    assert len(answered["opinions"]) == 1
    overdue = "overdueBodies { edges { node { id } } }"
    managed = f'manage {{ consultationBodies(id: "{id_}") {{ version }} {overdue} }}'
    query = f'{{ consultationBodies(id: "{id_}") {{ name answeredOn unanswered }} {managed} }}'
    found = await ask(client, headers, query)
    assert found["consultationBodies"] == [{"name": "Mặt trận", "answeredOn": day, "unanswered": False}]
    assert found["manage"] == {"consultationBodies": [{"version": 4}], "overdueBodies": {"edges": []}}
    removed = await mutate("removeBody", f'id: "{asked["id"]}", version: 4')
    assert removed["code"] == "transition_conflict"
