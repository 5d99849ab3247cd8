"""Files that a page links to: fetched, and named as contents name them."""

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
"""Files of one page that are fetched."""
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
    """A file of a page; without `proof` its server refuses it."""

    link: LinkedFile
    blob: Blob | None

    @property
    def name(self) -> str:
        """By its address, else by what its link says."""
        last = one_line(unquote(PurePosixPath(urlsplit(self.link.url).path).name))
        return (last or self.link.title or "file")[-180:]

    def to_attachment(self) -> dict[str, Any]:
        """As contents name it."""
        named: dict[str, Any] = {"name": self.name, "url": self.link.url, "media_type": UNKNOWN_TYPE}
        if self.blob is not None:
            proof = self.blob
            named |= {"media_type": proof.media_type, "size": len(proof.body), "sha256": proof.sha256}
        return named

    def original(self) -> Original | None:
        """What there is to read."""
        proof = self.blob
        return None if proof is None else Original(proof.body, self.name, proof.media_type, proof.url)


async def fetch_file(fetcher: Fetcher, link: LinkedFile) -> PageFile:
    """A file that a page links to. Raises `NotFetched` for what may pass."""
    try:
        page = await fetcher.fetch(link.url)
    except FetchError as problem:
        if problem.transient:
            raise
        return PageFile(link, None)
    return PageFile(replace(link, url=page.url), Blob(page.body or b"", media_type(page), page.url))


def media_type(page: FetchResult) -> str:
    """What a file is: by its first bytes where they tell, by its name where the server is vague, else as it says."""
    if (page.body or b"").startswith(b"%PDF-"):
        return "application/pdf"
    said = page.media_type or UNKNOWN_TYPE
    if said in _VAGUE_TYPES:
        return MEDIA_TYPES.get(PurePosixPath(urlsplit(page.url).path).suffix.lower(), UNKNOWN_TYPE)
    return said if _MEDIA_TYPE.fullmatch(said) else UNKNOWN_TYPE
