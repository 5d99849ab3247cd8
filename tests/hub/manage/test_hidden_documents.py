"""Nobody learns from a refusal that somebody else is writing something."""

from uuid import uuid4

import httpx
import pytest

from hub.db import Database
from tests.support import contents
from tests.support.editors import Editor, key

OTHER = "so-y-te"


@pytest.mark.parametrize("scopes", [(), ("write",), ("read:working",)], ids=["all", "write", "read"])
async def test_an_unpublished_document_of_others_looks_like_none(
    client: httpx.AsyncClient, database: Database, scopes: tuple[str, ...]
) -> None:
    owner = Editor(client, await key(database, "ubnd-hue"))
    document = (await owner.create()).json()["id"]
    stranger = {"authorization": f"Bearer {await key(database, OTHER, *scopes)}"}

    for method, path, body in (
        ("GET", "", None),
        ("GET", "/files", None),
        ("GET", "/provenance", None),
        ("POST", "/submit", {"lang": "vi"}),
        ("POST", "/publish", {"lang": "vi"}),
    ):
        answers = []
        for id_ in (document, uuid4()):
            headers = {**stranger, "if-match": '"1"'}
            url = f"/api/v1/manage/documents/{id_}{path}"
            answers.append(await client.request(method, url, json=body, headers=headers))
        there, nowhere = answers
        assert there.status_code == nowhere.status_code, (method, path, there.text, nowhere.text)
        assert there.json() == nowhere.json()


async def test_a_public_document_of_others_is_forbidden_and_says_so(
    client: httpx.AsyncClient, database: Database, publish_edition
) -> None:
    document = await publish_edition("policy", contents.policy())
    stranger = {"authorization": f"Bearer {await key(database, OTHER)}"}

    answer = await client.get(f"/api/v1/manage/documents/{document}", headers=stranger)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
