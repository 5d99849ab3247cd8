"""From a finding to what can be taken in: its bytes, as they stand at the source now, and what was read of them."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from sqlalchemy import Row

from hub.content.kinds import KINDS
from hub.settings import Settings
from hub.text import one_line
from hub.times import now
from ingest.reading import FoundFile, Original, Reading, Unreadable, read_original
from ingest.records import Context
from ingest.sources.definition import Mapping, SourceType
from ingest.sources.fetching import Fetched, NotFetched
from ingest.sources.finding.base import Place
from ingest.sources.finding.bucket import bucket_of
from ingest.sources.finding.folder import folder_of
from ingest.sources.originals import UNKNOWN, Proof
from ingest.sources.taking import Delivery

_HINTS = ("title", "summary", "posted")
"""What a list says that belongs to the content; the rest is for finding it again."""
FILES = 20
"""Files of one page that are fetched; the rest is named."""
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


@dataclass(frozen=True)
class Read:
    """What was read, with the bytes of all files that belong to it, the page's own first."""

    delivery: Delivery
    proofs: tuple[Proof, ...]


class Reader:
    """Reads what one source brings."""

    def __init__(self, place: Place, source: Row[Any], context: Context):
        self.place = place
        self.source = source
        self.context = context
        self.settings: Settings = place.settings
        self.mapping: Mapping = place.mapping

    async def read(self, item: Row[Any], brought: Brought, proof: Proof) -> Read:
        """What a finding says, with its files. Raises `HubError` for what cannot be read, and `NotFetched`."""
        original = Original(proof.body, brought.name, brought.media_type, proof.url)
        reading = await self._reading(original, item.hints)
        proofs, missing = [proof], []
        if "attachments" in KINDS[self.source.kind].content.model_fields:
            files = [await self._file(each) for each in reading.files[:FILES]]
            proofs += [file for _, file in files if file is not None]
            missing = [f"The file {found.url} could not be fetched." for found, file in files if file is None]
            reading = _with_attachments(await self._surest(reading, files, item.hints), files)
        delivery = Delivery(
            external_id=item.external_id,
            url=proof.url or item.url,
            content=reading.content,
            text=reading.text,
            sha256=proof.sha256,
            at=brought.at,
            doubts=(*(f"{doubt.field}: {doubt.detail}" for doubt in reading.doubts), *missing),
        )
        return Read(delivery, tuple(proofs))

    async def _reading(self, original: Original, hints: dict[str, Any]) -> Reading:
        return await read_original(
            original,
            kind=self.source.kind,
            lang=self.source.lang,
            mapping=self.mapping,
            hints={name: value for name, value in hints.items() if name in _HINTS},
            context=self.context,
            settings=self.settings,
        )

    async def _file(self, found: FoundFile) -> tuple[FoundFile, Proof | None]:
        try:
            page = await self.place.fetcher.fetch(found.url)
        except NotFetched as problem:
            if problem.passing:
                raise
            return found, None
        return replace(found, url=page.url), Proof(page.body or b"", media_type(page), page.url)

    async def _surest(
        self, page: Reading, files: list[tuple[FoundFile, Proof | None]], hints: dict[str, Any]
    ) -> Reading:
        """What the page says, or where that leaves doubts, the first of its files that leaves none.

        Portals announce a document in a few words and link to its text.
        """
        if not page.doubts:
            return page
        for found, proof in files:
            if proof is None:
                continue
            name = attachment(found, proof)["name"]
            try:
                inner = await self._reading(Original(proof.body, name, proof.media_type, proof.url), hints)
            except Unreadable:
                continue
            if not inner.doubts:
                return replace(inner, content={**page.content, **inner.content})
        return page


def _with_attachments(reading: Reading, files: list[tuple[FoundFile, Proof | None]]) -> Reading:
    named = [*reading.content.get("attachments", ())]
    known = {each["url"] for each in named}
    named += [attachment(found, proof) for found, proof in files if found.url not in known]
    return replace(reading, content={**reading.content, "attachments": named})


def attachment(found: FoundFile, proof: Proof | None) -> dict[str, Any]:
    """A file of the page as contents name it."""
    last = one_line(unquote(PurePosixPath(urlsplit(found.url).path).name))
    named: dict[str, Any] = {"name": (last or found.title or "file")[-180:], "url": found.url, "media_type": UNKNOWN}
    if proof is not None:
        named |= {"media_type": proof.media_type, "size": len(proof.body), "sha256": proof.sha256}
    return named


_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
}


def media_type(page: Fetched) -> str:
    """What a file is: by its first bytes where they tell, by its name where the server is vague, else as it says."""
    if (page.body or b"").startswith(b"%PDF-"):
        return "application/pdf"
    said = page.media_type or UNKNOWN
    if said in (UNKNOWN, "application/x-download", "application/force-download", "text/plain"):
        return MEDIA_TYPES.get(PurePosixPath(urlsplit(page.url).path).suffix.lower(), UNKNOWN)
    return said if _MEDIA_TYPE.fullmatch(said) else UNKNOWN
