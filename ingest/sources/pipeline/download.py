"""From a finding to its bytes, as they stand at the source now."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from sqlalchemy import Row

from hub.text import one_line
from hub.times import now
from ingest.sources.discovery.base import Place
from ingest.sources.discovery.bucket import bucket_of
from ingest.sources.discovery.folder import folder_of
from ingest.sources.http.fetcher import Fetched, NotFetched
from ingest.sources.pipeline.archive import UNKNOWN, Proof
from ingest.sources.schemas import SourceType

_GONE = ("http_404", "http_410", "no_file")


@dataclass(frozen=True)
class Brought:
    """What stands at the source: `proof` is None when it did not change since it was brought last."""

    proof: Proof | None
    name: str
    media_type: str | None
    etag: str | None
    last_modified: str | None
    at: datetime


def is_gone(problem: NotFetched) -> bool:
    """Whether the source says that there is nothing any more."""
    return problem.code in _GONE


async def bring(place: Place, source: Row[Any], item: Row[Any]) -> Brought:
    """The bytes of a finding. Raises `NotFetched`."""
    if source.type == SourceType.folder:
        return await asyncio.to_thread(_from_folder, place, item.external_id)
    if source.type == SourceType.bucket:
        return await _from_bucket(place, item.external_id)
    return _from_web(await place.fetcher.fetch(item.url, etag=item.etag, last_modified=item.last_modified))


def _from_web(page: Fetched) -> Brought:
    name = one_line(unquote(PurePosixPath(urlsplit(page.url).path).name))[-180:] or "index.html"
    proof = None if page.body is None else Proof(page.body, page.media_type or UNKNOWN, page.url)
    return Brought(proof, name, page.media_type, page.etag, page.last_modified, page.at)


def _from_folder(place: Place, name: str) -> Brought:
    root = folder_of(place)
    path = (root / name).resolve()
    if root not in path.parents or not path.is_file():
        raise NotFetched("no_file", f"There is no file {name} any more.", passing=False)
    limit = place.settings.source_max_bytes
    with path.open("rb") as file:
        body = file.read(limit + 1)
    if len(body) > limit:
        raise _too_large(name, limit)
    return _file(name, body)


async def _from_bucket(place: Place, name: str) -> Brought:
    limit = place.settings.source_max_bytes
    try:
        found = await obstore.get_async(bucket_of(place), name)
        if found.meta["size"] > limit:
            raise _too_large(name, limit)
        return _file(name, bytes(await found.bytes_async()))
    except FileNotFoundError as problem:
        raise NotFetched("no_file", f"There is no file {name} any more.", passing=False) from problem
    except (BaseError, OSError) as problem:
        raise NotFetched("no_bucket", f"{name} cannot be had: {type(problem).__name__}.", passing=True) from problem


def _file(name: str, body: bytes) -> Brought:
    return Brought(Proof(body, UNKNOWN, None), PurePosixPath(name).name, None, None, None, now())


def _too_large(name: str, limit: int) -> NotFetched:
    return NotFetched("too_large", f"{name} has more than {limit:,} bytes.", passing=False)
