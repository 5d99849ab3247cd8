"""Texts of pages, feeds and the widget, read from one catalogue per language (`vi.json`, `en.json`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

LANGUAGES = ("vi", "en")
"""Languages with a catalogue, the default first. Documents in any other language get the English texts."""


@dataclass(frozen=True)
class TextCatalogue:
    """The texts of one language. Every caller shares it, so it is only read."""

    groups: Mapping[str, Any]
    """Nested, as in the file."""
    by_key: Mapping[str, str]
    """Flat, by dotted key."""


@lru_cache(maxsize=8)
def load_catalogue(lang: str) -> TextCatalogue:
    """The catalogue of a language, read once per process."""
    name = lang if lang in LANGUAGES else "en"
    groups = orjson.loads(Path(__file__).with_name(f"{name}.json").read_bytes())
    return TextCatalogue(groups, dict(_flatten(groups)))


def _flatten(group: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in group.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flatten(value, f"{prefix}{name}.")


def translate(lang: str, key: str) -> str:
    """The text at a dotted key, such as `document.contents`. Raises `KeyError` for a key that does not exist."""
    return load_catalogue(lang).by_key[key]


def texts(lang: str, group: str) -> Mapping[str, Any]:
    """A group of texts for a template, nested as in the catalogue: `texts("vi", "home")`."""
    found: Mapping[str, Any] = load_catalogue(lang).groups[group]
    return found


def format_date(lang: str, value: date | str) -> str:
    """A date as people write it: `14/02/2026` in Vietnamese, `14 February 2026` in any other language."""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{value:%d/%m/%Y}" if lang == "vi" else f"{value.day} {value:%B} {value.year}"
