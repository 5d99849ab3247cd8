"""People, keys and the editors' desk in GraphQL: the same as in REST."""

from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support.editors import Editor, key
from tests.support.file_samples import pdf

OWNER = "so-y-te"


class Asker:
    """Someone who asks in GraphQL with a key."""

    def __init__(self, client: httpx.AsyncClient, presented: str):
        self.client, self.headers = client, {"authorization": f"Bearer {presented}"}

    async def __call__(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=body, headers=self.headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def admin(client: httpx.AsyncClient, database: Database) -> Asker:
    return Asker(client, await key(database, "ubnd-hue", person="Quản trị"))


async def test_a_person_gets_a_key_and_loses_it(client: httpx.AsyncClient, admin: Asker) -> None:
    made = await admin(
        'mutation { createPerson(agency: "so-y-te", name: "Trần Bình") { ... on Person { id name keys } } }'
    )
    person = made["createPerson"]["id"]
    create = """mutation ($person: ID!, $once: String) {
      createKey(personId: $person, scopes: ["write", "read:working"], idempotencyKey: $once) {
        ... on KeyWithSecret { id key scopes state agency expiresAt } ... on Refusal { code field } } }"""
    new, again = [(await admin(create, person=person, once="once"))["createKey"] for _ in range(2)]

    assert (new["scopes"], new["state"], again["key"]) == (["read:working", "write"], "valid", None)
    listed = await admin(
        "query ($person: ID) { manage { keys(person: $person, state: valid) { edges { node { id person } } } } }",
        person=person,
    )
    assert [edge["node"] for edge in listed["manage"]["keys"]["edges"]] == [{"id": new["id"], "person": "Trần Bình"}]
    one = await admin(
        "query ($id: ID!, $key: ID!) { manage { person(id: $id) { name keys } key(id: $key) { personId state } } }",
        id=person,
        key=new["id"],
    )
    assert one["manage"] == {
        "person": {"name": "Trần Bình", "keys": 1},
        "key": {"personId": person, "state": "valid"},
    }
    end = "mutation ($id: ID!) { endKey(id: $id) { ... on Key { state endedAt } ... on Refusal { code } } }"
    assert (await admin(end, id=new["id"]))["endKey"]["state"] == "ended"
    refused = await client.post(
        "/graphql",
        json={"query": "{ agencies { edges { node { code } } } }"},
        headers={"authorization": f"Bearer {new['key']}"},
    )
    assert refused.json()["errors"][0]["extensions"]["code"] == "unauthenticated"
    wrong = await admin(create, person="00000000-0000-0000-0000-000000000001")
    assert wrong["createKey"]["code"] == "not_found"


async def test_the_desk_lists_and_steps(client: httpx.AsyncClient, admin: Asker, database: Database) -> None:
    writer = Editor(client, await key(database, OWNER, person="Lê Cường"))
    ids = [(await writer.create(agency=OWNER, title=f"Kế hoạch số {n}")).json()["id"] for n in range(2)]
    for document in ids:
        await writer.done(document, "submit")
    query = """query ($after: String) { manage { documents(waitingFor: me, query: "ke hoach", first: 1, after: $after) {
      edges { node { id title state version waitingFor doubts assignee { name } } }
      pageInfo { hasNextPage endCursor } } } }"""
    first = (await admin(query))["manage"]["documents"]
    second = (await admin(query, after=first["pageInfo"]["endCursor"]))["manage"]["documents"]
    found = [page["edges"][0]["node"] for page in (first, second)]

    assert [line["id"] for line in found] == ids[::-1]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]

    batch = """mutation ($items: [BatchItemInput!]!) { batchDocuments(items: $items) {
      ... on BatchOutcome { refused results { id verb status state problem { code field } } }
      ... on Refusal { code detail } } }"""
    items = [
        {"id": ids[0], "verb": "approve", "version": 2},
        {"id": ids[1], "verb": "return", "version": 2, "note": "Sửa tên."},
        {"id": ids[1], "verb": "publish", "version": 3},
    ]
    done = (await admin(batch, items=items))["batchDocuments"]
    assert "code" not in done, done
    assert (done["refused"], [one["status"] for one in done["results"]]) == (1, [200, 200, 409])

    more = """mutation ($id: ID!) {
      addNote(id: $id, text: "Gọi lại.") { ... on Note { text type } }
      createPreview(id: $id, hours: 1) { ... on PreviewLinks { page } ... on Refusal { code } } }"""
    links = await admin(more, id=ids[1])
    assert (await client.get(links["createPreview"]["page"])).status_code == 200
    upload = await client.post(
        f"/api/v1/manage/documents/{ids[1]}/files",
        params={"name": "ke-hoach.pdf"},
        content=pdf(),
        headers={**admin.headers, "content-type": "application/pdf"},
    )
    files = await admin("query ($id: ID!) { manage { files(id: $id) { id name mediaType size url } } }", id=ids[1])
    assert [one["name"] for one in files["manage"]["files"]] == [upload.json()["name"]], upload.text
    notes = await admin(
        "query ($id: ID!) { manage { notes(id: $id) { edges { node { text type } } } assignees(id: $id) "
        "{ persons { id name } } } }",
        id=ids[1],
    )
    assert [edge["node"]["type"] for edge in notes["manage"]["notes"]["edges"]] == ["note", "return"]
    person = next(one["id"] for one in notes["manage"]["assignees"]["persons"] if one["name"] == "Lê Cường")
    assign = """mutation ($id: ID!, $person: ID) { assignDocument(id: $id, personId: $person) {
      ... on Assignment { assignee { name } due } ... on Refusal { code detail } } }"""
    assert (await admin(assign, id=ids[1], person=person))["assignDocument"]["assignee"]["name"] == "Lê Cường"
    assert (await admin(assign, id=ids[1], person=None))["assignDocument"]["assignee"] is None
