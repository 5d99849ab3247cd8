"""A table that an editor holds, read without storing anything: the document of each row, and what would become of it.

The rows are planned as `hub import --dry-run` plans them, for the agency and kind of the request.
"""

from typing import Any

import anyio
from pydantic import Field

from hub.domain.types import View
from hub.errors import InvalidInput
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.registry.known_names import RegistryNames
from hub.settings import Settings
from hub.state import AppState
from hub.temporary_folders import open_temporary_folder
from ingest.extraction.errors import ERRORS_BY_CODE, BrokenFile
from ingest.imports.formats import ImportFormat
from ingest.imports.outcomes import RecordOutcome
from ingest.imports.preview import FilePreview, preview_file
from ingest.imports.runs import ImportOptions
from ingest.reason_texts import write_reason

MAX_ROWS = 1_000
"""Rows of an answer."""


class RowDoubtView(View):
    """A doubt about a row (điểm nghi ngờ), in words that name its cells."""

    detail: str = Field(description="The cell by sheet, row and column, and the doubt.")


class RowReasonView(View):
    """The reason for which a row would be set aside (lý do chưa nhận)."""

    code: str = Field(description="Stable code of the reason.", examples=["invalid_input"])
    detail: str = Field(description="The cells by sheet, row and column, and what is wrong.")
    field: str | None = Field(None, description="The first cell.", examples=["Văn bản!D12 (Ngày ban hành)"])
    expected: str | None = Field(
        None, description="Value that was expected there.", examples=["a day such as 20/11/2015"]
    )


class RowReading(View):
    """A row of a table (dòng của bảng)."""

    where: str = Field(description="Sheet and row.", examples=["Văn bản!12"])
    outcome: str = Field(
        description="Outcome of an import: `created`, `changed`, `joined` (the hub has the document from "
        "elsewhere), `unchanged` or `set_aside`."
    )
    source_id: str | None = Field(None, description="Identifier of the row, also when it moves.")
    content: dict[str, Any] | None = Field(
        None, description="Content, as `POST /api/v1/manage/documents` takes it; null for a row that is set aside."
    )
    doubts: list[RowDoubtView] = Field(description="Doubts; with one, the row waits for an editor.")
    reason: RowReasonView | None = Field(None, description="Reason for setting it aside.")


class TableReading(View):
    """The rows of a table (kết quả đọc bảng). Nothing of it is stored."""

    counts: dict[str, int] = Field(description="Rows by outcome.", examples=[{"created": 9}])
    notes: list[str] = Field(description="About the file as a whole, such as columns and sheets that nobody knows.")
    rows: list[RowReading] = Field(description=f"Rows in their order, at most {MAX_ROWS:,}.")


async def read_table_file(
    parts: AppState, agency: str, kind: str, name: str, body: bytes, writer: ProblemWriter
) -> TableReading:
    """Read the rows of a table as documents of a kind. Raises `UnreadableFile`, or `InvalidInput` for more
    than `MAX_ROWS` rows.
    """
    options = _options(parts.settings, agency)
    names = await RegistryNames.load(parts.database)
    with open_temporary_folder("read") as folder:
        path = folder / name
        await anyio.Path(path).write_bytes(body)
        found = await preview_file(
            parts.database, path, ImportFormat.sheet, options, names, set(), kind=kind, with_contents=True
        )
    _raise_unreadable(found)
    if len(found.outcomes) > MAX_ROWS:
        raise InvalidInput(
            fill("The table has {count:,} rows.", count=len(found.outcomes)),
            field="body",
            expected=fill("at most {max_rows:,} rows, or `hub import --dry-run`", max_rows=MAX_ROWS),
        )
    return _view(found, writer)


def _raise_unreadable(found: FilePreview) -> None:
    """Raise the error of a file that could not be read as a table at all."""
    if len(found.outcomes) == 1 and (reason := found.outcomes[0].reason) and found.outcomes[0].original is None:
        raise ERRORS_BY_CODE.get(reason.code, BrokenFile)(reason.detail, expected=reason.expected)


def _options(settings: Settings, agency: str) -> ImportOptions:
    return ImportOptions(agency=agency, data=settings.data, languages=settings.languages)


def _view(found: FilePreview, writer: ProblemWriter) -> TableReading:
    rows = [_row(each, writer) for each in found.outcomes]
    return TableReading(counts=found.counts, notes=list(found.notes), rows=rows)


def _row(outcome: RecordOutcome, writer: ProblemWriter) -> RowReading:
    reason = RowReasonView(**write_reason(outcome.reason, writer)) if outcome.reason else None
    return RowReading(
        where=outcome.where,
        outcome=outcome.name,
        source_id=outcome.source_id,
        content=outcome.content,
        doubts=[RowDoubtView(detail=doubt) for doubt in outcome.doubts],
        reason=reason,
    )
