"""The input and the results of extraction."""

from dataclasses import asdict, dataclass, field
from typing import Any

from hub.legal.doubt import Doubt
from ingest.encodings import Conversion

MAX_TEXT = 2_000_000
"""Characters of text; the longest law has less than half of it."""
MAX_FILES = 100
"""Linked files of one page that are listed."""
STRUCTURED_KINDS = ("policy", "draft")
"""Kinds whose text is nodes, so that every line of a page counts."""


@dataclass(frozen=True)
class Original:
    """A page or file as it was fetched: its bytes, its name, and the media type that its server named."""

    body: bytes
    name: str
    media_type: str | None
    url: str | None


@dataclass
class Extract:
    """The text of an original, with the facts in its structure.

    `selected` are the facts that CSS selectors pointed to, `labelled` those that the page itself labels.
    """

    form: str
    text: str
    html: str | None = None
    title: str | None = None
    posted: str | None = None
    selected: dict[str, str] = field(default_factory=dict)
    labelled: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, str | None]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)


@dataclass(frozen=True)
class LinkedFile:
    """A file that a page links to."""

    url: str
    title: str | None


@dataclass(frozen=True)
class ExtractionResult:
    """The content that was read from an original.

    `content` has members of the kind, JSON-ready, as `hub.content.validation.validate_content` takes them; what was not
    found is absent. `confidence` has a value from 0 to 1 for each field that was read. A doubt sends the document to
    review, whatever the trust in its source. `text` is the plain text, NFC; `is_official` is true for a whole
    document in official layout, and `posted_on` is the day on which the page was posted.
    """

    content: dict[str, Any]
    confidence: dict[str, float]
    doubts: tuple[Doubt, ...]
    files: tuple[LinkedFile, ...]
    text: str
    is_official: bool = False
    posted_on: str | None = None
    conversions: tuple[Conversion, ...] = ()
    """Encodings from which the text was converted."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON that the sandbox returns."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "ExtractionResult":
        doubts = tuple(Doubt(**doubt) for doubt in stored["doubts"])
        files = tuple(LinkedFile(**file) for file in stored["files"])
        conversions = tuple(Conversion(**each) for each in stored["conversions"])
        return cls(**(stored | {"doubts": doubts, "files": files, "conversions": conversions}))
