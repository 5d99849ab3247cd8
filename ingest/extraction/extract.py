"""Bytes to text: the part of reading that touches the structure of strangers' files. Runs in a process of its own.

What it gives is plain JSON, for it crosses the border of that process (`ingest.extraction.sandbox`).
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from hub.legal.doubt import Doubt
from ingest.extraction.charset import decode_text, legacy_doubts
from ingest.extraction.errors import NotADocument, TooMuchText
from ingest.extraction.sniff import OriginalFormat, sniff_format

MAX_TEXT = 2_000_000
"""Characters of text; the longest law has less than half of it."""
MAX_FILES = 100


@dataclass
class Extract:
    """What stands in an original.

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

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Extract":
        doubts = [Doubt(**doubt) for doubt in stored.pop("doubts")]
        return cls(**stored, doubts=doubts)


def extract(
    body: bytes, name: str, media_type: str | None, url: str | None, select: dict[str, str], official: bool
) -> Extract:
    """The text of an original and what its structure says. `official` keeps every line of a legal text's page.

    A page without text that has a title and links to files stands for these. Raises `Unreadable`.
    """
    form = sniff_format(body, name, media_type)
    if form is OriginalFormat.pdf:
        from ingest.extraction.pdf import read_pdf

        found = read_pdf(body)
    elif form is OriginalFormat.docx:
        from ingest.extraction.docx import read_docx

        found = read_docx(body)
    else:
        text, sure = decode_text(body, media_type)
        if form is OriginalFormat.html:
            from ingest.extraction.html import read_page

            found = read_page(text, url, select, official)
        else:
            found = Extract("text", text)
        found.doubts += legacy_doubts(found.text, sure)
    if not found.text.strip() and not (found.title and found.files):
        raise NotADocument("The file holds no text.", expected="a page or file with text")
    if len(found.text) > MAX_TEXT:
        raise TooMuchText(f"The file holds {len(found.text):,} characters.", expected=f"at most {MAX_TEXT:,}")
    return found
