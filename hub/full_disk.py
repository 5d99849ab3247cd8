"""The error of a full disk, whichever library reports it, as one problem for every edge."""

import errno
import re

from hub.errors import StorageFull

_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room on the disk, in the quota of the account, or below its limit for a file."""
_FOREIGN_ERRNO = re.compile(r"\(os error (\d{1,4})\)")
"""Number of the system's error in the messages of libraries that are written in Rust."""


def is_disk_full(problem: BaseException) -> bool:
    """Return True if bytes could not be written because there is no room."""
    if isinstance(problem, OSError) and problem.errno is not None:
        return problem.errno in _FULL_ERRNOS
    return any(int(found) in _FULL_ERRNOS for found in _FOREIGN_ERRNO.findall(str(problem)[:2_000]))


def storage_full() -> StorageFull:
    """The problem of a request that needs room on a full disk."""
    return StorageFull(expected="the same request after the operator has made room")
