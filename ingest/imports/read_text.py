"""The reader of plain texts that announce a document, often a copied page: the grammar runs in the sandbox."""

from datetime import date
from typing import Any

from hub.errors import InvalidInput
from hub.sandbox.runner import DEFAULT_LIMITS, call_in_sandbox
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord, RejectionCode

SOURCE_NAME = "text"
READ_FUNCTION = "ingest.imports.announced_policy.read_announced_policy"


class UnsureReading(InvalidInput):
    """A text that the grammar cannot read with certainty, so that a person has to decide (nội dung chưa chắc chắn)."""

    code, title = RejectionCode.unsure_reading.value, "The text cannot be read with certainty"


def key(value: Any) -> tuple[str, str] | None:
    """None: a file has one text only, so there are no duplicates in it."""
    return None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the policy that a text announces.

    Raises `UnsureReading` with all doubts and the field of the first one, and `UnreadableFile`.
    """
    found = call_in_sandbox(READ_FUNCTION, raw.value.encode(), {}, DEFAULT_LIMITS, ERRORS_BY_CODE)
    if found["doubts"]:
        first = found["doubts"][0]
        detail = " ".join(doubt["detail"] for doubt in found["doubts"])
        raise UnsureReading(detail, field=first["field"], expected=first["expected"])
    content = found["content"]
    issued_on = date.fromisoformat(content["dates"][0]["on"])
    for issuer in content["issuers"]:
        issuer["code"] = context.issuer_code(issuer["name"], issued_on)
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=context.file_name,
        kind="policy",
        content=content,
        identity=found["identity"],
    )
