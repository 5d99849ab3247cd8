"""Origins of harvested documents: the source, the address, the day on which it was posted, and the file that was read.

Contents delivered before origins were recorded have none; a delivery that differs in nothing else counts as unchanged.
"""

from dataclasses import replace
from typing import Any

from hub.content.checked_content import CheckedContent
from hub.content.validation import content_digest
from ingest.extraction.models import ExtractionResult
from ingest.sources.pipeline.archive import Blob
from ingest.sources.pipeline.attachments import MEDIA_TYPES

LATER_ATTACHMENTS = ("bulletin", "statement")
"""Kinds whose harvested contents had no attachments at first."""


def with_origin(result: ExtractionResult, source: str, address: str | None, name: str, blob: Blob) -> ExtractionResult:
    """Add the origin to a content whose source's mapping gives none."""
    if result.content.get("origin") is not None:
        return result
    origin: dict[str, Any] = {"name": source, "url": address, "posted_on": result.posted_on}
    media_type = "application/pdf" if blob.body.startswith(b"%PDF-") else blob.media_type
    if blob.url is not None and media_type in MEDIA_TYPES.values():
        facts = {"media_type": media_type, "size": len(blob.body), "sha256": blob.sha256}
        origin["file"] = {"name": name, "url": blob.url, **facts}
    return replace(result, content=result.content | {"origin": origin})


def earlier_forms(checked: CheckedContent) -> list[CheckedContent]:
    """The content as earlier versions of the hub stored it, the newest form first."""
    without = _leave_out(checked, "origin")
    return [without, _leave_out(without, "attachments")] if checked.kind in LATER_ATTACHMENTS else [without]


def _leave_out(checked: CheckedContent, name: str) -> CheckedContent:
    if name == "origin":
        stored = checked.stored | {"origin": None}
    else:
        stored = {key: value for key, value in checked.stored.items() if key != name}
    return replace(checked, stored=stored, sha256=content_digest(stored))
