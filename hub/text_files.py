"""Text files line by line, plain or gzip (of any number of members), without a byte order mark."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from hub.errors import InvalidInput
from hub.file_kinds import binary_kind, text_kind
from hub.problem_texts.templates import fill

_CHUNK = 1 << 20
_GZIP, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"
_HEAD = 4_096


def read_small_file(path: Path, limit: int) -> bytes:
    """Read a whole file of at most `limit` bytes. Raises `InvalidInput`."""
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as problem:
        raise InvalidInput(
            fill("{path}: {strerror}.", path=path, strerror=problem.strerror), expected="a file that can be read"
        ) from problem
    except ValueError as problem:
        raise InvalidInput(
            fill("No file can be named {path}.", path=repr(str(path))), expected="a file that can be read"
        ) from problem
    if len(body) > limit:
        raise InvalidInput(
            fill("{path} is larger than {limit:,} bytes.", path=path, limit=limit), expected="smaller files"
        )
    return body


class InputFile:
    """An open file. Of its `size` bytes on disk, `consumed_bytes` were read: the numbers of a progress bar."""

    def __init__(self, path: Path):
        self.size = path.stat().st_size
        self.kind = _foreign_kind(path)
        """The kind of a file that is no text in UTF-8, in words; None for a text."""
        self.notes: list[str] = []
        """Remarks of its reader about the file as a whole."""
        self._file = path.open("rb")
        self.stream = _unpack(self._file)

    @property
    def consumed_bytes(self) -> int:
        return self._file.tell()

    def __enter__(self) -> "InputFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self._file.close()


@dataclass(frozen=True)
class FileLine:
    """A line of a file: its number from 1, its bytes, or the beginning of them and the reason why it is not whole.

    `size` is its length in bytes. `problem` is `too_long`, or `unreadable` for the last line of a broken file, with the
    words of the `cause`.
    """

    number: int
    data: bytes
    size: int
    problem: str | None = None
    cause: str = ""


def read_lines(source: InputFile, longest: int) -> Iterator[FileLine]:
    """Yield the lines that are not blank. One of more than `longest` bytes is skipped, and its beginning given."""
    number = 0
    while True:
        number += 1
        try:
            data = source.stream.readline(longest + 1)
            if len(data) > longest and not data.endswith(b"\n"):
                yield FileLine(number, data, len(data) + _skip_line(source.stream), "too_long")
                continue
        except (EOFError, OSError, zlib.error) as problem:
            yield FileLine(number, b"", 0, "unreadable", str(problem) or type(problem).__name__)
            return
        if not data:
            return
        if number == 1:
            data = data.removeprefix(_BOM)
        if data.strip():
            yield FileLine(number, data, len(data))


def read_whole(source: InputFile, longest: int) -> FileLine:
    """Read the whole file as one line."""
    try:
        data = source.stream.read(longest + 1)
    except (EOFError, OSError, zlib.error) as problem:
        return FileLine(1, b"", 0, "unreadable", str(problem) or type(problem).__name__)
    return FileLine(1, data.removeprefix(_BOM), len(data), "too_long" if len(data) > longest else None)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes on disk."""
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _unpack(file: IO[bytes]) -> IO[bytes]:
    zipped = file.read(2) == _GZIP
    file.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=file)) if zipped else file


def _foreign_kind(path: Path) -> str | None:
    with path.open("rb") as file:
        stream = _unpack(file)
        try:
            head = stream.read(_HEAD)
            file.seek(0)
            # Of a packed file only the beginning is unpacked, which may be a tiny part of it.
            return binary_kind(file if stream is file else BytesIO(head)) or text_kind(head)
        except (EOFError, OSError, zlib.error):
            # A broken gzip file: reading its lines says so.
            return None


def _skip_line(stream: IO[bytes]) -> int:
    skipped = 0
    while data := stream.readline(_CHUNK):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped
