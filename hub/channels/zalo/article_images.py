"""Images of articles: addresses that Zalo can fetch, and sizes within its limit, chosen when an article is sent."""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from hub.content.file_models import FileSize, StoredFile
from hub.db import Database, table
from hub.domain.file_names import parse_file_url
from hub.domain.pictures import Width
from hub.outgoing.addresses import is_public

FILE, SIZE = table(StoredFile), table(FileSize)

MAX_BYTES = 1_000_000
"""Bytes of an image that Zalo takes."""
_LOCAL = (".local", ".localhost", ".internal", ".lan")


def fitted_url(base: str, path: str) -> str | None:
    """Address of an image of the hub in the width for articles; None for an image of another site."""
    return f"{base}{path}?w={int(Width.large)}" if parse_file_url(path) else None


def find_private_host(base: str) -> str | None:
    """The host of the hub's own address, if nobody outside can reach it."""
    host = urlsplit(base).hostname or ""
    try:
        return None if is_public(ip_address(host)) else host
    except ValueError:
        return host or base if "." not in host or host.endswith(_LOCAL) else None


async def load_image_sizes(database: Database, ids: Collection[UUID]) -> dict[UUID, dict[int, int]]:
    """Load the bytes of each picture by the width in which the hub serves it; files that are gone are absent."""
    if not ids:
        return {}
    stored = select(FILE.c.id, FILE.c.width, FILE.c.size).where(FILE.c.id.in_(ids), FILE.c.width.is_not(None))
    smaller = select(SIZE.c.file_id, SIZE.c.width, SIZE.c.size).where(SIZE.c.file_id.in_(ids))
    sizes: dict[UUID, dict[int, int]] = {}
    async with database.read() as connection:
        for file_id, width, size in (await connection.execute(stored)).all():
            # An image that is narrower than every smaller size is served unchanged.
            sizes[file_id] = {int(Width.large): size} if width <= int(Width.large) else {}
        for file_id, width, size in (await connection.execute(smaller)).all():
            sizes.setdefault(file_id, {})[width] = size
    return sizes


async def fit_images(database: Database, base: str, article: Mapping[str, Any], cover: str | None) -> dict[str, Any]:
    """Return the article with images that Zalo takes, by the files as they are stored now: see `choose_images`."""
    ids = {file_id for url in _list_urls(article) if (file_id := _file_of(base, url)) is not None}
    return choose_images(base, article, cover, await load_image_sizes(database, ids))


def choose_images(
    base: str, article: Mapping[str, Any], cover: str | None, sizes: Mapping[UUID, Mapping[int, int]]
) -> dict[str, Any]:
    """Choose for each image the largest width whose bytes are within Zalo's limit: pure.

    An image that is gone or too large in every width is left out; as the cover, the default takes its place. The
    cover is None where there is none.
    """
    body = []
    for part in article["body"]:
        if part["type"] != "image":
            body.append(part)
        elif (url := _fit(base, part["url"], sizes)) is not None:
            body.append({**part, "url": url})
    photo = _fit(base, article["cover"]["photo_url"], sizes) or cover
    return {**article, "cover": {**article["cover"], "photo_url": photo}, "body": body}


def _list_urls(article: Mapping[str, Any]) -> Sequence[str]:
    return [article["cover"]["photo_url"], *(part["url"] for part in article["body"] if part["type"] == "image")]


def _file_of(base: str, url: str) -> UUID | None:
    return parse_file_url(url.removeprefix(base).partition("?")[0])


def _fit(base: str, url: str, sizes: Mapping[UUID, Mapping[int, int]]) -> str | None:
    """The address in the largest width that fits; images of other sites are taken as they are."""
    file_id = _file_of(base, url)
    if file_id is None:
        return url
    fitting = [width for width, size in sizes.get(file_id, {}).items() if size <= MAX_BYTES]
    return f"{url.partition('?')[0]}?w={max(fitting)}" if fitting else None
