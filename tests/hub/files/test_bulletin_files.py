"""Pictures in the text of a bulletin, and attachments of bulletins and statements, from upload to the public page."""

from typing import Any

import httpx
import pytest

from hub.content.validation import validate_content
from hub.db import Database
from hub.domain.view_shape import has_shape
from tests.hub.files.conftest import Uploader, attachment
from tests.support import contents
from tests.support import file_samples as samples
from tests.support.editors import Editor, key


@pytest.fixture
async def office(client: httpx.AsyncClient, database: Database) -> Uploader:
    """An office with a bulletin that has no files yet."""
    editor = Editor(client, await key(database, "ubnd-hue"))
    made = await editor.create("bulletin")
    assert made.status_code == 201, made.text
    return Uploader(client, editor.key, made.json()["id"])


async def test_a_bulletin_is_published_with_its_picture_and_its_attachment(
    client: httpx.AsyncClient, office: Uploader
) -> None:
    picture = await office.uploaded("cau.png", samples.picture("PNG"))
    linked = await office.uploaded("mau-don.pdf", samples.pdf(words="Mẫu đơn", size=3_000))
    attached = await office.uploaded("thong-bao.pdf", samples.pdf(words="Thông báo", size=4_000))
    body = f'<h1>A</h1><figure><img src="{picture["url"]}" alt="Cầu"></figure><p><a href="{linked["url"]}">Đơn</a></p>'

    await office.done(office.document, "edition", {"content": bulletin(body=body, attachments=[attachment(attached)])})
    for file in (picture, linked, attached):
        assert (await client.get(file["url"])).status_code == 404
    await office.publish()

    shown = (await client.get(f"/api/v1/bulletins/{office.document}")).json()
    assert shown["body"] == body.replace("h1>", "h2>")
    assert [file["name"] for file in shown["attachments"]] == ["thong-bao.pdf"]
    for file in (picture, linked, attached):
        assert (await client.get(file["url"])).status_code == 200
    page = (await client.get(f"/d/{office.document}")).text
    assert f'<img src="{picture["url"]}"' in page
    assert "thong-bao.pdf" in page
    feed = (await client.get("/feeds/bulletins.json")).json()["items"][0]
    assert '<img src="http' in feed["content_html"]
    assert picture["url"] in feed["content_html"]
    assert [file["url"].endswith(attached["url"]) for file in feed["attachments"]] == [True]


async def test_a_picture_of_another_document_is_refused_and_a_link_to_one_is_not(
    client: httpx.AsyncClient, office: Uploader, uploader: Uploader
) -> None:
    other = await uploader.uploaded("cau.png", samples.picture("PNG"))

    refused = await office.do(
        office.document, "edition", 1, {"content": bulletin(body=f'<p>a <img src="{other["url"]}" alt="a"></p>')}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "body")
    await office.done(office.document, "edition", {"content": bulletin(body=f'<p><a href="{other["url"]}">a</a></p>')})
    await office.publish()
    assert (await client.get(other["url"])).status_code == 404


async def test_a_statement_has_attachments(client: httpx.AsyncClient, database: Database) -> None:
    editor = Editor(client, await key(database, "ubnd-hue"))
    made = await editor.create("statement")
    owner = Uploader(client, editor.key, made.json()["id"])
    file = await owner.uploaded("tra-loi.pdf", samples.pdf(words="Trả lời", size=3_000))

    await owner.done(owner.document, "edition", {"content": contents.statement(attachments=[attachment(file)])})
    await owner.publish()

    shown = (await client.get(f"/api/v1/statements/{owner.document}")).json()
    assert [each["url"] for each in shown["attachments"]] == [file["url"]]


@pytest.mark.parametrize("kind", ["bulletin", "statement"])
def test_contents_and_views_stored_before_there_were_attachments_stay_as_they_are(kind: str) -> None:
    stored, digest = validate_content(kind, contents.MADE[kind](origin={"name": "Cổng", "url": "https://x.vn/a"}))

    assert "attachments" not in stored
    assert stored["origin"] == {"name": "Cổng", "url": "https://x.vn/a"}
    assert validate_content(kind, stored)[1] == digest


def bulletin(**changes: Any) -> dict[str, Any]:
    return contents.bulletin(**changes)


def test_a_view_without_later_members_is_whole() -> None:
    origin = {"name": "Cổng", "url": None}
    view: dict[str, Any] = {
        "id": "1", "kind": "statement", "lang": "vi", "title": "a", "summary": None,
        "agency": {"code": "a", "name": "A"}, "topics": [], "places": [], "state": "live", "edition": 1,
        "update_type": "major", "published_at": "x", "modified_at": "x", "path": "/", "change_note": None,
        "withdrawal": None, "correction_of": None, "relations": [], "links": [], "origin": origin,
        "spokesperson": {"code": "a", "name": "a", "title": "a", "phone": None, "email": None},
        "form": "release", "occasion": "a", "asked_at": None, "said_at": "x", "issued_on": "x", "text": "a",
        "answers": [],
    }  # fmt: skip

    assert has_shape(view, full=True)
    assert has_shape(view | {"attachments": []}, full=True)
    assert not has_shape(view | {"attachments": [{}]}, full=True)
    assert not has_shape({name: value for name, value in view.items() if name != "answers"}, full=True)
