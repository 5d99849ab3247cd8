"""The reader of the hub's own JSONL: one record a line, described in docs/import.md.

What frames the content is read as leniently as the content: what is missing or wrong and can be derived waits for an
editor; a record is refused only if nothing says what it is.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from hub.domain.incomplete_content import is_code
from hub.domain.kinds import KINDS
from hub.domain.loose_values import match_members, read_text, show_value
from hub.errors import InvalidInput
from hub.legal.derivation import has_words
from hub.problem_texts.templates import fill, one_of
from hub.text import one_line
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord

SOURCE_NAME = "jsonl"
"""The source of these records in their provenance, also for the demo."""
MEMBERS = frozenset(("source_id", "kind", "agency", "lang", "content", "change_note", "id"))
MAX_NAME, MAX_NOTE = 500, 2_000
_TELLING = {
    "statement": frozenset(("spokesperson", "said_at", "answers", "occasion")),
    "bulletin": frozenset(("lead", "body", "priority", "channels", "valid_until", "warning")),
    "draft": frozenset(("drafting_agency", "draft_version", "consultation", "explanatory_note")),
    "policy": frozenset(("number", "issuers", "dates", "legal_force", "signer")),
}
"""Members that one kind alone has."""
_VIETNAMESE = frozenset("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def key(value: Any) -> tuple[str, str] | None:
    """Source id and language of a parsed line, without validation of the rest."""
    if not isinstance(value, dict):
        return None
    record, _, _ = match_members(value, MEMBERS)
    name = _identify(record)
    return (name, _text(record.get("lang")) or "vi") if name else None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the record of a line. Raises `InvalidInput` with the field that is wrong and cannot be derived."""
    if not isinstance(raw.value, dict):
        raise InvalidInput("The line is not an object.", expected="one JSON object on the line")
    record, others, read_as = match_members(raw.value, MEMBERS)
    doubts = [f"{name}: It was read from the member `{written}`." for name, written in read_as.items()]
    content = _content(record, others, doubts)
    record["content"] = content
    source_id = _identify(record)
    if source_id is None:
        raise InvalidInput("source_id: The record has none.", field="source_id", expected="a permanent identifier")
    if _text(record.get("source_id")) is None:
        doubts.append(f"source_id: The record has none; it is known as `{source_id}`.")
    kind = _kind(record, content, doubts)
    owner = _owner(record, doubts)
    if kind == "draft" and content.get("drafting_agency") is None:
        content = content | {"drafting_agency": owner or context.agency}
        doubts.append("drafting_agency: The record has none; its owner was taken.")
    return prepare_item(
        raw,
        context,
        source=SOURCE_NAME,
        source_id=source_id,
        kind=kind,
        content=content,
        owner=owner,
        lang=_language(record, content, context, doubts),
        change_note=_note(record, doubts),
        given_id=_given_id(record, doubts),
        doubts=doubts,
    )


def _content(record: Mapping[str, Any], others: dict[str, Any], doubts: list[str]) -> dict[str, Any]:
    """The content; members of one that stand beside it belong to it, and all others are left out."""
    given = record.get("content")
    content = dict(given) if isinstance(given, Mapping) else {}
    if given is not None and not isinstance(given, Mapping):
        content = {"nodes": given} if isinstance(given, str | list) else {}
        doubts.append(f"content: It is not an object; it was kept as text: {show_value(given)}")
    fields = frozenset(name for kind in KINDS.values() for name in kind.content.model_fields)
    for name, value in others.items():
        if name in fields and content.get(name) is None:
            content[name] = value
            doubts.append(f"{name}: It stood beside the content.")
        else:
            doubts.append(f"{name}: A record has no such member; it was left out: {show_value(value)}")
    return content


def _identify(record: Mapping[str, Any]) -> str | None:
    """The name of a record: its source id, else type and number or the title of its content, else a digest."""
    if name := _text(record.get("source_id")):
        return name if len(name) <= MAX_NAME else f"sha256:{sha256(name.encode()).hexdigest()}"
    if name := _text(record.get("id")):
        return name[:MAX_NAME]
    content = record.get("content")
    if not isinstance(content, Mapping) or not content:
        return None
    number = _text(content.get("number"))
    parts = (_text(content.get("type")), number) if number else (_text(content.get("title")),)
    if name := " ".join(part for part in parts if part):
        return name[:MAX_NAME]
    return f"sha256:{sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()}"


def _kind(record: Mapping[str, Any], content: Mapping[str, Any], doubts: list[str]) -> str:
    """The kind, also misspelt; else the one to which members of the content belong."""
    text = (_text(record.get("kind")) or "").lower()
    if text in KINDS:
        return text
    near, _, _ = match_members({text or "-": True}, frozenset(KINDS))
    found = next(iter(near), None) or max(_TELLING, key=lambda kind: len(_TELLING[kind] & content.keys()))
    if not near and not _TELLING[found] & content.keys():
        raise InvalidInput(fill("kind: `{text}` is no kind.", text=text), field="kind", expected=one_of(KINDS))
    doubts.append(f"kind: `{show_value(record.get('kind'))}` was read as {found}.")
    return found


def _owner(record: Mapping[str, Any], doubts: list[str]) -> str | None:
    given = record.get("agency")
    text = _text(given)
    if given is None or (text is not None and is_code(text)):
        return text
    doubts.append(f"agency: It is not a code; the default was taken: {show_value(given)}")
    return None


def _language(record: Mapping[str, Any], content: Mapping[str, Any], context: ImportContext, doubts: list[str]) -> str:
    """The language; one that the hub does not have is Vietnamese where the letters of the text say so."""
    given = record.get("lang")
    text = _text(given)
    if given is None or text in context.languages:
        return text or "vi"
    letters = set(show_value(content.get("title")).lower()) | set(show_value(content).lower())
    if (text is None or len(text) != 2 or not text.isalpha()) and _VIETNAMESE & letters:
        doubts.append(f"lang: {show_value(given)} was read as vi.")
        return "vi"
    return text or "vi"


def _note(record: Mapping[str, Any], doubts: list[str]) -> str | None:
    given = record.get("change_note")
    text = _text(given)
    if given in (None, "") or (text is not None and len(text) <= MAX_NOTE):
        return text
    doubts.append(f"change_note: It is not a note; it was left out: {show_value(given)}")
    return None


def _given_id(record: Mapping[str, Any], doubts: list[str]) -> UUID | None:
    given = record.get("id")
    if given in (None, ""):
        return None
    try:
        return UUID(_text(given) or "")
    except ValueError:
        doubts.append(f"id: It is not a UUID; it was left out: {show_value(given)}")
        return None


def _text(value: Any) -> str | None:
    text = one_line(read_text(value) or "")
    return text if has_words(text) or any(map(str.isdigit, text)) else None
