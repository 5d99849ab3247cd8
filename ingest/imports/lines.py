"""Read a file record by record: plain or gzip (detected by its first bytes). A broken part is one failed record."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import orjson

from ingest.records import RawRecord, Reason, RejectionCode

MAX_LINE = 10_000_000
"""Largest size of a line or of a plain text, in bytes."""
_EXCERPT_LENGTH = 2_000
"""Characters of an unreadable line that go into the quarantine file."""
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class InputFile:
    """An open file. of its `size` bytes on disk, `consumed_bytes` were read: the numbers of a progress bar."""

    def __init__(self, path: Path):
        self.size = path.stat().st_size
        self._file = path.open("rb")
        zipped = self._file.read(2) == _GZIP
        self._file.seek(0)
        self.stream: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=self._file)) if zipped else self._file

    @property
    def consumed_bytes(self) -> int:
        return self._file.tell()

    def __enter__(self) -> "InputFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self._file.close()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes on disk."""
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def json_lines(source: InputFile) -> Iterator[RawRecord]:
    """Yield every line that is not blank as parsed JSON; a broken line is a `RawRecord` with its `failure`."""
    line = 0
    while True:
        line += 1
        try:
            data = source.stream.readline(MAX_LINE + 1)
            if len(data) > MAX_LINE and not data.endswith(b"\n"):
                size = len(data) + _skip_line(source.stream)
                yield _line_failure(
                    line, data, RejectionCode.line_too_long, f"The line has {size:,} bytes.", f"{MAX_LINE:,} at most"
                )
                continue
        except (EOFError, OSError, zlib.error) as problem:
            yield _read_failure(line, problem)
            return
        if not data:
            return
        if line == 1:
            data = data.removeprefix(_BOM)
        if data.strip():
            yield _parse_line(line, data)


def whole_text(source: InputFile) -> Iterator[RawRecord]:
    """Yield the whole file as one record, a text."""
    try:
        data = source.stream.read(MAX_LINE + 1)
    except (EOFError, OSError, zlib.error) as problem:
        yield _read_failure(1, problem)
        return
    if len(data) > MAX_LINE:
        yield _line_failure(
            1, data, RejectionCode.line_too_long, "The text is too long.", f"{MAX_LINE:,} bytes at most"
        )
    else:
        yield _decode_line(1, data, lambda text, _: text)


def _parse_line(line: int, data: bytes) -> RawRecord:
    return _decode_line(line, data, lambda _, raw: orjson.loads(raw))


def _decode_line(line: int, data: bytes, parse: Callable[[str, bytes], Any]) -> RawRecord:
    try:
        return RawRecord(line, parse(data.decode("utf-8"), data), len(data))
    except UnicodeDecodeError as problem:
        detail = f"Byte {problem.start + 1} of the line is not UTF-8."
        return _line_failure(line, data, RejectionCode.broken_utf8, detail, "UTF-8")
    except orjson.JSONDecodeError as problem:
        return _line_failure(line, data, RejectionCode.invalid_json, str(problem), "one JSON object on the line")


def _line_failure(line: int, data: bytes, code: RejectionCode, detail: str, expected: str) -> RawRecord:
    beginning = data[: _EXCERPT_LENGTH * 4].decode("utf-8", "backslashreplace")[:_EXCERPT_LENGTH].rstrip("\r\n")
    return RawRecord(line, beginning, len(data), Reason(code, detail, expected=expected))


def _read_failure(line: int, problem: Exception) -> RawRecord:
    detail = f"The file cannot be read on from here: {problem or type(problem).__name__}."
    return RawRecord(line, None, 0, Reason(RejectionCode.broken_file, detail, expected="a whole file"))


def _skip_line(stream: IO[bytes]) -> int:
    skipped = 0
    while data := stream.readline(_CHUNK):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped
