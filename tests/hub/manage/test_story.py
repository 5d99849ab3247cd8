"""The whole life of a document over HTTP."""

import httpx

from hub.db import Database
from tests.support import contents
from tests.support.editors import Editor, key


async def test_a_document_goes_from_the_first_word_to_its_withdrawal(
    client: httpx.AsyncClient, database: Database
) -> None:
    writer = Editor(client, await key(database, "so-y-te", "write", "read:working", label="Sở Y tế"))
    chief = Editor(client, await key(database, "ubnd-hue"))

    made = await writer.create(agency="so-y-te", title="Kế hoạch tiêm chủng", high_impact=True)
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    document = made.json()["id"]
    public = f"/api/v1/policies/{document}"
    assert (await client.get(public)).status_code == 404

    await writer.done(document, "submit")
    await chief.done(document, "return", {"note": "Thiếu thời hạn"})
    await writer.done(document, "edition", {"content": contents.policy(title="Kế hoạch tiêm chủng mùa đông")})
    await writer.done(document, "submit")
    assert (await client.get(public)).status_code == 404
    await chief.done(document, "approve")
    await chief.done(document, "publish")
    first = (await client.get(public)).json()
    assert (first["title"], first["edition"], first["agency"]["code"]) == ("Kế hoạch tiêm chủng mùa đông", 1, "so-y-te")

    corrected = contents.policy(title="Kế hoạch tiêm chủng mùa xuân")
    await writer.done(document, "correct", {"note": "Sửa tên mùa.", "content": corrected})
    assert (await client.get(public)).json()["title"] == "Kế hoạch tiêm chủng mùa đông"
    await writer.done(document, "submit")
    await chief.done(document, "approve")
    state = await chief.done(document, "publish")
    second = (await client.get(public)).json()
    assert (second["title"], second["correction_of"], second["change_note"]) == (
        "Kế hoạch tiêm chủng mùa xuân",
        1,
        "Sửa tên mùa.",
    )
    assert [(line["number"], line["state"]) for line in state["history"]] == [(2, "published"), (1, "superseded")]

    await chief.done(document, "withdraw", {"reason": "Ban hành sai thẩm quyền."})
    withdrawn = (await client.get(public)).json()
    assert (withdrawn["state"], withdrawn["withdrawal"]["reason"]) == ("withdrawn", "Ban hành sai thẩm quyền.")
    assert (await client.get("/api/v1/policies")).json()["items"] == []
    await chief.done(document, "restore")
    assert (await client.get(public)).json()["state"] == "live"
    await chief.done(document, "gone", {"reason": "Lộ dữ liệu cá nhân"})
    gone = await client.get(public)
    assert (gone.status_code, gone.json()["code"]) == (410, "document_gone")

    events = [item["event"] for item in (await client.get("/api/v1/changes")).json()["items"]]
    assert events == ["published", "corrected", "withdrawn", "restored", "gone"]
    trail = (await client.get("/api/v1/manage/audit", params={"document": document}, headers=chief.headers)).json()
    assert [line["verb"] for line in reversed(trail["items"])] == [
        "create", "submit", "return", "save", "submit", "approve", "publish",
        "correct", "submit", "approve", "publish", "withdraw", "restore", "gone",
    ]  # fmt: skip
    assert trail["items"][-1]["label"] == "Sở Y tế"
