"""Files that a page links to: fetched, and named as contents name them."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.text import one_line
from ingest.extraction import FoundFile, Original
from ingest.sources.http.fetcher import Fetched, Fetcher, NotFetched
from ingest.sources.pipeline.archive import UNKNOWN, Proof

MOST = 20
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
_VAGUE = (UNKNOWN, "application/x-download", "application/force-download", "text/plain")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True)
class Attached:
    """A file of a page; without `proof` its server refuses it."""

    found: FoundFile
    proof: Proof | None

    @property
    def name(self) -> str:
        """By its address, else by what its link says."""
        last = one_line(unquote(PurePosixPath(urlsplit(self.found.url).path).name))
        return (last or self.found.title or "file")[-180:]

    def named(self) -> dict[str, Any]:
        """As contents name it."""
        named: dict[str, Any] = {"name": self.name, "url": self.found.url, "media_type": UNKNOWN}
        if self.proof is not None:
            proof = self.proof
            named |= {"media_type": proof.media_type, "size": len(proof.body), "sha256": proof.sha256}
        return named

    def original(self) -> Original | None:
        """What there is to read."""
        proof = self.proof
        return None if proof is None else Original(proof.body, self.name, proof.media_type, proof.url)


async def fetch_file(fetcher: Fetcher, found: FoundFile) -> Attached:
    """A file that a page links to. Raises `NotFetched` for what may pass."""
    try:
        page = await fetcher.fetch(found.url)
    except NotFetched as problem:
        if problem.passing:
            raise
        return Attached(found, None)
    return Attached(replace(found, url=page.url), Proof(page.body or b"", media_type(page), page.url))


def media_type(page: Fetched) -> str:
    """What a file is: by its first bytes where they tell, by its name where the server is vague, else as it says."""
    if (page.body or b"").startswith(b"%PDF-"):
        return "application/pdf"
    said = page.media_type or UNKNOWN
    if said in _VAGUE:
        return MEDIA_TYPES.get(PurePosixPath(urlsplit(page.url).path).suffix.lower(), UNKNOWN)
    return said if _MEDIA_TYPE.fullmatch(said) else UNKNOWN
