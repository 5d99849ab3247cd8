"""Garbage collection of processes while they start, and of those that run for long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_collection() -> Iterator[None]:
    """Suspend garbage collection during the block, which builds what stays: modules, models, routes and schemas.

    Looking through them again and again while they were built cost a process a fourth of its start.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def freeze_heap() -> None:
    """Exclude all current objects from garbage collection: they live as long as the process.

    The routes, models and schema of the API are 300,000 objects; each full collection of them paused all answers for a
    quarter of a second.
    """
    gc.collect()
    gc.freeze()
