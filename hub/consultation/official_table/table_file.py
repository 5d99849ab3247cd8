"""Files of the official table by format. One is made at a time in a process, in a thread; few requests wait for it."""

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum

from hub.consultation.official_table.builder import build_ledger
from hub.consultation.official_table.csv_file import write_csv
from hub.consultation.official_table.facts import TableFacts
from hub.consultation.official_table.ledger import LedgerForm, LedgerLevel, TableLedger
from hub.errors import Overload
from hub.web.responses import JSON

MAX_WAITING = 8
"""Requests that wait for the turn to make a file, in one process."""


class TableFormat(StrEnum):
    """Format of the official table."""

    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    docx = "docx"


MEDIA_TYPES: Mapping[TableFormat, str] = {
    TableFormat.json: JSON,
    TableFormat.csv: "text/csv; charset=utf-8",
    TableFormat.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _write_xlsx(ledger: TableLedger) -> bytes:
    from hub.consultation.official_table.xlsx_file import write_xlsx  # 15 MB of memory, until a workbook is asked for

    return write_xlsx(ledger)


def _write_docx(ledger: TableLedger) -> bytes:
    from hub.consultation.official_table.docx_file import write_docx  # as above

    return write_docx(ledger)


_WRITERS: Mapping[TableFormat, Callable[[TableLedger], bytes]] = {
    TableFormat.json: lambda ledger: ledger.model_dump_json().encode(),
    TableFormat.csv: write_csv,
    TableFormat.xlsx: _write_xlsx,
    TableFormat.docx: _write_docx,
}


class TableTurns:
    """Turns in which tables are made: large ones take seconds of a processor."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore()
        self._waiting = 0

    async def __aenter__(self) -> None:
        """Wait for the turn. Raises `Overload` if too many wait."""
        if self._waiting >= MAX_WAITING:
            raise Overload("Too many tables are being made at the same time.")
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        """Give the turn to the next one."""
        self._turn.release()


async def render_table(facts: TableFacts, level: LedgerLevel, form: LedgerForm, format_: TableFormat) -> bytes:
    """Build the ledger and write the file, off the event loop."""
    return await asyncio.to_thread(lambda: _WRITERS[format_](build_ledger(facts, level, form)))
