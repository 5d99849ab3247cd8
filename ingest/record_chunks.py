"""Read the records of strangers in the sandbox, a chunk in one call, because each call costs an exchange of messages.

A chunk that ends the process that reads it, or takes too much time or memory, is read again record by record, so that
only the guilty one is refused (docs/decisions/127).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from ingest.extraction.errors import ERRORS_BY_CODE, UnreadableFile

T = TypeVar("T")

MAX_CHUNK_BYTES = 16_000_000
"""Largest size of a chunk in bytes, not counting its last record."""


async def read_chunk(
    function: str, records: Sequence[bytes], arguments: dict[str, Any], limits: SandboxLimits
) -> list[Any]:
    """Call `function(body, sizes, **arguments)` in the sandbox, where `body` has the records one after another.

    The function returns a list with a result for each record. Returns that list, with an `UnreadableFile` for each
    record that cannot be read within the limits.
    """
    if not records:
        return []
    call = {"sizes": [len(record) for record in records], **arguments}
    try:
        found: list[Any] = await run_in_sandbox(function, b"".join(records), call, limits, ERRORS_BY_CODE)
    except UnreadableFile as problem:
        if len(records) == 1:
            return [problem]
        return [(await read_chunk(function, [record], arguments, limits))[0] for record in records]
    return found


def take_chunk(entries: Iterator[T], most: int, size_of: Callable[[T], int]) -> list[T]:
    """Take the next entries, at most so many, until they have `MAX_CHUNK_BYTES`."""
    chunk: list[T] = []
    size = 0
    while len(chunk) < most and size < MAX_CHUNK_BYTES and (entry := next(entries, None)) is not None:
        chunk.append(entry)
        size += size_of(entry)
    return chunk
