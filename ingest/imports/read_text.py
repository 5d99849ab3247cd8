"""Read a plain text that announces a document, often a copied page, by `hub.legal.announcement`."""

from typing import Any

from hub.errors import InvalidInput
from hub.legal.agency_names import name_key
from hub.legal.announcement import Announcement, read_announcement
from hub.legal.numbers import number_key
from hub.text import fold
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord, RejectionCode

SOURCE_NAME = "text"
MAX_SUMMARY_LENGTH = 1_500
"""A first paragraph up to this many characters is also the summary."""


class UnsureReading(InvalidInput):
    """The grammar found no certain answer; a person has to decide (nội dung chưa chắc chắn)."""

    code, title = RejectionCode.unsure_reading.value, "The text cannot be read with certainty"


def key(value: Any) -> tuple[str, str] | None:
    """A file holds one text, so nothing in it can repeat."""
    return None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """The policy that a text announces. Raises `UnsureReading` with every doubt, the first one's field named."""
    reading = read_announcement(raw.value)
    if reading.doubts:
        first = reading.doubts[0]
        raise UnsureReading(
            " ".join(doubt.detail for doubt in reading.doubts), field=first.field, expected=first.expected
        )
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=context.file_name,
        kind="policy",
        content=_content(reading, context),
        identity=identity(reading),
    )


def identity(reading: Announcement) -> str:
    """What a document is wherever it is announced: type, number, date and issuer, for a number alone repeats.

    Two texts on one document thus meet in one document, under whatever names their files have.
    """
    parts = (
        fold(reading.type or ""),
        number_key(reading.number or ""),
        reading.issued_on,
        name_key(reading.issuer or ""),
    )
    return "/".join(str(part) for part in parts)


def _content(reading: Announcement, context: ImportContext) -> dict[str, Any]:
    assert reading.issuer is not None and reading.issued_on is not None  # noqa: S101, PT018 - no doubt about them
    posted = f" ngày {reading.posted_on:%d/%m/%Y}" if reading.posted_on else ""
    return {
        "number": reading.number,
        "type": reading.type,
        "title": reading.title,
        "summary": reading.lead if reading.lead and len(reading.lead) <= MAX_SUMMARY_LENGTH else None,
        "issuers": [{"name": reading.issuer, "code": context.issuer_code(reading.issuer, reading.issued_on)}],
        "dates": [{"role": "issued", "on": reading.issued_on, "source": f"Bài viết{posted}"}],
        "nodes": [dict(node) for node in reading.nodes],
    }
