"""Download the bytes of an item from the web, a folder or a bucket."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError

from hub.problem_texts.templates import fill
from hub.text import one_line
from hub.times import now
from ingest.sources.discovery.base import SourceAccess
from ingest.sources.discovery.bucket import open_bucket
from ingest.sources.discovery.folder import resolve_folder
from ingest.sources.http.fetcher import FetchError, FetchResult
from ingest.sources.pipeline.archive import UNKNOWN_TYPE, Blob
from ingest.sources.rows import ItemRow, SourceRow
from ingest.sources.schemas import SourceType


@dataclass(frozen=True)
class Download:
    """A downloaded item; `blob` is None when it did not change since the last download.

    `media_type` is that of the server, with its charset.
    """

    blob: Blob | None
    name: str
    media_type: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: datetime


async def download(access: SourceAccess, source: SourceRow, item: ItemRow) -> Download:
    """Download an item. Raises `FetchError`."""
    if source.type == SourceType.folder:
        return await asyncio.to_thread(_from_folder, access, item.external_id)
    if source.type == SourceType.bucket:
        return await _from_bucket(access, item.external_id)
    assert item.url is not None  # noqa: S101 - items of the other types have an address
    return _from_web(await access.fetcher.fetch(item.url, etag=item.etag, last_modified=item.last_modified))


def _from_web(page: FetchResult) -> Download:
    name = one_line(unquote(PurePosixPath(urlsplit(page.url).path).name))[-180:] or "index.html"
    blob = None if page.body is None else Blob(page.body, page.media_type or UNKNOWN_TYPE, page.url)
    return Download(blob, name, page.content_type or None, page.etag, page.last_modified, page.fetched_at)


def _from_folder(access: SourceAccess, name: str) -> Download:
    root = resolve_folder(access)
    path = (root / name).resolve()
    if root not in path.parents or not path.is_file():
        raise FetchError("no_file", fill("The file {name} does not exist any more.", name=name), transient=False)
    limit = access.settings.source_max_bytes
    with path.open("rb") as file:
        body = file.read(limit + 1)
    if len(body) > limit:
        raise _too_large(name, limit)
    return _file_download(name, body)


async def _from_bucket(access: SourceAccess, name: str) -> Download:
    limit = access.settings.source_max_bytes
    try:
        found = await obstore.get_async(open_bucket(access), name)
        if found.meta["size"] > limit:
            raise _too_large(name, limit)
        return _file_download(name, bytes(await found.bytes_async()))
    except FileNotFoundError as problem:
        raise FetchError(
            "no_file", fill("The file {name} does not exist any more.", name=name), transient=False
        ) from problem
    except (BaseError, OSError) as problem:
        raise FetchError(
            "no_bucket",
            fill("{name} cannot be downloaded: {problem}.", name=name, problem=type(problem).__name__),
            transient=True,
        ) from problem


def _file_download(name: str, body: bytes) -> Download:
    return Download(Blob(body, UNKNOWN_TYPE, None), PurePosixPath(name).name, None, None, None, now())


def _too_large(name: str, limit: int) -> FetchError:
    return FetchError(
        "too_large", fill("{name} has more than {limit:,} bytes.", name=name, limit=limit), transient=False
    )
