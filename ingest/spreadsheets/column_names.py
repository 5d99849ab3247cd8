"""Names of columns and values, in Vietnamese and English: data, compared in a folded form. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from hub.domain.kinds import KINDS
from hub.text import fold, strip_diacritics

IGNORED = "ignored"
"""Form of a column that is known and not read: the ordinal, and the reasons that a report of the hub wrote."""
_EVERY = "every"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS = re.compile(r"[^0-9a-z# ]+")


@dataclass(frozen=True)
class ColumnName:
    """A column that the hub knows: its field, the form of its cells, and how strong its name is (0: the strongest).

    Of two columns with one field, the one with the stronger name is read.
    """

    field: str
    form: str
    rank: int


@cache
def load_data(name: str) -> Mapping[str, Any]:
    """The data of a name, as JSON."""
    found: Mapping[str, Any] = json.loads(files("ingest.spreadsheets").joinpath(f"data/{name}.json").read_text("utf-8"))
    return found


@lru_cache(8_192)
def header_key(text: str) -> str:
    """The form in which headers are compared: no diacritics, signs, capital letters or remarks in brackets.

    `Ngày ban hành (dd/mm/yyyy) *` → `ngay ban hanh`.
    """
    return " ".join(_SIGNS.sub(" ", strip_diacritics(_BRACKETS.sub(" ", text))).split())


@cache
def known_columns(kind: str) -> Mapping[str, ColumnName]:
    """The columns of a kind by their folded names."""
    found: dict[str, ColumnName] = {}
    for part in (kind, _EVERY):
        for field, column in load_data("columns")[part].items():
            for rank, name in enumerate((*column["names"], field)):
                found.setdefault(header_key(name), ColumnName(field, column["form"], rank))
    return found


@cache
def headers(kind: str) -> Mapping[str, str]:
    """The Vietnamese header of each field of a kind, in the order of the template."""
    parts = (load_data("columns")[kind], load_data("columns")[_EVERY])
    return {field: column["names"][0] for part in parts for field, column in part.items()}


@cache
def column_form(kind: str, field: str) -> str:
    """The form of the cells of a field."""
    parts = load_data("columns")
    form: str = (parts[kind].get(field) or parts[_EVERY][field])["form"]
    return form


@cache
def _values(group: str) -> Mapping[str, str]:
    return {
        key: value
        for value, names in load_data("values")[group].items()
        for key in (fold(value), *map(header_key, names))
    }


def find_value(group: str, text: str) -> str | None:
    """The value of an enumeration that a cell names; None for any other text."""
    known = _values(group)
    return known.get(header_key(text)) or known.get(fold(text))


def value_names(group: str) -> list[str]:
    """The Vietnamese name of each value of an enumeration, for templates and errors."""
    return [names[0] for names in load_data("values")[group].values()]


@cache
def kind_of_name(sheet: str) -> str | None:
    """The kind that the name of a sheet says; None if it says none."""
    key = f" {header_key(sheet)} "
    # The longest first: "Dự thảo văn bản" is a sheet of drafts.
    named = {
        header_key(name): kind
        for kind in KINDS
        for name in (kind, KINDS[kind].plural, *load_data("values")["kind"][kind])
    }
    first = {"du thao": 0}
    found = [name for name in named if f" {name} " in key]
    return named[min(found, key=lambda name: (first.get(name, 1), -len(name)))] if found else None
