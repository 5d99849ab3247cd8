"""Conversion of all texts in a record."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.encodings.conversion import Conversion, TextConverter, describe

_TAG = re.compile(r"(<[^<>]*+>)")


def convert_value(value: Any, *, except_for: tuple[str, ...] = ()) -> tuple[Any, list[Conversion]]:
    """Convert the texts of a record, a text, or a list, with one conversion for each member that was changed.

    Members named in `except_for` stay: identifiers are compared with those of earlier deliveries. Members of `content`
    are named as those of the record.
    """
    texts = list(_texts(value, except_for))
    if all(map(str.isascii, texts)):
        return value, []
    converter = TextConverter(texts)
    found: dict[str, Conversion] = {}
    return _convert(value, "", except_for, converter, found), list(found.values())


def convert_markup(text: str) -> str:
    """Convert the texts between the tags of a document whose members a parser reads later."""
    if text.isascii():
        return text
    parts = _TAG.split(text)
    # Every second one is a tag.
    converter = TextConverter(parts[::2])
    parts[::2] = [converter.convert(part)[0] for part in parts[::2]]
    return "".join(parts)


def _texts(value: Any, except_for: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in except_for:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _convert(
    value: Any, field: str, except_for: tuple[str, ...], converter: TextConverter, found: dict[str, Conversion]
) -> Any:
    if isinstance(value, str):
        converted, encoding = converter.convert(value)
        if encoding is not None:
            found.setdefault(field, describe(field or "text", encoding, value, converted))
        return converted
    if isinstance(value, Mapping):
        return {
            name: part
            if name in except_for
            else _convert(part, field if field and field != "content" else str(name), (), converter, found)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_convert(part, field, (), converter, found) for part in value]
    return value
