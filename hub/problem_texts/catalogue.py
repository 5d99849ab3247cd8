"""The Vietnamese forms of the texts of errors, read from `vi/*.json` when the first one is needed.

`codes.json` has title and explanation of each error code. Every other file maps an English template to its Vietnamese
form, with the same names of values, for the errors of one part of the hub.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import orjson

from hub.problem_texts.templates import FilledText

DEFAULT_LANGUAGE = "en"
LANGUAGES = (DEFAULT_LANGUAGE, "vi")
"""Languages in which errors are written; the first one for programs that name none."""

FOLDER = Path(__file__).with_name("vi")
_CODES = "codes.json"
TEXT_VALUE = "detail"
"""Name of a value that is a text of its own, and no data, whatever it was made from."""
_NO_WORDS = re.compile(r"\{[a-z_0-9]{1,40}(?::[^{}]{0,20})?\}|`[^`]*`")
_VALUE = re.compile(r"\{([a-z_0-9]{1,40})(?::([^{}]{0,20}))?\}|\{\{|\}\}")
_DIGITS = str.maketrans(",.", ".,")


@lru_cache(maxsize=1)
def load_codes() -> Mapping[str, Mapping[str, str]]:
    """Load Vietnamese `title` and `text` of the errors, by code."""
    found: Mapping[str, Mapping[str, str]] = orjson.loads((FOLDER / _CODES).read_bytes())
    return found


@lru_cache(maxsize=1)
def load_templates() -> Mapping[str, str]:
    """Load the Vietnamese form of every English template."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.json")):
        if path.name != _CODES:
            found |= orjson.loads(path.read_bytes())
    return found


def has_words(template: str) -> bool:
    """Return False for a template of values, code between backticks and punctuation only: it is in no language."""
    return any(each.isalpha() for each in _NO_WORDS.sub("", template))


class ProblemWriter:
    """Writes the texts of one error in a language, and remembers which languages it has used."""

    def __init__(self, lang: str):
        self.lang = lang
        self._languages = {lang: None}

    @property
    def languages(self) -> str:
        """The languages of all that was written, for `Content-Language`: `vi`, or `vi, en` if a form was missing."""
        return ", ".join(self._languages)

    def write_title(self, code: str, title: str) -> str:
        """Write the title of an error code."""
        if self.lang == DEFAULT_LANGUAGE:
            return title
        found = load_codes().get(code)
        return self._fall_back(title) if found is None else found["title"]

    def write(self, text: str) -> str:
        """Write a text of an error; in English if it has no Vietnamese form."""
        if self.lang == DEFAULT_LANGUAGE:
            return str(text)
        if not isinstance(text, FilledText):
            found = load_templates().get(text)
            return found if found is not None else self._fall_back(text) if has_words(text) else text
        template = load_templates().get(text.template, text.template)
        if template is text.template and has_words(template):
            return self._fall_back(text)
        return _VALUE.sub(lambda value: self._write_value(value, text.values), template)

    def _write_value(self, found: re.Match[str], values: Mapping[str, object]) -> str:
        name, form = found.groups()
        if name is None:
            return found[0][0]
        value = values[name]
        if isinstance(value, FilledText) or (name == TEXT_VALUE and isinstance(value, str)):
            return self.write(value)
        if form and isinstance(value, int | float):
            return format(value, form).translate(_DIGITS)
        return format(value, form or "")

    def _fall_back(self, text: str) -> str:
        self._languages[DEFAULT_LANGUAGE] = None
        return str(text)
