"""Fetch the files that a page links to, as originals and as attachments of its content."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.text import one_line
from ingest.extraction.models import LinkedFile, Original
from ingest.sources.http.fetcher import Fetcher, FetchError, FetchResult
from ingest.sources.pipeline.archive import UNKNOWN_TYPE, Blob

MAX_PAGE_FILES = 20
"""Largest number of files of one page that are fetched."""
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
}
_VAGUE_TYPES = (UNKNOWN_TYPE, "application/x-download", "application/force-download", "text/plain")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True)
class PageFile:
    """A file of a page; `blob` is None when it could not be fetched."""

    link: LinkedFile
    blob: Blob | None

    @property
    def name(self) -> str:
        """The name in the URL, else the text of the link."""
        last = one_line(unquote(PurePosixPath(urlsplit(self.link.url).path).name))
        return (last or self.link.title or "file")[-180:]

    def to_attachment(self) -> dict[str, Any]:
        """The attachment of a content."""
        attachment: dict[str, Any] = {"name": self.name, "url": self.link.url, "media_type": UNKNOWN_TYPE}
        if self.blob is not None:
            blob = self.blob
            attachment |= {"media_type": blob.media_type, "size": len(blob.body), "sha256": blob.sha256}
        return attachment

    def original(self) -> Original | None:
        """The original to extract; None when the file could not be fetched."""
        blob = self.blob
        return None if blob is None else Original(blob.body, self.name, blob.media_type, blob.url)


async def fetch_file(fetcher: Fetcher, link: LinkedFile) -> PageFile:
    """Fetch a file that a page links to. Raises `FetchError` when a retry may help."""
    try:
        page = await fetcher.fetch(link.url)
    except FetchError as problem:
        if problem.transient:
            raise
        return PageFile(link, None)
    return PageFile(replace(link, url=page.url), Blob(page.body or b"", media_type(page), page.url))


def media_type(page: FetchResult) -> str:
    """The media type of a file: by its first bytes, by its name when the server is vague, else as the server says."""
    if (page.body or b"").startswith(b"%PDF-"):
        return "application/pdf"
    declared = page.media_type or UNKNOWN_TYPE
    if declared in _VAGUE_TYPES:
        return MEDIA_TYPES.get(PurePosixPath(urlsplit(page.url).path).suffix.lower(), UNKNOWN_TYPE)
    return declared if _MEDIA_TYPE.fullmatch(declared) else UNKNOWN_TYPE
