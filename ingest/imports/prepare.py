"""The last step of every reader: clean the texts, validate the content, set the identity."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.content.checked_content import check_content
from hub.content.validation import salvage_content
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, one_of
from hub.text import clean, one_line
from ingest.records import ImportContext, ImportItem, RawRecord, document_id, doubts_about_words


def clean_value(value: Any) -> Any:
    """Clean every text and every name in a value: NFC, Ð as Đ, nothing invisible or unknown to the database."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {one_line(name): clean_value(part) for name, part in value.items()}
    if isinstance(value, list):
        return [clean_value(part) for part in value]
    return value


def prepare_item(
    raw: RawRecord,
    context: ImportContext,
    *,
    source: str,
    source_id: str,
    kind: str,
    content: dict[str, Any],
    owner: str | None = None,
    lang: str = "vi",
    change_note: str | None = None,
    given_id: UUID | None = None,
    identity: str | None = None,
    doubts: Sequence[str] = (),
) -> ImportItem:
    """Complete and validate a record and make an item of it, without invalid optional parts. Raises `InvalidInput`.

    `identity` is the text from which the document's id is derived, when that is not the source id; `doubts` are those
    of the reader.
    """
    if lang not in context.languages:
        raise InvalidInput(
            fill("The hub has no language `{lang}`.", lang=lang), field="lang", expected=one_of(context.languages)
        )
    try:
        kept, found = salvage_content(kind, clean_value(content), source_id)
        checked = check_content(kind, lang, kept)
    except InvalidInput as problem:
        field = f"content.{problem.field}" if problem.field else "content"
        raise InvalidInput(problem.detail, field=field, expected=problem.expected) from problem
    return ImportItem(
        line=raw.line,
        source=source,
        source_id=source_id,
        lang=lang,
        kind=kind,
        owner=owner or context.agency,
        document_id=given_id or document_id(identity or source_id),
        id_is_given=given_id is not None,
        checked=checked,
        doubts=(*doubts, *found, *doubts_about_words(lang, checked.stored)),
        change_note=change_note,
        original=raw.value,
    )
