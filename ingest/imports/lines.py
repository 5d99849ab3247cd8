"""Files as records, one at a time: plain or gzip (told by its first bytes), with broken parts as failures, not ends."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import orjson

from ingest.records import Raw, Reason, Why

MAX_LINE = 10_000_000
"""Longest line, and longest plain text, in bytes."""
_KEPT = 2_000
"""How much of an unreadable line goes into the quarantine file, in characters."""
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class Source:
    """An open file. `consumed` says how many of its `size` bytes on disk were read, for a progress bar."""

    def __init__(self, path: Path):
        self.size = path.stat().st_size
        self._file = path.open("rb")
        zipped = self._file.read(2) == _GZIP
        self._file.seek(0)
        self.stream: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=self._file)) if zipped else self._file

    @property
    def consumed(self) -> int:
        return self._file.tell()

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self._file.close()


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes as they lie on disk."""
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def json_lines(source: Source) -> Iterator[Raw]:
    """Every line that is not blank, as parsed JSON; a broken line is a `Raw` with its `failure`."""
    line = 0
    while True:
        line += 1
        try:
            data = source.stream.readline(MAX_LINE + 1)
            if len(data) > MAX_LINE and not data.endswith(b"\n"):
                size = len(data) + _skip_line(source.stream)
                yield _failed(line, data, Why.line_too_long, f"The line has {size:,} bytes.", f"{MAX_LINE:,} at most")
                continue
        except (EOFError, OSError, zlib.error) as problem:
            yield _broken(line, problem)
            return
        if not data:
            return
        if line == 1:
            data = data.removeprefix(_BOM)
        if data.strip():
            yield _parsed(line, data)


def whole_text(source: Source) -> Iterator[Raw]:
    """The whole file as one record, a text."""
    try:
        data = source.stream.read(MAX_LINE + 1)
    except (EOFError, OSError, zlib.error) as problem:
        yield _broken(1, problem)
        return
    if len(data) > MAX_LINE:
        yield _failed(1, data, Why.line_too_long, "The text is too long.", f"{MAX_LINE:,} bytes at most")
    else:
        yield _decoded(1, data, lambda text, _: text)


def _parsed(line: int, data: bytes) -> Raw:
    return _decoded(line, data, lambda _, raw: orjson.loads(raw))


def _decoded(line: int, data: bytes, parse: Callable[[str, bytes], Any]) -> Raw:
    try:
        return Raw(line, parse(data.decode("utf-8"), data), len(data))
    except UnicodeDecodeError as problem:
        detail = f"Byte {problem.start + 1} of the line is not UTF-8."
        return _failed(line, data, Why.broken_utf8, detail, "UTF-8")
    except orjson.JSONDecodeError as problem:
        return _failed(line, data, Why.invalid_json, str(problem), "one JSON object on the line")


def _failed(line: int, data: bytes, code: Why, detail: str, expected: str) -> Raw:
    beginning = data[: _KEPT * 4].decode("utf-8", "backslashreplace")[:_KEPT].rstrip("\r\n")
    return Raw(line, beginning, len(data), Reason(code, detail, expected=expected))


def _broken(line: int, problem: Exception) -> Raw:
    detail = f"The file cannot be read on from here: {problem or type(problem).__name__}."
    return Raw(line, None, 0, Reason(Why.broken_file, detail, expected="a whole file"))


def _skip_line(stream: IO[bytes]) -> int:
    skipped = 0
    while data := stream.readline(_CHUNK):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped
