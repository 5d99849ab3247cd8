"""The official table as CSV: UTF-8 with a byte order mark, four columns and the part; pure."""

import csv
import io

from hub.consultation.official_table.ledger import TableLedger
from hub.consultation.official_table.preamble import COLUMNS
from hub.domain.spreadsheet_cells import BOM, escape_formula


def write_csv(ledger: TableLedger) -> bytes:
    """Write one line for each row, with the label of its provision in each; formulas are escaped."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(("Phần", *COLUMNS))
    for part in ledger.parts:
        for group in part.groups:
            for row in group.rows:
                cells = (part.title or "", group.label, row.author, row.comment, row.answer)
                lines.writerow(map(escape_formula, cells))
    return (BOM + written.getvalue()).encode()
