"""A row that is being read: its cells by field, its doubts, each named by sheet, row and column. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.legal.dates import find_dates
from hub.legal.derivation import has_words
from hub.text import clean, one_line
from hub.times import midnight
from ingest.spreadsheets.column_names import find_value, headers, value_names
from ingest.spreadsheets.dates import read_cell_moment, read_day
from ingest.spreadsheets.grid import cell_text

_SEPARATORS = re.compile(r"[;\n]")
_DAY_WORD = re.compile(r"\bngày$", re.IGNORECASE)
_ERRORS = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|GETTING_DATA|SPILL!|CALC!)|Err:\d{3}", re.IGNORECASE
)
"""Texts that a formula shows which cannot be calculated."""


@dataclass
class Row:
    """The cells of a row by field. What a reader finds wrong is a doubt for an editor."""

    sheet: str
    number: int
    kind: str
    cells: dict[str, list[dict[str, Any]]]
    doubts: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Cells that are no part of the content, by their headers: for editors, never published."""
    paths: dict[str, str] = field(default_factory=dict)
    """Fields by the beginning of the path of the member that they became."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Row":
        """Make a row of a record of `ingest.spreadsheets.table`."""
        cells: dict[str, list[dict[str, Any]]] = {}
        row = cls(str(record["sheet"]), int(record["row"]), str(record["kind"]), cells, doubts=list(record["doubts"]))
        for cell in record["cells"]:
            if cell["field"] is None:
                row.kept[cell["header"] or cell["at"]] = cell_text(cell["value"])
            else:
                cells.setdefault(cell["field"], []).append(cell)
        for cell in cells.get("number_day", ()):
            number, day = _split_number_and_day(cell_text(cell["value"]))
            cells.setdefault("number", []).append({**cell, "value": number})
            cells.setdefault("issued", []).append({**cell, "value": day})
        return row

    def place(self, name: str) -> str:
        """The place of a field: `Sheet1!D12 (Ngày ban hành)`; without such a column, of the row."""
        for cell in self.cells.get(name, ()):
            return f"{self.sheet}!{cell['at']} ({cell['header']})"
        return f"{self.sheet}!{self.number} ({headers(self.kind).get(name, name)})"

    def has_column(self, name: str) -> bool:
        """Return True if the table has a column for the field."""
        return name in self.cells

    def value(self, name: str) -> Any:
        """The value of the first cell of a field that has one; an error of a formula is a doubt and no value."""
        for cell in self.cells.get(name, ()):
            value = cell["value"]
            if isinstance(value, str) and _ERRORS.fullmatch(value.strip()):
                self.doubt(name, f"the formula of the cell shows {value.strip()}")
            elif value is not None:
                return value
        return None

    def text(self, name: str) -> str | None:
        """The text of a field with its line breaks."""
        return clean(cell_text(self.value(name))).strip() or None

    def line(self, name: str) -> str | None:
        """The text of a field as one line."""
        return one_line(self.text(name) or "") or None

    def parts(self, name: str) -> list[str]:
        """The values of a field whose cells may have several, separated by `;` or line breaks."""
        texts = (cell_text(cell["value"]) for cell in self.cells.get(name, ()))
        return [part for text in texts for piece in _SEPARATORS.split(clean(text)) if (part := one_line(piece))]

    def doubt(self, name: str, detail: str) -> None:
        """Keep the row for an editor because of a field."""
        self.doubts.append(f"{self.place(name)}: {detail}.")

    def leave_out(self, name: str, detail: str) -> None:
        """Leave a field out, with a doubt, and keep what its cell says."""
        self.doubt(name, f"{detail}; it was left out")
        self.kept[headers(self.kind).get(name, name)] = "; ".join(self.parts(name))

    def words(self, name: str) -> str | None:
        """The text of a field as one line; one without letters, such as `-` or `12345`, is left out."""
        text = self.line(name)
        if text is None or has_words(text):
            return text
        self.leave_out(name, f"`{text[:60]}` has no words")
        return None

    def day(self, name: str) -> date | None:
        """The day of a field; one that cannot be read is left out."""
        value = self.value(name)
        if value is None:
            return None
        found = read_day(value)
        if found is None:
            self.leave_out(name, f"`{cell_text(value)[:60]}` is not a day")
            return None
        if found.doubt:
            self.doubt(name, found.doubt)
        return found.on

    def moment(self, name: str) -> str | None:
        """The moment of a field in RFC 3339; a day without a time is its first moment, with a doubt."""
        value = self.value(name)
        if value is None:
            return None
        found, doubt = read_cell_moment(value)
        if found is None:
            self.leave_out(name, f"`{cell_text(value)[:60]}` is not a day with a time")
            return None
        if doubt:
            self.doubt(name, doubt)
        return (found if isinstance(found, datetime) else midnight(found)).isoformat()

    def choice(self, name: str, group: str | None = None) -> str | None:
        """The value of an enumeration; another text is left out."""
        text = self.line(name)
        if text is None:
            return None
        found = find_value(group or name, text)
        if found is None:
            self.leave_out(name, f"`{text[:60]}` is none of {', '.join(value_names(group or name))}")
        return found

    def is_yes(self, name: str) -> bool | None:
        """True or False for a cell that says yes or no; None for an empty one."""
        found = self.choice(name, "yes")
        return None if found is None else found == "true"

    def place_of_path(self, path: str) -> str | None:
        """The place of the cell from which a member of the content came, by its path; None for other members."""
        bare = path.removeprefix("content.")
        known = sorted((prefix for prefix in self.paths if f"{bare}.".startswith(f"{prefix}.")), key=len)
        if known:
            return self.place(self.paths[known[-1]])
        name = bare.partition(".")[0]
        return self.place(name) if name in headers(self.kind) else None


def _split_number_and_day(text: str) -> tuple[str | None, str | None]:
    """The number and the day of `12/2016/QĐ-UBND ngày 20/7/2016`; the whole text as both if it has not one day."""
    line = one_line(text)
    found = find_dates(line)
    if len(found) != 1:
        return line or None, line or None
    number = (line[: found[0].start] + line[found[0].end :]).strip(" ,;.()")
    return _DAY_WORD.sub("", number).strip(" ,;.") or None, line[found[0].start : found[0].end]
