"""The reader of the hub's own JSONL: one record a line, described in docs/import.md."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from hub.content.validation import invalid_input
from hub.domain.scalars import Code, Line
from hub.text import one_line
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord

SOURCE_NAME = "jsonl"
"""The source of these records in their provenance, also for the demo."""


class JsonlRecord(BaseModel):
    """One line: origin, kind, owner, and the content as editors write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_id: Annotated[Line, StringConstraints(max_length=500)] = Field(
        description="Identifier of the record at its source; it never changes."
    )
    kind: Literal["policy", "draft", "bulletin", "statement"] = Field(description="Kind of content.")
    agency: Code | None = Field(None, description="Code of the owning agency; default: `--agency`.")
    lang: str = Field("vi", description="Language of the content.")
    content: dict[str, Any] = Field(description="The fields of the kind.")
    change_note: Annotated[Line, StringConstraints(max_length=2_000)] | None = Field(
        None, description="Public note on the changes in this edition."
    )
    id: UUID | None = Field(None, description="UUID of the document; default: derived from `source_id`.")


def key(value: Any) -> tuple[str, str] | None:
    """Source id and language of a parsed line, without validation of the rest."""
    if not isinstance(value, dict) or not isinstance(value.get("source_id"), str):
        return None
    return one_line(value["source_id"]), str(value.get("lang", "vi"))


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the record of a line. Raises `InvalidInput` with the field that is wrong."""
    try:
        record = JsonlRecord.model_validate(raw.value)
    except ValidationError as problem:
        raise invalid_input(problem) from problem
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=record.source_id,
        kind=record.kind,
        content=record.content,
        owner=record.agency,
        lang=record.lang,
        change_note=record.change_note,
        given_id=record.id,
    )
