"""The file of the right to send, in the data folder outside the database."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from uuid import UUID

from hub.embedded.private_files import FileIdentity, identify_file

FILE = "sending.json"
SIZE = 1_024
"""Bytes of the file. It is written in place, in one block, so that its identity stays the same."""


class LeaseFileDamaged(Exception):
    """The file of the right to send cannot be read."""


@dataclass(frozen=True)
class LeaseFile:
    """The right to send: whose it is, and the log up to which something may have been sent."""

    instance: UUID
    epoch: UUID
    seq: int
    hash: str
    database_seq: int
    """`seq` in the database when this was written: after a crash, the database may still say so."""
    identity: FileIdentity
    calls: int = 0
    """Number of outside calls up to which something may have been sent; see `hub.log.call_count`."""

    def to_bytes(self) -> bytes:
        """Render the file, padded to its size."""
        return json.dumps(asdict(self), default=str).encode().ljust(SIZE - 1) + b"\n"


def read_lease_file(path: Path) -> LeaseFile | None:
    """Read the file; None if there is none. Raises `LeaseFileDamaged`."""
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        return LeaseFile(
            UUID(found["instance"]),
            UUID(found["epoch"]),
            int(found["seq"]),
            str(found["hash"]),
            int(found["database_seq"]),
            FileIdentity(**found["identity"]),
            int(found.get("calls", 0)),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise LeaseFileDamaged(f"{path} cannot be read: {problem}") from problem


def create_lease_file(path: Path, instance: UUID, epoch: UUID, seq: int, hash_: str, calls: int) -> LeaseFile:
    """Write a new file in the place of an old one, with an identity of its own."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # its mode is 0600
    try:
        lease = LeaseFile(instance, epoch, seq, hash_, seq, identify_file(Path(part)), calls)
        os.write(handle, lease.to_bytes())
        os.fsync(handle)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    return lease


def update_lease_file(path: Path, lease: LeaseFile) -> None:
    """Write the file in place, and wait until it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(handle, lease.to_bytes(), 0)
        os.fsync(handle)
    finally:
        os.close(handle)
