"""The history of a document: its editions, corrections and states, newest first."""

from typing import Any
from uuid import uuid4

import httpx

from hub.db import Database
from hub.paging import encode_cursor, list_digest
from tests.support import contents
from tests.support.past_editions import at, done, edition
from tests.support.servers import Publish


async def test_history_lists_editions_corrections_and_states_newest_first(
    client: httpx.AsyncClient, database: Database
) -> None:
    document = await edition(database, "policy", contents.policy(), at("2026-03-01"), change_note="Bản đầu")
    about: dict[str, Any] = {"change_note": "Sửa số", "update_type": "minor", "correction_of": 1}
    await edition(database, "policy", contents.policy(number="71/KH"), at("2026-03-02"), document_id=document, **about)
    await edition(database, "policy", contents.policy(title="EN"), at("2026-03-03"), document_id=document, lang="en")
    await done(database, "withdraw", document, at("2026-03-04"), reason="Rà soát")
    await edition(database, "draft", contents.draft(), at("2026-03-05"))
    path = f"/api/v1/policies/{document}/history"

    items = (await client.get(path)).json()["items"]

    shape = [(e["event"], e["lang"], e["edition"], e["state"], e["correction_of"], e["corrected_by"]) for e in items]
    assert shape == [
        ("withdrawn", "vi", 2, "withdrawn", 1, []),
        ("withdrawn", "en", 1, "withdrawn", None, []),
        ("published", "en", 1, "live", None, []),
        ("corrected", "vi", 2, "live", 1, []),
        ("published", "vi", 1, "live", None, [2]),
    ]
    assert [e["seq"] for e in items] == [5, 4, 3, 2, 1]
    assert (items[3]["change_note"], items[3]["update_type"]) == ("Sửa số", "minor")
    assert items[4]["at"] == "2026-03-01T12:00:00+07:00"
    assert [e["lang"] for e in (await client.get(f"{path}?lang=en")).json()["items"]] == ["en", "en"]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"{path}?limit=2{cursor and f'&cursor={cursor}'}")).json()
        seen += [e["seq"] for e in page["items"]]
        cursor = page["next"]
    assert seen == [5, 4, 3, 2, 1]


async def test_history_of_nothing_public_or_with_a_forged_cursor_is_refused(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    hidden = await publish_edition("policy", contents.policy(), published=False)
    public = await publish_edition("policy", contents.policy())
    name = list_digest("history", public, None)

    for path in (f"policies/{hidden}", f"policies/{uuid4()}", f"drafts/{public}"):
        assert (await client.get(f"/api/v1/{path}/history")).status_code == 404
    for position in ("x", None, 2**63, [1]):
        forged = await client.get(f"/api/v1/policies/{public}/history?cursor={encode_cursor(name, position)}")
        assert (forged.status_code, forged.json()["code"]) == (422, "invalid_cursor")
    assert (await client.get(f"/api/v1/policies/{public}/history?lang=fr")).json()["field"] == "lang"
