"""The reader of plain texts that announce a document, often a copied page, by `hub.legal.announcement`."""

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
"""A first paragraph of at most so many characters is also the summary."""


class UnsureReading(InvalidInput):
    """A text that the grammar cannot read with certainty, so that a person has to decide (nội dung chưa chắc chắn)."""

    code, title = RejectionCode.unsure_reading.value, "The text cannot be read with certainty"


def key(value: Any) -> tuple[str, str] | None:
    """None: a file has one text only, so there are no duplicates in it."""
    return None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the policy that a text announces. Raises `UnsureReading` with all doubts and the field of the first one."""
    announcement = read_announcement(raw.value)
    if announcement.doubts:
        first = announcement.doubts[0]
        raise UnsureReading(
            " ".join(doubt.detail for doubt in announcement.doubts), field=first.field, expected=first.expected
        )
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=context.file_name,
        kind="policy",
        content=_content(announcement, context),
        identity=identity(announcement),
    )


def identity(announcement: Announcement) -> str:
    """The identity of an announced document: type, number, date and issuer, because numbers repeat.

    Two texts about one document become one document, whatever their file names.
    """
    parts = (
        fold(announcement.type or ""),
        number_key(announcement.number or ""),
        announcement.issued_on,
        name_key(announcement.issuer or ""),
    )
    return "/".join(str(part) for part in parts)


def _content(announcement: Announcement, context: ImportContext) -> dict[str, Any]:
    assert announcement.issuer is not None and announcement.issued_on is not None  # noqa: S101, PT018 - no doubt about them
    posted = f" ngày {announcement.posted_on:%d/%m/%Y}" if announcement.posted_on else ""
    return {
        "number": announcement.number,
        "type": announcement.type,
        "title": announcement.title,
        "summary": announcement.lead if announcement.lead and len(announcement.lead) <= MAX_SUMMARY_LENGTH else None,
        "issuers": [
            {"name": announcement.issuer, "code": context.issuer_code(announcement.issuer, announcement.issued_on)}
        ],
        "dates": [{"role": "issued", "on": announcement.issued_on, "source": f"Bài viết{posted}"}],
        "nodes": [dict(node) for node in announcement.nodes],
    }
