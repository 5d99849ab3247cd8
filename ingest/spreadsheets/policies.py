"""A row to the content of a policy. Pure."""

import re
from datetime import date
from typing import Any

from hub.legal.agency_names import split_issuers
from hub.legal.derivation import derive_issuers, derive_type, has_words
from hub.legal.numbers import canonical_number, parse_number, rejoin_number
from hub.legal.types import TYPE_ABBREVIATIONS, TYPE_PATTERN, canonical_type
from hub.text import fold
from ingest.spreadsheets.common import SOURCE_OF_DATES, common_members, drop_empty, paragraph_nodes
from ingest.spreadsheets.grid import DAY, MOMENT, cell_text
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import AGENCIES, TableNames

UNUSUAL = "Theo bảng kê, ngày này trước ngày ban hành; điều này khác thường và được giữ nguyên như nguồn."
"""The note on an unusual date, which is kept as the table has it, not corrected."""
_PREFIX = re.compile(
    rf"(?:{TYPE_PATTERN})?\s{{0,9}}(?:(?:số|so|no)\s{{0,9}}[:.]?\s{{1,9}}|(?:số|so)\s{{0,9}}[:.]\s{{0,9}})",
    re.IGNORECASE,
)
"""Before a number: `Số:`, `Quyết định số`."""
_BY_ABBREVIATION = {fold(short): name for short, name in TYPE_ABBREVIATIONS.items()}


def build_policy(row: Row, names: TableNames, agency: str) -> dict[str, Any]:
    """Build the members of a policy; `agency` issued what names no issuer.

    What the row does not have is left to the completion of records.
    """
    issued = row.day("issued")
    number, title = read_number_and_title(row)
    content = {
        "number": number,
        "type": _type(row),
        "title": title,
        "issuers": _issuers(row, names, agency, issued, number),
        "dates": _dates(row, issued),
        "signer": _signer(row),
        "legal_force": row.choice("force"),
        "nodes": paragraph_nodes(row.text("text")),
        **common_members(row, names, issued),
    }
    impact = row.is_yes("high_impact")
    if impact is not None:
        content |= {"high_impact": impact, "impact_stated": True}
    row.paths |= {"nodes": "text", "signer.title": "signer_title", "legal_force": "force", "dates": "issued"}
    return drop_empty(content)


def read_number_and_title(row: Row) -> tuple[str | None, str | None]:
    """Read number and title; a number whose rest is in a column of its own, or begins the title, is put together.

    A date is what a program has made of a number.
    """
    title = row.words("title")
    name = "number" if row.value("number") is not None else "serial"
    value, symbol = row.value(name), row.line("symbol")
    if value is None:
        return None, title
    if isinstance(value, dict) and (DAY in value or MOMENT in value):
        row.leave_out(name, f"a program has made the date {cell_text(value)} of a number")
        return None, title
    text = row.line(name) or ""
    text = text[found.end() :] if (found := _PREFIX.match(text)) else text
    if symbol and parse_number(text) is None:
        text = f"{text.rstrip('/-')}/{symbol.lstrip('/-')}"
    if parse_number(text) is None and title is not None:
        if parse_number(title) is not None and has_words(text):
            row.doubt(name, "number and title were exchanged")
            text, title = title, text
        text, title = rejoin_number(text, title)
    if parse_number(text) is None:
        row.leave_out(name, f"`{text[:60]}` is not the number of a document, such as 12/KH-UBND")
        return None, title
    return canonical_number(text), title or None


def read_type(row: Row, number: str | None) -> str:
    """Read the type, or derive it as the completion does."""
    return _type(row) or derive_type(number, row.line("title"))[0]


def read_issuers(row: Row) -> list[str]:
    """Read the names of the issuers; a cell without words is left out."""
    if row.words("issuers") is None:
        return []
    return list(dict.fromkeys(name for part in row.parts("issuers") for name in split_issuers(part)))


def _type(row: Row) -> str | None:
    written = row.words("type")
    if written is None:
        return None
    return canonical_type(written) or _BY_ABBREVIATION.get(fold(written)) or written


def _issuers(row: Row, names: TableNames, agency: str, issued: date | None, number: str | None) -> list[dict[str, Any]]:
    found = read_issuers(row)
    if found:
        return [{"name": name, "code": names.code(AGENCIES, name, issued)} for name in found]
    own = names.name(AGENCIES, agency)
    # The letters of the number say more than the owner of the table: `TTg` is the prime minister.
    if own is None or derive_issuers(number):
        return []
    if row.has_column("issuers"):
        row.doubt("issuers", f"the cell is empty; {own} was taken")
    return [{"name": own, "code": agency}]


def _dates(row: Row, issued: date | None) -> list[dict[str, Any]]:
    dates: list[dict[str, Any]] = []
    if issued is not None:
        dates.append({"role": "issued", "on": issued.isoformat(), "source": SOURCE_OF_DATES})
        row.paths["dates.0"] = "issued"
    for role in ("effective", "expiry"):
        on = row.day(role)
        if on is None:
            continue
        row.paths[f"dates.{len(dates)}"] = role
        later: dict[str, Any] = {"role": role, "on": on.isoformat(), "source": SOURCE_OF_DATES}
        if issued is not None and on < issued:
            row.doubt(role, f"{on:%d/%m/%Y} is before the day of issue, {issued:%d/%m/%Y}")
            later["note"] = UNUSUAL
        dates.append(later)
    return dates


def _signer(row: Row) -> dict[str, Any] | None:
    name, title = row.line("signer"), row.line("signer_title")
    if name is None:
        return None
    return {"name": name, "title": title} if title else {"name": name}
