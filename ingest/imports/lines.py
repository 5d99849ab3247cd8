"""Read a file record by record. A broken part is one failed record, and so is a file of another kind."""

from collections.abc import Iterator

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.text_files import FileLine, InputFile, read_lines, read_whole
from hub.web.json_body import parse_json
from ingest.extraction.charset import decode
from ingest.records import RawRecord, Reason, RejectionCode

MAX_LINE = 10_000_000
"""Largest size of a line or of a plain text, in bytes."""
SUPPORTED_FILES = (
    "JSONL, legal records or plain text in UTF-8, also gzipped; pages, PDF and DOCX are read by a source with a folder"
)
_EXCERPT_LENGTH = 2_000
"""Characters of an unreadable line that go into the quarantine file."""


def raw_lines(source: InputFile) -> Iterator[RawRecord]:
    """Yield every line that is not blank as its bytes; one that is too long, or unreadable, with its `failure`."""
    if source.kind is not None:
        yield _foreign_file(source.kind)
        return
    for line in read_lines(source, MAX_LINE):
        yield _failure_of_line(line, "line") or RawRecord(line.number, line.data, line.size)


def raw_text(source: InputFile) -> Iterator[RawRecord]:
    """Yield the whole file as the bytes of one record."""
    if source.kind is not None:
        yield _foreign_file(source.kind)
        return
    text = read_whole(source, MAX_LINE)
    yield _failure_of_line(text, "text") or RawRecord(text.number, text.data, text.size)


def json_lines(source: InputFile) -> Iterator[RawRecord]:
    """Yield every line that is not blank as parsed JSON; a broken line is a `RawRecord` with its `failure`."""
    if source.kind is not None:
        yield _foreign_file(source.kind)
        return
    for line in read_lines(source, MAX_LINE):
        yield _failure_of_line(line, "line") or parse_line(line)


def parse_line(line: FileLine) -> RawRecord:
    """Parse a whole line of JSON."""
    decoded = decode_line(line)
    if decoded.failure is not None:
        return decoded
    try:
        return RawRecord(line.number, parse_json(line.data, "line"), line.size)
    except InvalidInput as problem:
        field = None if problem.field == "line" else problem.field
        return _failure(line, RejectionCode.invalid_json, problem.detail, problem.expected, field)


def decode_line(line: FileLine) -> RawRecord:
    """Decode a whole line of UTF-8."""
    try:
        return RawRecord(line.number, line.data.decode("utf-8"), line.size)
    except UnicodeDecodeError as problem:
        return _failure(
            line,
            RejectionCode.broken_utf8,
            fill("Byte {byte} of the line is not UTF-8.", byte=problem.start + 1),
            "UTF-8",
        )


def decode_plain_text(line: FileLine) -> RawRecord:
    """Decode the whole of a plain text: UTF-8, or an encoding from before Unicode that is sure."""
    found = decode(line.data, None)
    return RawRecord(line.number, found.text, line.size) if found.is_certain else decode_line(line)


def _failure_of_line(line: FileLine, what: str) -> RawRecord | None:
    if line.problem == "too_long":
        detail = f"The {what} has {line.size:,} bytes." if what == "line" else f"The {what} is too long."
        return _failure(line, RejectionCode.line_too_long, detail, fill("at most {most:,} bytes", most=MAX_LINE))
    if line.problem == "unreadable":
        detail = f"The file cannot be read on from here: {line.cause}."
        return RawRecord(line.number, None, 0, Reason(RejectionCode.broken_file, detail, expected="a whole file"))
    return None


def _failure(
    line: FileLine, code: RejectionCode, detail: str, expected: str | None, field: str | None = None
) -> RawRecord:
    return RawRecord(line.number, excerpt(line.data), line.size, Reason(code, detail, field, expected))


def excerpt(data: bytes) -> str:
    """The beginning of a record that cannot be read, for the people who look at it."""
    return data[: _EXCERPT_LENGTH * 4].decode("utf-8", "backslashreplace")[:_EXCERPT_LENGTH].rstrip("\r\n")


def _foreign_file(kind: str) -> RawRecord:
    return RawRecord(1, None, 0, Reason(RejectionCode.not_a_document, f"The file is {kind}.", expected=SUPPORTED_FILES))
