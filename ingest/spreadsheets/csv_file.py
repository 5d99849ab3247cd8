"""CSV files to a grid: characters, delimiter, quotes and line breaks within cells. It runs in `hub.sandbox`."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

from hub.problem_texts.templates import fill
from ingest.encodings import convert_value
from ingest.extraction.charset import decode, decoding_doubts
from ingest.extraction.errors import TooMuchText
from ingest.spreadsheets.grid import MAX_CELL, Grid
from ingest.spreadsheets.header import find_header
from ingest.spreadsheets.workbook import fill_grid

DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_SAMPLE_ROWS = 80
_ESCAPED = re.compile(r"^'(?=[=+\-@])")
"""The apostrophe that keeps a text from being a formula (`hub.domain.spreadsheet_cells`)."""


def read_csv(body: bytes, name: str) -> Grid:
    """Read a table of values with a delimiter; its rows have the numbers that a spreadsheet program shows.

    Raises `TooMuchText`.
    """
    decoded = decode(body, None)
    found, conversions = convert_value({name: decoded.text})
    text = found[name].replace("\x00", "")
    told = _SEP.match(text)
    # The line `sep=;` is for Excel, which does not show it as a row.
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _find_delimiter(text)
    # A limit of the module, as high as that of a cell; longer ones are refused by the row.
    csv.field_size_limit(MAX_CELL * 2)
    rows = _Rows(text, delimiter)
    try:
        grid = fill_grid(name, rows.read())
    except csv.Error as problem:
        expected = fill("at most {max_cell:,} characters in a cell", max_cell=MAX_CELL)
        raise TooMuchText(fill("A cell of {name} is too long.", name=name), expected=expected) from problem
    conversions += [replace(each, field=name) for each in decoded.conversions]
    grid.notes += [each.words for each in conversions]
    if doubts := decoding_doubts(text, decoded.is_certain):
        grid.doubt = doubts[0].detail
        grid.notes.append(f"{name}: {doubts[0].detail} Expected: {doubts[0].expected}.")
    if rows.open_quote is not None:
        grid.rows.pop(rows.open_quote, None)
        detail = f"A quotation mark opens in {name}!{rows.open_quote} and is never closed; nothing after it was read."
        grid.failure = (rows.open_quote, detail, "a closing quotation mark; a mark within a cell is doubled")
    return grid


class _Rows:
    """The numbered rows of a text; `open_quote` is the last one, if a quotation mark in it is never closed."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self.open_quote: int | None = None

    def read(self) -> Iterator[tuple[int, list[str]]]:
        number = 0
        strict = csv.reader(StringIO(self._text, newline=""), delimiter=self._delimiter, strict=True)
        loose = csv.reader(StringIO(self._text, newline=""), delimiter=self._delimiter)
        is_strict = True
        for cells in loose:
            number += 1
            if is_strict:
                try:
                    next(strict)
                except (csv.Error, StopIteration) as problem:
                    # After a quotation mark within a cell the strict reader goes on elsewhere; only the end is told.
                    is_strict = False
                    if "unexpected end" in str(problem):
                        self.open_quote = number
            yield number, [_ESCAPED.sub("", cell) for cell in cells]
        if not is_strict and self.open_quote is None and _ends_quoted(self._text, self._delimiter):
            self.open_quote = number


def _ends_quoted(text: str, delimiter: str) -> bool:
    """True if the last cell opens a quotation mark that is not closed."""
    last = next(reversed(list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))), [])
    return bool(last) and "\n" in last[-1] and not text.rstrip().endswith('"')


def _find_delimiter(text: str) -> str:
    """The delimiter with which most columns have names that the hub knows; else that of the first rows."""
    best, best_score = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        sample: list[tuple[int, list[str]]] = []
        try:
            for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
                sample.append((number, [cell[:200] for cell in cells[:100]]))
                if number >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        grid = Grid("", {number: [cell.strip() or None for cell in cells] for number, cells in sample if any(cells)})
        header = find_header(grid, None)
        score = (header.score if header else 0, sum(len(cells) > 1 for _, cells in sample))
        if score > best_score:
            best, best_score = delimiter, score
    return best
