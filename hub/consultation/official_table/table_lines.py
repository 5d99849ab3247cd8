"""Lines of the official table for files: headings of parts, and rows with the cells that are merged downwards. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.consultation.official_table.ledger import TableLedger


@dataclass(frozen=True)
class TableLine:
    """A line of four cells. `span` is the number of lines over which the first cell is merged; 0 inside such a cell."""

    cells: tuple[str, str, str, str]
    span: int = 1


def iterate_lines(ledger: TableLedger) -> Iterator[str | TableLine]:
    """Iterate over the table below its head: a text for the heading of a part, a line for a row."""
    for part in ledger.parts:
        if part.title:
            yield part.title
        for group in part.groups:
            for place, row in enumerate(group.rows):
                span = len(group.rows) if place == 0 else 0
                yield TableLine((group.label, row.author, row.comment, row.answer), span)
