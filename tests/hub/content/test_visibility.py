"""What readers see of a document that is gone, redirected or withdrawn, now and at past times."""

import httpx

from hub.db import Database
from tests.support import contents
from tests.support.past_editions import at, done, edition


async def test_a_gone_document_is_410_at_every_url_and_at_every_time(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(title="Gỡ hẳn"), at("2026-03-01"))
    await edition(database, "policy", contents.policy(title="Gỡ hẳn 2"), at("2026-03-05"), document_id=document)
    await done(database, "gone", document, at("2026-04-01"))

    for below in ("", "?as_of=2026-03-02", "?as_of=2026-04-02", "/diff?from=1&to=2", "/relations", "/legal-force"):
        answer = await client.get(f"/api/v1/policies/{document}{below}")
        assert (answer.status_code, answer.json()["code"]) == (410, "document_gone"), below
    never = await client.get(f"/api/v1/policies/{document}?as_of=2026-02-01")
    assert never.status_code == 404
    for query in ("", "?as_of=2026-03-02", "?as_of=2026-03-02&include=text", "?as_of=2026-04-02"):
        assert (await client.get(f"/api/v1/policies{query}")).json()["items"] == []
    history = await client.get(f"/api/v1/policies/{document}/history")
    assert [entry["event"] for entry in history.json()["items"]] == ["gone", "published", "published"]
    assert "Gỡ" not in history.text


async def test_a_redirected_document_leads_its_readers_to_its_target(
    client: httpx.AsyncClient, database: Database
) -> None:
    target = await edition(database, "bulletin", contents.bulletin(title="Bản mới"), at("2026-03-01"))
    document = await edition(database, "policy", contents.policy(title="Bản cũ"), at("2026-03-01"))
    await done(database, "redirect", document, at("2026-03-10"), to=target)

    for below in ("", "/relations"):
        answer = await client.get(f"/api/v1/policies/{document}{below}?lang=vi")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/api/v1/bulletins/{target}{below}?lang=vi"
        assert (await client.get(answer.headers["location"])).status_code == 200
    wrong = await client.get(f"/api/v1/drafts/{document}")
    assert (wrong.status_code, wrong.json()["expected"]) == (404, f"/api/v1/policies/{document}")
    assert (await client.get("/api/v1/policies")).json()["items"] == []
    assert (await client.get(f"/api/v1/policies/{document}?as_of=2026-03-09")).json()["title"] == "Bản cũ"
    assert (await client.get(f"/api/v1/policies/{document}?as_of=2026-03-10")).status_code == 404


async def test_a_withdrawn_document_is_readable_with_its_reason_and_in_no_list(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"))
    await done(database, "withdraw", document, at("2026-03-10"), reason="Ban hành sai thẩm quyền")

    found = (await client.get(f"/api/v1/policies/{document}")).json()

    assert (found["state"], found["withdrawal"]["reason"]) == ("withdrawn", "Ban hành sai thẩm quyền")
    assert found["nodes"]
    assert (await client.get("/api/v1/policies")).json()["items"] == []
