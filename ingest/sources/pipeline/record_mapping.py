"""Records of partners and JSONL files as contents, by the source's mapping, pure."""

from collections.abc import Mapping as AnyMapping
from hashlib import sha256
from typing import Any

import orjson

from hub.domain.kinds import KINDS
from hub.errors import InvalidInput
from hub.text import one_line
from ingest.imports.prepare import clean_value
from ingest.sources.schemas import Mapping

NAME_MEMBERS = ("id", "source_id")
"""Where a record's own name stands when the mapping does not say."""
LONGEST_NAME = 500


def record_name(record: Any, mapping: Mapping) -> str:
    """What a record is called for ever. Raises `InvalidInput`."""
    names = (mapping.id,) if mapping.id else NAME_MEMBERS
    if isinstance(record, AnyMapping):
        for name in names:
            value = member(record, name)
            if isinstance(value, str | int) and not isinstance(value, bool) and (said := one_line(str(value))):
                if len(said) > LONGEST_NAME:
                    raise InvalidInput(
                        f"`{name}` is too long.", field=name, expected=f"at most {LONGEST_NAME} characters"
                    )
                return said
    raise InvalidInput("The record has no name of its own.", field=names[0], expected="a text that stays the same")


def digest_of(record: Any) -> str:
    """SHA-256 of a record, whatever the order of its members."""
    return sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def map_content(record: AnyMapping[str, Any], mapping: Mapping) -> dict[str, Any]:
    """What a record says in the members of the kind: by `fields`, else its `content`, else the record itself."""
    if mapping.fields:
        found = {name: member(record, path) for name, path in mapping.fields.items()}
        said = {name: value for name, value in found.items() if value is not None}
    elif isinstance(record.get("content"), AnyMapping):
        said = dict(record["content"])
    else:
        own = {*NAME_MEMBERS, "url", mapping.id}
        said = {name: value for name, value in record.items() if name not in own}
    content: dict[str, Any] = clean_value({**mapping.defaults, **said})
    return content


def record_url(record: AnyMapping[str, Any]) -> str | None:
    """Where the record can be read, if it says so."""
    url = record.get("url")
    return url[:2_000] if isinstance(url, str) and url.startswith(("http://", "https://")) else None


def content_text(kind: str, stored: dict[str, Any]) -> str:
    """Everything that a stored content says, as plain text."""
    return f"{stored['title']}\n{KINDS[kind].plain_text(stored)}"


def member(record: AnyMapping[str, Any], path: str) -> Any:
    """A member by its name, or with dots by the names of those around it; None where there is none."""
    if path in record:
        return record[path]
    found: Any = record
    for name in path.split("."):
        found = found.get(name) if isinstance(found, AnyMapping) else None
    return found


def to_storable(value: Any) -> Any:
    """A record as the database can keep it: texts in NFC and without control characters, also in its names."""
    if isinstance(value, AnyMapping):
        return {one_line(name): to_storable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [to_storable(part) for part in value]
    return clean_value(value)
