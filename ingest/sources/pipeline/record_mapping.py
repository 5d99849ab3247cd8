"""Map records of partners and JSONL files to contents, by the source's mapping, pure."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from hub.domain.loose_values import read_text
from hub.errors import InvalidInput
from hub.legal.derivation import read_number
from hub.problem_texts.templates import fill
from hub.text import one_line
from hub.urls import MAX_URL_LENGTH, parse_web_url
from ingest.imports.prepare import clean_value

NAME_MEMBERS = ("id", "source_id")
"""Members with the identifier of a record when the mapping names none."""
LONGEST_NAME = 500


@dataclass(frozen=True)
class RecordMapping:
    """The parts of a source's mapping that are about records."""

    id: str | None
    fields: AnyMapping[str, str]
    defaults: AnyMapping[str, Any]


def record_name(record: Any, mapping: RecordMapping) -> str:
    """The permanent identifier of a record. Raises `InvalidInput`."""
    names = (mapping.id,) if mapping.id else NAME_MEMBERS
    if isinstance(record, AnyMapping):
        for name in names:
            value = member(record, name)
            if isinstance(value, str | int) and not isinstance(value, bool) and (identifier := one_line(str(value))):
                if len(identifier) > LONGEST_NAME:
                    raise InvalidInput(
                        fill("`{name}` is too long.", name=name),
                        field=name,
                        expected=fill("at most {longest_name} characters", longest_name=LONGEST_NAME),
                    )
                return identifier
    raise InvalidInput("The record has no identifier.", field=names[0], expected="a permanent identifier")


def identify_record(record: Any, mapping: RecordMapping) -> tuple[str, list[str]]:
    """The identifier of a record, else type and number of its content, with a doubt. Raises `InvalidInput`."""
    try:
        return record_name(record, mapping), []
    except InvalidInput:
        content = map_content(record, mapping) if isinstance(record, AnyMapping) else {}
        number = read_number(read_text(content.get("number")) or "")
        if number is None:
            raise
        name = one_line(f"{read_text(content.get('type')) or ''} {number}")[:LONGEST_NAME]
        return name, [f"{mapping.id or NAME_MEMBERS[0]}: The record has none; it is known as `{name}`."]


def digest_of(record: Any) -> str:
    """SHA-256 of a record, independent of the order of its members."""
    return sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def map_content(record: AnyMapping[str, Any], mapping: RecordMapping) -> dict[str, Any]:
    """Map a record to the members of its kind: by `fields`, else its `content`, else the record itself."""
    if mapping.fields:
        found = {name: member(record, path) for name, path in mapping.fields.items()}
        given = {name: value for name, value in found.items() if value is not None}
    elif isinstance(record.get("content"), AnyMapping):
        given = dict(record["content"])
    else:
        own = {*NAME_MEMBERS, "url", mapping.id}
        given = {name: value for name, value in record.items() if name not in own}
    content: dict[str, Any] = clean_value({**mapping.defaults, **given})
    return content


def record_url(record: AnyMapping[str, Any]) -> str | None:
    """The web address in a record; None if it has none that can be opened."""
    url = record.get("url")
    if not isinstance(url, str) or len(url) > MAX_URL_LENGTH:
        return None
    try:
        parse_web_url(url.strip())
    except ValueError:
        return None
    return url.strip()


def member(record: AnyMapping[str, Any], path: str) -> Any:
    """A member by its name, or by a path with dots into nested objects; None when there is none."""
    if path in record:
        return record[path]
    found: Any = record
    for name in path.split("."):
        found = found.get(name) if isinstance(found, AnyMapping) else None
    return found
