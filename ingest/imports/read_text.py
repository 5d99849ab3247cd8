"""The reader of plain texts that announce a document, often a copied page."""

from typing import Any

from hub.errors import InvalidInput
from ingest.imports.announced_policy import read_announced_policy
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord, RejectionCode

SOURCE_NAME = "text"


class UnsureReading(InvalidInput):
    """A text that the grammar cannot read with certainty, so that a person has to decide (nội dung chưa chắc chắn)."""

    code, title = RejectionCode.unsure_reading.value, "The text cannot be read with certainty"


def key(value: Any) -> tuple[str, str] | None:
    """None: a file has one text only, so there are no duplicates in it."""
    return None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the policy that a text announces; what is not certain waits for an editor.

    Raises `UnsureReading`, with all doubts and the field of the first one, for a text about none or several.
    """
    found = read_announced_policy(raw.value)
    if "content" not in found:
        first = found["doubts"][0]
        detail = " ".join(doubt["detail"] for doubt in found["doubts"])
        raise UnsureReading(detail, field=first["field"], expected=first["expected"])
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=context.file_name,
        kind="policy",
        content=found["content"],
        identity=found["identity"],
        doubts=[f"{doubt['field']}: {doubt['detail']}" for doubt in found["doubts"]],
    )
