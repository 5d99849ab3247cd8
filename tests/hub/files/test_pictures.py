"""Dimensions, sizes and placeholder of pictures: the same on every surface, read from files, never stored in views."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.content.item_views import ITEMS
from hub.content.validation import validate_content
from hub.db import Database
from hub.domain.pictures import Picture, add_sizes
from hub.files.colours import fill_in_colours
from hub.files.store import FileStore, storage_key
from hub.settings import Settings
from tests.hub.files.conftest import Uploader
from tests.hub.files.test_bulletin_files import bulletin
from tests.support import file_samples as samples
from tests.support.editors import Editor, key

MEMBERS = ("width", "height", "sizes", "placeholder")
FOREIGN = {"url": "https://example.org/anh.jpg", "alt": "Cầu"}
IMAGE = "image { url width height placeholder sizes { width height url } }"
BULLETINS = f"{{ bulletins(first: 50) {{ edges {{ node {{ {IMAGE} }} }} }} }}"


@pytest.fixture
async def office(client: httpx.AsyncClient, database: Database) -> Uploader:
    """An office with a public bulletin: a picture of 1,600 × 900 pixels beside it, one of 900 × 600 in its text."""
    return await published(client, database)


async def published(client: httpx.AsyncClient, database: Database) -> Uploader:
    editor = Editor(client, await key(database, "ubnd-hue"))
    made = await editor.create("bulletin")
    office = Uploader(client, editor.key, made.json()["id"])
    main = await office.uploaded("Cầu Trường Tiền.jpg", samples.picture("JPEG", (1600, 900)))
    inner = await office.uploaded("so-do.png", samples.picture("PNG", (900, 600)))
    content = bulletin(
        body=f'<p>Sơ đồ:</p><figure><img src="{inner["url"]}" alt="Sơ đồ"></figure>',
        image={"url": main["url"], "alt": "Cầu Trường Tiền"},
    )
    await office.done(office.document, "edition", {"content": content})
    await office.publish()
    return office


def wanted(url: str) -> dict[str, Any]:
    """The members of the picture of 1,600 × 900 pixels, half red and half blue."""
    sizes = [{"width": w, "height": w * 9 // 16, "url": f"{url}?w={w}"} for w in (320, 640, 1280)]
    return {"width": 1600, "height": 900, "sizes": sizes}


async def test_lists_details_search_graphql_and_feeds_show_the_same_sizes(
    client: httpx.AsyncClient, office: Uploader
) -> None:
    listed = (await client.get("/api/v1/bulletins")).json()["items"][0]["image"]
    url = listed["url"]

    assert {name: listed[name] for name in ("width", "height", "sizes")} == wanted(url)
    colour = bytes.fromhex(listed["placeholder"].removeprefix("#"))
    assert [100 < part < 155 for part in colour] == [True, False, True]
    detail = (await client.get(f"/api/v1/bulletins/{office.document}")).json()
    assert detail["image"] == listed
    assert ITEMS["bulletin"].model_validate(detail)
    whole = (await client.get("/api/v1/bulletins?include=text")).json()["items"][0]
    assert whole["image"] == listed
    found = (await client.get("/api/v1/search", params={"q": detail["title"]})).json()["items"][0]["document"]
    assert found["image"] == listed
    asked = (await client.post("/graphql", json={"query": BULLETINS})).json()
    shown = asked["data"]["bulletins"]["edges"][0]["node"]["image"]
    assert shown == {name: listed[name] for name in ("url", *MEMBERS)}
    feed = (await client.get("/feeds/bulletins.json")).json()["items"][0]
    base = feed["image"].removesuffix(url)
    assert feed["_hub"]["image"]["sizes"] == [{**size, "url": base + size["url"]} for size in listed["sizes"]]
    for size in listed["sizes"]:
        answer = await client.get(size["url"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


async def test_the_page_feeds_and_preview_cards_offer_a_srcset(client: httpx.AsyncClient, office: Uploader) -> None:
    url = (await client.get("/api/v1/bulletins")).json()["items"][0]["image"]["url"]

    page = (await client.get(f"/d/{office.document}")).text
    assert f"{url}?w=320 320w, " in page
    assert 'width="1600" height="900"' in page
    assert 'width="900" height="600"' in page
    assert '<meta property="og:image:width" content="1600">' in page
    for form in ("atom", "rss"):
        feed = (await client.get(f"/feeds/bulletins.{form}")).text
        assert f"{url}?w=640 640w" in feed
        assert feed.count('medium="image"') == 4
        assert "<media:thumbnail " in feed
    frame = await client.get("/embed/feed?kind=bulletin")
    assert f"{url}?w=320 320w, " in frame.text
    assert "img-src 'self'" in frame.headers["content-security-policy"]
    linked = (await client.get(f"/d/{office.document}.jsonld")).json()["image"]
    assert (linked["width"], linked["thumbnailUrl"][-6:]) == (1600, "?w=320")


async def test_a_preview_shows_the_sizes_through_its_own_link(client: httpx.AsyncClient, database: Database) -> None:
    editor = Editor(client, await key(database, "ubnd-hue"))
    office = Uploader(client, editor.key, (await editor.create("bulletin")).json()["id"])
    file = await office.uploaded("cau.png", samples.picture("PNG", (700, 350)))
    image = {"url": file["url"], "alt": "Cầu"}
    await office.done(office.document, "edition", {"content": bulletin(image=image)})
    path = f"/api/v1/manage/documents/{office.document}/preview"
    links = (await client.post(path, headers=office.headers)).json()

    card = (await client.get(links["card"])).json()["image"]
    assert [(size["width"], size["height"]) for size in card["sizes"]] == [(320, 160), (640, 320), (700, 350)]
    for size in card["sizes"]:
        assert size["url"].startswith("/preview/")
        assert (await client.get(size["url"])).status_code == 200
        assert size["url"] in (await client.get(links["page"])).text
        assert size["url"] in (await client.get(links["entry"])).text
        assert (await client.get(f"{file['url']}?w={size['width']}")).status_code in (404, 422)


@pytest.mark.parametrize(
    ("limits", "width"), [("", 640), ("&maxwidth=500", 320), ("&maxheight=200", 320), ("&maxwidth=100", None)]
)
async def test_oembed_has_the_largest_thumbnail_within_the_limits(
    client: httpx.AsyncClient, office: Uploader, limits: str, width: int | None
) -> None:
    shown = (await client.get(f"/oembed?url={client.base_url}/d/{office.document}{limits}")).json()

    assert shown.get("thumbnail_width") == width
    if width:
        assert shown["thumbnail_height"] == width * 9 // 16
        assert shown["thumbnail_url"].startswith("http")
        assert (await client.get(shown["thumbnail_url"])).status_code == 200


async def test_stored_views_changes_and_exports_hold_no_sizes(
    client: httpx.AsyncClient, office: Uploader, database: Database
) -> None:
    async with database.read() as connection:
        query = text('SELECT "full" FROM published_view WHERE document_id = :id')
        [stored] = (await connection.execute(query, {"id": office.document})).scalars()
    image = json.loads(stored)["image"]
    assert sorted(image) == ["alt", "credit", "url"]

    changed = (await client.get("/api/v1/changes?after=0&include=view")).json()["items"][-1]
    assert changed["view"]["item"]["image"] == image
    detail = (await client.get(f"/api/v1/bulletins/{office.document}")).content
    assert json.loads(detail)["image"].keys() - image.keys() == set(MEMBERS)


async def test_an_image_of_another_site_has_no_dimensions(client: httpx.AsyncClient, database: Database) -> None:
    editor = Editor(client, await key(database, "ubnd-hue"))
    made = (await editor.create("bulletin")).json()["id"]
    office = Uploader(client, editor.key, made)
    await office.done(made, "edition", {"content": bulletin(image=FOREIGN)})
    await office.publish()

    shown = (await client.get(f"/api/v1/bulletins/{made}")).json()["image"]

    assert shown == FOREIGN | {"credit": None, "width": None, "height": None, "sizes": [], "placeholder": None}
    asked = (await client.post("/graphql", json={"query": BULLETINS})).json()
    assert asked["data"]["bulletins"]["edges"][0]["node"]["image"]["sizes"] == []
    assert "thumbnail_url" not in (await client.get(f"/oembed?url={client.base_url}/d/{made}")).json()


async def test_a_page_of_pictures_costs_one_statement_more(
    client: httpx.AsyncClient, office: Uploader, database: Database
) -> None:
    await published(client, database)
    await published(client, database)
    served = client._transport.app.state.hub.database  # type: ignore[attr-defined]

    async def spent(path: str, **body: Any) -> int:
        before = served.statements
        answer = await (client.post(path, json=body) if body else client.get(path))
        assert answer.status_code == 200
        assert answer.text.count("?w=320") >= 3, answer.text
        return int(served.statements - before)

    assert await spent("/api/v1/bulletins") == 2
    assert await spent("/feeds/bulletins.atom") == 2
    assert await spent("/graphql", query=BULLETINS) == 2


async def test_older_pictures_get_their_placeholder_and_damaged_ones_grey(
    settings: Settings, database: Database, office: Uploader
) -> None:
    store = FileStore(settings)
    async with database.write() as session:
        query = text("UPDATE stored_file SET placeholder = NULL RETURNING id, name, placeholder")
        ids = {row.name: row.id for row in await session.execute(query)}
        size = text("SELECT sha256 FROM file_size WHERE file_id = :id AND width = 320")
        [digest] = (await session.execute(size, {"id": ids["so-do.png"]})).scalars()
    assert store.folder is not None
    path = store.folder / storage_key(digest)
    path.write_bytes(b"x" * path.stat().st_size)

    await fill_in_colours(database, store)

    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name, placeholder FROM stored_file"))
        found = {row.name: row.placeholder for row in rows}
    assert found["so-do.png"] == "#808080"
    assert found["Cầu Trường Tiền.jpg"].startswith("#7f")


async def test_a_picture_without_its_bytes_keeps_no_other_from_its_placeholder(
    settings: Settings, database: Database, office: Uploader
) -> None:
    store = FileStore(settings)
    async with database.write() as session:
        await session.execute(text("UPDATE stored_file SET placeholder = NULL"))
        first = (
            "SELECT f.name, s.sha256 FROM stored_file f JOIN file_size s ON s.file_id = f.id AND s.width = 320"
            " ORDER BY f.id LIMIT 1"
        )
        name, digest = (await session.execute(text(first))).one()
    assert store.folder is not None
    (store.folder / storage_key(digest)).unlink()

    await fill_in_colours(database, store)

    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name, placeholder FROM stored_file WHERE width IS NOT NULL"))
        found = {row.name: row.placeholder for row in rows}
    assert found.pop(name) is None
    assert found
    assert all(colour.startswith("#") for colour in found.values())


def test_a_picture_in_the_text_keeps_the_dimensions_that_an_editor_gave_it() -> None:
    file_id = UUID("0190c2a0-0000-7000-8000-000000000321")
    url = f"/files/{file_id}/so-do.png"
    pictures = {file_id: Picture(1600, 800, "#123456", ((320, 160, False), (640, 320, False)))}

    given = add_sizes(
        f'<img src="{url}" alt="Sơ đồ" width="120" height="60">', pictures, "(min-width: 40em) 38em, 100vw"
    )
    free = add_sizes(f'<p><img src="{url}" alt="Sơ đồ"></p>', pictures, "90vw")

    assert given == (
        f'<img src="{url}" srcset="{url}?w=320 320w, {url}?w=640 640w" sizes="120px" alt="Sơ đồ"'
        ' width="120" height="60">'
    )
    assert free == (
        f'<p><img src="{url}" width="1600" height="800" srcset="{url}?w=320 320w, {url}?w=640 640w" sizes="90vw"'
        ' alt="Sơ đồ"></p>'
    )


def test_editors_cannot_write_the_facts_of_a_picture() -> None:
    with pytest.raises(Exception, match="width"):
        validate_content("bulletin", bulletin(image=FOREIGN | {"width": 4}))
