"""Contacts as CSV: UTF-8 with a byte order mark, a line for each; pure."""

import csv
import io
from collections.abc import Iterable

from hub.consultation.contacts.views import AnswerContactView
from hub.domain.spreadsheet_cells import BOM, escape_formula

COLUMNS = ("number", "comment", "path", "email", "phone", "outcome")


def write_csv(contacts: Iterable[AnswerContactView]) -> bytes:
    """Write the contacts with a line of names; formulas are escaped, also phone numbers that begin with +."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for contact in contacts:
        members = contact.model_dump(mode="json")
        lines.writerow(escape_formula(str(members[name] or "")) for name in COLUMNS)
    return (BOM + written.getvalue()).encode()
