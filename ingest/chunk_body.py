"""The body of a chunk of records, as it crosses into the sandbox."""

from collections.abc import Iterable, Iterator


def cut_records(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Cut the body of a chunk into its records."""
    begin = 0
    for size in sizes:
        yield body[begin : begin + size]
        begin += size
