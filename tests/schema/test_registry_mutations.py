"""The registry edited by GraphQL: the same verbs, refusals and results as by REST."""

from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support import contents
from tests.support.editors import key
from tests.support.servers import Publish

RESULT = """{
  ... on RegistryEntry { code version agency { name parent formerNames { name } } topic { name validTo } place { name }
    changes { event list code } }
  ... on Refusal { code: __typename refusal: code status detail }
}"""


class Registrar:
    """Someone with an admin's key."""

    def __init__(self, client: httpx.AsyncClient, bearer: str):
        self.client = client
        self.headers = {"authorization": f"Bearer {bearer}"}

    async def ask(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=body, headers=self.headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(self, mutation: str) -> Any:
        return (await self.ask(f"mutation {{ done: {mutation} {RESULT} }}"))["done"]


@pytest.fixture
async def registrar(client: httpx.AsyncClient, database: Database) -> Registrar:
    return Registrar(client, await key(database, "ubnd-hue", "admin"))


async def test_an_agency_is_created_renamed_and_merged(registrar: Registrar) -> None:
    made = await registrar.do(
        'saveAgency(entry: {code: "so-moi", name: "Sở Mới", level: department, parent: "ubnd-hue",'
        ' formerNames: [{name: "Sở Cũ", validTo: "2020-01-01"}]})'
    )
    renamed = await registrar.do(
        'renameRegistryEntry(list: agencies, code: "so-moi", version: 1,'
        ' to: {name: "Sở Mới Hơn", validFrom: "2026-01-01"})'
    )
    merged = await registrar.do(
        'mergeRegistryEntry(list: agencies, code: "so-moi", version: 2, into: "ubnd-hue", validFrom: "2026-02-01")'
    )

    assert (made["version"], made["agency"]["parent"], made["topic"]) == (1, "ubnd-hue", None)
    assert [one["name"] for one in renamed["agency"]["formerNames"]] == ["Sở Cũ", "Sở Mới"]
    assert merged["changes"] == [{"event": "merged", "list": "agencies", "code": "so-moi"}]


async def test_members_of_an_entry_are_changed_as_by_rest(registrar: Registrar, client: httpx.AsyncClient) -> None:
    await registrar.do('saveAgency(entry: {code: "so-moi", name: "Sở Mới", nameEn: "New", level: department})')
    change = """mutation ($changes: AgencyPatchInput!, $version: Int) { done: changeAgency(
        code: "so-moi", changes: $changes, version: $version, idempotencyKey: "one") {
        ... on RegistryEntry { version agency { name nameEn parent } }
        ... on Refusal { refusal: code field errors { field } } } }"""

    done = (await registrar.ask(change, changes={"parent": "ubnd-hue", "nameEn": None}, version=1))["done"]
    over_rest = await client.patch(
        "/api/v1/manage/registry/agencies/so-moi",
        json={"parent": "ubnd-hue", "name_en": None},
        headers={**registrar.headers, "if-match": '"1"', "idempotency-key": "one"},
    )
    wrong = (await registrar.ask(change, changes={"validFrom": "0001-01-01", "name": ""}, version=2))["done"]

    assert done == {"version": 2, "agency": {"name": "Sở Mới", "nameEn": None, "parent": "ubnd-hue"}}
    assert (over_rest.status_code, over_rest.json()["version"]) == (200, 2), over_rest.text
    assert wrong["refusal"] == "invalid_input"
    assert "changes.name" in [each["field"] for each in wrong["errors"]]


async def test_a_unit_of_places_is_changed_by_its_first_day(registrar: Registrar) -> None:
    done = await registrar.do(
        'changePlace(code: "19753", unitFrom: "2025-01-01", version: 1, changes: {nameEn: "Phú Xuân"})'
    )

    assert (done["version"], done["changes"][0]["event"]) == (2, "updated")


async def test_an_entry_is_read_with_its_version_and_uses(registrar: Registrar, publish_edition: Publish) -> None:
    await publish_edition("bulletin", contents.bulletin(title="Tin", topics=["truyen-thong"]))

    found = await registrar.ask(
        '{ manage { registryEntry(list: topics, code: "truyen-thong")'
        " { version topic { code } uses { sort count } } } }"
    )
    refused = await registrar.do('removeRegistryEntry(list: topics, code: "truyen-thong", version: 1)')

    entry = found["manage"]["registryEntry"]
    assert (entry["version"], entry["topic"]) == (1, {"code": "truyen-thong"})
    assert {"sort": "documents", "count": 1} in entry["uses"]
    assert (refused["refusal"], refused["status"]) == ("code_in_use", 409)
    assert "1 documents" in refused["detail"]


async def test_a_place_gets_successors_by_their_codes(registrar: Registrar) -> None:
    done = await registrar.do(
        'setRegistrySuccessors(list: places, code: "19753", unitFrom: "2025-01-01", version: 1,'
        ' successors: [{code: "20182", whole: false}])'
    )

    assert (done["version"], done["changes"]) == (2, [{"event": "succeeded", "list": "places", "code": "19753"}])


async def test_a_missing_version_is_refused_and_changes_nothing(
    registrar: Registrar, client: httpx.AsyncClient
) -> None:
    refused = await registrar.do('closeRegistryEntry(list: topics, code: "truyen-thong", validTo: "2026-12-01")')

    assert (refused["refusal"], refused["status"]) == ("version_required", 428)
    assert (await client.get("/api/v1/changes?subject=registry")).json()["items"] == []
