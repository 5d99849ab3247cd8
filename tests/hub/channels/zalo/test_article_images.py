"""Images of articles: within Zalo's limit of one megabyte, and no cover that Zalo cannot fetch."""

from typing import Any
from uuid import UUID

from hub.channels.port import ChannelPort, ItemAction, ReplyKind, Work
from hub.channels.zalo.article_images import FILE, MAX_BYTES, SIZE, choose_images, fit_images
from hub.channels.zalo.article_text import ArticleText
from hub.channels.zalo.articles import ZaloArticles
from hub.db import Database, table
from hub.files.models import FileBlob
from tests.support import contents
from tests.support.servers import Publish
from tests.support.zalo import ZaloServer

BASE, DEFAULT = "https://hub.example.vn", "https://hue.example.vn/bia.jpg"
ID = UUID("0190a5b2-1111-7222-8333-944444444444")
URL = f"{BASE}/files/{ID}/ngap.jpg"
TEXT = {"type": "text", "content": "Nước lên nhanh."}


def article(url: str) -> dict[str, Any]:
    body = [{"type": "image", "url": url, "caption": "Ngập"}, TEXT]
    return {"type": "normal", "title": "Ngập", "cover": {"cover_type": "photo", "photo_url": url}, "body": body}


def chosen(url: str, sizes: dict[int, int] | None, cover: str | None = DEFAULT) -> tuple[str | None, list[str]]:
    """The cover, and the images of the body."""
    found = choose_images(BASE, article(url), cover, {} if sizes is None else {ID: sizes})
    return found["cover"]["photo_url"], [part["url"] for part in found["body"] if part["type"] == "image"]


def test_the_largest_width_within_a_megabyte_is_sent_and_the_default_cover_where_there_is_none() -> None:
    wide = f"{URL}?w=1280"
    assert chosen(wide, {320: 9_000, 640: 60_000, 1280: MAX_BYTES}) == (wide, [wide])
    assert chosen(wide, {320: 9_000, 640: 60_000, 1280: MAX_BYTES + 1}) == (f"{URL}?w=640", [f"{URL}?w=640"])
    assert chosen(wide, {1280: 4_000_000}) == (DEFAULT, [])
    assert chosen(wide, None) == (DEFAULT, [])
    assert chosen(wide, None, cover=None) == (None, [])
    elsewhere = "https://baohue.example.vn/lu.jpg"
    assert chosen(elsewhere, None) == (elsewhere, [elsewhere])


async def test_sizes_are_those_of_the_stored_files(database: Database, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", contents.bulletin())
    kind = {"media_type": "image/png", "sha256": "a" * 64}
    async with database.write() as session:
        await session.execute(table(FileBlob).insert().values(sha256="a" * 64, size=3_000_000))
        mine = {"id": ID, "document_id": document, "name": "ngap.jpg", "uploaded_by": "first", **kind}
        await session.execute(FILE.insert().values(**mine, size=3_000_000, width=1_200, height=900, used=True))
        await session.execute(SIZE.insert().values(file_id=ID, width=640, height=480, size=70_000, **kind))
    found = await fit_images(database, BASE, article(f"{URL}?w=1280"), DEFAULT)
    assert found["cover"]["photo_url"] == f"{URL}?w=640"


async def test_an_article_without_any_cover_fails_with_advice_and_is_not_created(
    channels: dict[str, ChannelPort], zalo: ZaloServer
) -> None:
    channel = channels["zalo"]
    assert isinstance(channel, ZaloArticles)
    channel.showing.text = ArticleText(BASE, "", None)
    payload = {"mark": "/d/1?lang=vi", "title": "Ngập", "edition": 1, "article": article(f"{URL}?w=1280")}
    reply = await channel.send(Work(7, ItemAction.publish, "create", payload, {}))
    assert reply.kind is ReplyKind.failed
    assert "HUB_ZALO_COVER_URL" in (reply.words or "")
    erased = await channel.send(Work(7, ItemAction.publish, "create", {}, {}, document_id=ID, lang="vi", edition=1))
    assert (erased.kind, "erased" in (erased.words or "")) == (ReplyKind.failed, True)
    assert zalo.tell()["calls"] == []
