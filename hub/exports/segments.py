"""Segments of the exports: the rows of a range of log positions, written once and used again while they are the same.

A segment holds its part of the snapshot (deflated so that it can stand at any place of the stream) and its lines of
each CSV file. After a removal only the segment that held the item is written anew.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

import orjson

LEVEL = 6
UNPACKED_BYTES = 1 << 20
"""Bytes of a part that are unpacked at a time, for the checksum of the whole."""
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Without a name or a time inside, the same content gives the same bytes."""


class Segment:
    """A part of the exports that is being written. Texts are deflated as they come, so that few are in memory."""

    def __init__(self) -> None:
        self.rows = 0
        self.tables: dict[str, list[str]] = {}
        """CSV lines by the plural of their kind."""
        self._deflater = Deflater()

    def add(self, line: bytes) -> None:
        """Append a line of the snapshot."""
        self._deflater.add(line)
        self.rows += 1

    def pack(self) -> bytes:
        """Serialize: a line of JSON with the sizes, the deflated snapshot, then the CSV lines."""
        deflated = self._deflater.finish()
        tables = {name: "".join(lines).encode() for name, lines in self.tables.items()}
        sizes = {name: [len(self.tables[name]), len(part)] for name, part in tables.items()}
        head = {"rows": self.rows, "snapshot": len(deflated), "tables": sizes}
        return orjson.dumps(head) + b"\n" + deflated + b"".join(tables.values())


@dataclass(frozen=True)
class PackedSegment:
    """A segment as it is stored."""

    rows: int
    snapshot: bytes
    tables: Mapping[str, tuple[int, bytes]]
    """Number of lines and lines of each CSV file."""

    @classmethod
    def parse(cls, packed: bytes) -> "PackedSegment":
        """Parse a stored segment."""
        head, _, rest = packed.partition(b"\n")
        about = orjson.loads(head)
        tables, start = {}, about["snapshot"]
        for name, (rows, size) in about["tables"].items():
            tables[name] = (rows, rest[start : start + size])
            start += size
        return cls(about["rows"], rest[: about["snapshot"]], tables)


def segment_key(base: str, columns: Iterable[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the key of a segment: a digest of all that its bytes follow from."""
    return sha256(orjson.dumps([base, sorted(columns), [[str(part) for part in row] for row in rows]])).hexdigest()[:40]


class Deflater:
    """Deflates lines to whole bytes without reference to what stands before, so that they can be joined."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._parts: list[bytes] = []

    def add(self, line: bytes) -> None:
        """Append a line."""
        self._parts.append(self._packer.compress(line))

    def finish(self) -> bytes:
        """Return the deflated lines."""
        return b"".join([*self._parts, self._packer.flush(zlib.Z_FULL_FLUSH)])


def deflate(line: bytes) -> bytes:
    """Deflate one line as a part of its own."""
    deflater = Deflater()
    deflater.add(line)
    return deflater.finish()


class GzipJoiner:
    """Joins deflated parts to one gzip stream."""

    def __init__(self, file: IO[bytes]):
        self.file = file
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        self._crc, self._size = 0, 0
        file.write(_GZIP_HEADER)

    def add(self, deflated: bytes) -> None:
        """Append a part."""
        self.file.write(deflated)
        while deflated:
            content = self._unpacker.decompress(deflated, UNPACKED_BYTES)
            self._crc = zlib.crc32(content, self._crc)
            self._size += len(content)
            deflated = self._unpacker.unconsumed_tail

    def close(self) -> None:
        """Write the end of the stream."""
        self.file.write(b"\x03\x00" + self._crc.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little"))
