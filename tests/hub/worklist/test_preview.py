"""Previews: what would be published, by a link that ends, in no cache and no index."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from hub.times import now
from hub.worklist import preview
from hub.worklist.preview import PreviewToken
from tests.support.editors import Editor, key

DESK = "/api/v1/manage/documents"


@pytest.fixture
async def editor(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database))


async def links(editor: Editor, document: str) -> dict[str, str]:
    answer = await editor.client.post(f"{DESK}/{document}/preview", headers=editor.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def test_page_card_and_entry_show_the_working_edition_to_whoever_has_the_link(
    client: httpx.AsyncClient, editor: Editor
) -> None:
    document = (await editor.create(title="Chưa công bố: kế hoạch hè")).json()["id"]
    found = await links(editor, document)

    for form, media in (("page", "text/html"), ("card", "application/json"), ("entry", "application/atom+xml")):
        answer = await client.get(found[form])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(media)
        assert "Chưa công bố: kế hoạch hè" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "etag" not in answer.headers
    assert (await client.get(f"/d/{document}")).status_code == 404
    assert "/preview/" in (await client.get("/robots.txt")).text
    assert "Bản xem trước" in (await client.get(found["page"])).text


async def test_a_link_ends_with_its_time_and_with_its_edition(
    client: httpx.AsyncClient, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = (await editor.create(title="Kế hoạch thu")).json()["id"]
    found = await links(editor, document)
    with monkeypatch.context() as later:
        later.setattr(preview, "now", lambda: now() + timedelta(hours=25))
        over = await client.get(found["page"], headers={"accept": "application/json"})
        assert (over.status_code, over.json()["code"]) == (410, "preview_over")
        assert over.headers["cache-control"] == "no-store"
        page = await client.get(found["page"], headers={"accept": "text/html"})
        assert page.status_code == 410
        assert "Bản xem trước đã kết thúc." in page.text
        assert "gỡ bỏ" not in page.text, "nothing was published, nor removed"
    assert (await client.get(found["card"])).status_code == 200
    for verb in ("submit", "approve", "publish"):
        await editor.done(document, verb)
    assert (await client.get(found["card"])).status_code == 410


async def test_a_forged_or_foreign_token_leads_nowhere(
    client: httpx.AsyncClient, editor: Editor, settings: Settings, database: Database
) -> None:
    document = (await editor.create(title="Kế hoạch đông")).json()["id"]
    token = (await links(editor, document))["page"].rpartition("/")[2]
    other = Settings(**{**settings.model_dump(exclude_unset=True), "secrets_key": "x" * 40})

    for wrong in ("x", token[:-4], token.swapcase(), PreviewToken(UUID(document), "vi", 1, now()).seal(other)):
        assert (await client.get(f"/preview/{wrong}")).status_code == 404, wrong
    stranger = await key(database, "so-y-te")
    refused = await client.post(f"{DESK}/{document}/preview", headers={"authorization": f"Bearer {stranger}"})
    assert refused.status_code == 404
