"""Reading a file that an editor holds, without storing anything: content, doubts and confidence.

The bytes are parsed in the sandbox, as those of sources are; a file that no reader takes is refused with its reason.
"""

from io import BytesIO
from typing import Any

import anyio
from pydantic import Field

from hub.auth.principal import Principal, Scope
from hub.domain.file_names import safe_name
from hub.domain.kinds import KindName
from hub.domain.scalars import Code, WebUrl
from hub.domain.types import View, is_absent
from hub.errors import FileInfected, FileMismatch, InvalidInput
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.registry.known_names import RegistryNames
from hub.state import AppState
from hub.temporary_folders import open_temporary_folder
from hub.web.parameters import NoParams
from ingest.extraction.models import ExtractionResult, Original
from ingest.extraction.pipeline import extract_original
from ingest.records import ImportContext
from ingest.spreadsheets.kinds_of_files import is_spreadsheet
from ingest.table_reading import TableReading, read_table_file


class ReadParams(NoParams):
    """Parameters of reading a file."""

    kind: KindName = Field(description="Kind of content to read the file as (loại).", examples=["policy"])
    name: str = Field(min_length=1, max_length=400, description="Name of the file.", examples=["Kế hoạch 269.docx"])
    agency: Code | None = Field(
        None, description="Code of the agency that would own the document; absent: that of the key."
    )
    url: WebUrl | None = Field(None, description="URL of the page, which its links are relative to.")


class DoubtView(View):
    """A doubt about what was read (điểm nghi ngờ): a person should look at it."""

    field: str = Field(description="Member of the content.", examples=["number"])
    detail: str = Field(description="Description of the doubt.")
    expected: str | None = Field(None, description="Value or part that was expected there.")


class ConversionView(View):
    """A text that was converted to Unicode, because its encoding was sure (đã chuyển mã)."""

    field: str = Field(description="Member of the content, or `text` for the whole file.")
    encoding: str = Field(description="Encoding of the file: TCVN3, VNI, Windows-1258 or UTF-8 that was read wrongly.")
    before: str = Field(description="Beginning of the first converted text as it was.")
    after: str = Field(description="The same in Unicode.")


class LinkedFileView(View):
    """A file that a page links to."""

    url: str = Field(description="URL of the file.")
    title: str | None = Field(None, description="Text of the link.")


class FileReading(View):
    """The result of reading a file (kết quả đọc tệp). Nothing of it is stored."""

    kind: str = Field(description="Kind of the content.")
    content: dict[str, Any] = Field(
        description="Members of the content that were found, as `POST /api/v1/manage/documents` takes them; a member "
        "that was not found is absent and has a doubt."
    )
    confidence: dict[str, float] = Field(
        description="Confidence of each member that was read, from 0 to 1.", examples=[{"number": 1.0, "title": 0.9}]
    )
    doubts: list[DoubtView] = Field(description="Doubts (điểm nghi ngờ), with what was expected and in which member.")
    conversions: list[ConversionView] = Field(
        description="Texts that were converted to Unicode from an encoding of the past (TCVN3, VNI, …); no doubts."
    )
    files: list[LinkedFileView] = Field(description="Files that a page links to.")
    text: str = Field(description="Plain text that was read from the file.")
    official: bool = Field(description="True for a whole document in official layout.")
    table: TableReading | None = Field(
        None, description="Rows of a table, each a document; absent for other files.", exclude_if=is_absent
    )


def reading_view(kind: str, found: ExtractionResult) -> FileReading:
    """Make the view of a result."""
    return FileReading(
        kind=kind,
        content=found.content,
        confidence=found.confidence,
        doubts=[DoubtView(field=each.field, detail=each.detail, expected=each.expected) for each in found.doubts],
        conversions=[ConversionView(**vars(each)) for each in found.conversions],
        files=[LinkedFileView(url=file.url, title=file.title) for file in found.files],
        text=found.text,
        official=found.is_official,
    )


async def read_file(
    parts: AppState, by: Principal, params: ReadParams, body: bytes, media_type: str | None, writer: ProblemWriter
) -> FileReading:
    """Read a file as a content of a kind. Raises `Forbidden`, `InvalidInput`, `FileInfected` or `UnreadableFile`."""
    agency = params.agency or by.agency
    by.require(Scope.write, agency)
    original = Original(body, safe_name(params.name), check_media_type(media_type), params.url)
    await scan_bytes(parts, body)
    if is_spreadsheet(BytesIO(body), original.name, original.media_type):
        table = await read_table_file(parts, agency, params.kind.value, original.name, body, writer)
        return FileReading(
            kind=params.kind.value,
            content={},
            confidence={},
            doubts=[],
            conversions=[],
            files=[],
            text="",
            official=False,
            table=table,
        )
    names = await RegistryNames.load(parts.database)
    context = ImportContext(original.name, agency, parts.settings.languages, names)
    found = await extract_original(
        original, kind=params.kind.value, select={}, defaults={}, hints={}, context=context, settings=parts.settings
    )
    return reading_view(params.kind.value, found)


def check_media_type(declared: str | None) -> str | None:
    """Return the media type of a file that is the whole body; None if it says nothing. Raises `FileMismatch`."""
    bare = (declared or "").partition(";")[0].strip().lower()
    if bare.startswith("multipart/"):
        raise FileMismatch("The body is a form.", field="Content-Type", expected="the file itself as the body")
    if bare in ("", "application/octet-stream", "application/x-www-form-urlencoded"):
        return None
    return declared


async def scan_bytes(parts: AppState, body: bytes) -> None:
    """Scan bytes for viruses, if there is a scanner. Raises `InvalidInput`, `FileInfected` or `ScannerUnavailable`."""
    if not body:
        raise InvalidInput("The body is empty.", field="body", expected="the bytes of a file")
    if parts.files.scanner is None:
        return
    with open_temporary_folder("read") as folder:
        path = folder / "received"
        await anyio.Path(path).write_bytes(body)
        if not (verdict := await parts.files.scanner.scan(path)).clean:
            raise FileInfected(
                fill("The virus scanner found {finding}.", finding=verdict.finding or "malware"), field="body"
            )
