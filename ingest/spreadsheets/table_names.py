"""Names of the registry for readers of tables: codes of agencies, topics, places and spokespersons. Pure."""

from collections.abc import Mapping
from datetime import date

from hub.legal.agency_names import expand_abbreviations, name_key

AGENCIES, TOPICS, PLACES, SPOKESPERSONS = "agencies", "topics", "places", "spokespersons"
NameTables = dict[str, list[list[str | None]]]
"""Code, name, first day, first day after the last, and agency of every entry, by list."""


class TableNames:
    """Finds codes by names as people write them in tables."""

    def __init__(self, tables: Mapping[str, list[list[str | None]]]) -> None:
        self.tables = tables
        lists = (AGENCIES, TOPICS, PLACES, SPOKESPERSONS)
        self._entries = {name: [_Entry(*entry) for entry in tables.get(name, ())] for name in lists}

    def name(self, kind: str, code: str) -> str | None:
        """The name of a code; None for a code that the registry does not have."""
        return next((entry.name for entry in self._entries[kind] if entry.code == code), None)

    def code(self, kind: str, text: str, on: date | None, *, agency: str | None = None) -> str | None:
        """The code of the one entry that has this name, or is this code, on a day; None for none or several."""
        valid = [entry for entry in self._entries[kind] if entry.is_valid(on)]
        if any(entry.code == text for entry in valid):
            return text
        key = name_key(expand_abbreviations(text))
        found = {entry.code for entry in valid if entry.key == key and agency in (None, entry.agency)}
        return found.pop() if len(found) == 1 else None

    def code_by_beginning(self, kind: str, text: str, on: date | None) -> str | None:
        """As `code`, or that of the one name that begins with the text: `Sở Y tế` of a city with one."""
        exact = self.code(kind, text, on)
        if exact is not None:
            return exact
        key = name_key(expand_abbreviations(text)) + " "
        found = {e.code for e in self._entries[kind] if e.is_valid(on) and f"{e.key} ".startswith(key)}
        return found.pop() if len(found) == 1 else None


class _Entry:
    def __init__(
        self, code: str | None, name: str | None, first: str | None, last: str | None, agency: str | None
    ) -> None:
        self.code, self.name, self.agency = code or "", name or "", agency
        self.key = name_key(self.name)
        self._first, self._last = (date.fromisoformat(day) if day else None for day in (first, last))

    def is_valid(self, on: date | None) -> bool:
        if on is None:
            return self._last is None
        return (self._first is None or self._first <= on) and (self._last is None or on < self._last)
