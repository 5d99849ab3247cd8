"""A row to the content of a policy. Pure."""

import re
from datetime import date
from typing import Any

from hub.legal.agency_names import split_issuers
from hub.legal.numbers import canonical_number, parse_number
from hub.legal.types import TYPE_ABBREVIATIONS, TYPE_PATTERN, canonical_type, type_of_number
from hub.text import fold
from ingest.spreadsheets.common import SOURCE_OF_DATES, common_members, drop_empty, paragraph_nodes
from ingest.spreadsheets.grid import DAY, MOMENT, cell_text
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import AGENCIES, TableNames

UNUSUAL = "Theo bảng kê, ngày này trước ngày ban hành; điều này khác thường và được giữ nguyên như nguồn."
"""The note on an unusual date, which is kept as the table has it, not corrected."""
UNKNOWN_TYPE = "Văn bản"
"""The type of a document whose row and number name none."""
_PREFIX = re.compile(
    rf"(?:{TYPE_PATTERN})?\s{{0,9}}(?:(?:số|so|no)\s{{0,9}}[:.]?\s{{1,9}}|(?:số|so)\s{{0,9}}[:.]\s{{0,9}})",
    re.IGNORECASE,
)
"""Before a number: `Số:`, `Quyết định số`."""
_BY_ABBREVIATION = {fold(short): name for short, name in TYPE_ABBREVIATIONS.items()}


def build_policy(row: Row, names: TableNames, agency: str) -> dict[str, Any]:
    """Build the members of a policy; `agency` issued what names no issuer."""
    issued = row.day("issued", is_required=True)
    number = read_number(row)
    content = {
        "number": number,
        "type": read_type(row, number),
        "title": row.line("title"),
        "issuers": _issuers(row, names, agency, issued),
        "dates": _dates(row, issued),
        "signer": _signer(row),
        "legal_force": row.choice("force"),
        "nodes": paragraph_nodes(row.text("text")),
        **common_members(row, names, issued),
    }
    impact = row.is_yes("high_impact")
    if impact is not None:
        content |= {"high_impact": impact, "impact_stated": True}
    row.paths |= {"nodes": "text", "signer.title": "signer_title", "legal_force": "force"}
    return drop_empty(content)


def read_number(row: Row) -> str | None:
    """Read the number, put together if the table has its parts in two columns. A date is what a program made of it."""
    name = "number" if row.value("number") is not None else "serial"
    value, symbol = row.value(name), row.line("symbol")
    if value is None:
        return None
    if isinstance(value, dict) and (DAY in value or MOMENT in value):
        row.leave_out(name, f"a program has made the date {cell_text(value)} of a number")
        return None
    text = row.line(name) or ""
    text = text[found.end() :] if (found := _PREFIX.match(text)) else text
    if symbol and parse_number(text) is None:
        text = f"{text.rstrip('/-')}/{symbol.lstrip('/-')}"
    if parse_number(text) is None:
        row.leave_out(name, f"`{text[:60]}` is not the number of a document, such as 12/KH-UBND")
        return None
    return canonical_number(text)


def read_type(row: Row, number: str | None) -> str:
    """Read the type, or take it from the letters of the number."""
    written = row.line("type")
    if written is not None:
        known = canonical_type(written) or _BY_ABBREVIATION.get(fold(written))
        return known or written[:80]
    found = type_of_number(number) if number else None
    if found is None:
        row.doubt("type", f"neither the row nor the number names the type; `{UNKNOWN_TYPE}` stands for it")
    return found or UNKNOWN_TYPE


def _issuers(row: Row, names: TableNames, agency: str, issued: date | None) -> list[dict[str, Any]]:
    written = row.line("issuers")
    if written is not None:
        found = [name for part in row.parts("issuers") for name in split_issuers(part)]
        return [{"name": name, "code": names.code(AGENCIES, name, issued)} for name in dict.fromkeys(found)]
    own = names.name(AGENCIES, agency)
    if own is None:
        row.fault("issuers", "The row names no agency that issued it.", "the name of an agency")
        return []
    if row.has_column("issuers"):
        row.doubt("issuers", f"the cell is empty; {own} was taken")
    return [{"name": own, "code": agency}]


def _dates(row: Row, issued: date | None) -> list[dict[str, Any]]:
    if issued is None:
        return []
    dates: list[dict[str, Any]] = [{"role": "issued", "on": issued.isoformat(), "source": SOURCE_OF_DATES}]
    row.paths["dates.0"] = "issued"
    for role in ("effective", "expiry"):
        on = row.day(role)
        if on is None:
            continue
        row.paths[f"dates.{len(dates)}"] = role
        later: dict[str, Any] = {"role": role, "on": on.isoformat(), "source": SOURCE_OF_DATES}
        if on < issued:
            row.doubt(role, f"{on:%d/%m/%Y} is before the day of issue, {issued:%d/%m/%Y}")
            later["note"] = UNUSUAL
        dates.append(later)
    return dates


def _signer(row: Row) -> dict[str, Any] | None:
    name, title = row.line("signer"), row.line("signer_title")
    if name is None:
        return None
    return {"name": name, "title": title} if title else {"name": name}
