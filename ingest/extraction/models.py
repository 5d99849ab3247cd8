"""What is read and what comes of it."""

from dataclasses import dataclass
from typing import Any

from hub.legal.doubt import Doubt


@dataclass(frozen=True)
class Original:
    """A page or file as it was fetched: its bytes, its name, and what its server said of it."""

    body: bytes
    name: str
    media_type: str | None
    url: str | None


@dataclass(frozen=True)
class LinkedFile:
    """A file that a page links to."""

    url: str
    title: str | None


@dataclass(frozen=True)
class ExtractionResult:
    """What an original says.

    `content` holds members of the kind, JSON-ready, as `hub.content.commands.validated` takes them; what was not found
    is absent. `confidence` has a value from 0 to 1 for each field that was read. A doubt sends it to review, whatever
    the trust. `text` is the plain text, NFC.
    """

    content: dict[str, Any]
    confidence: dict[str, float]
    doubts: tuple[Doubt, ...]
    files: tuple[LinkedFile, ...]
    text: str
