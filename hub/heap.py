"""Garbage collection of long-running processes."""

import gc


def freeze_heap() -> None:
    """Exclude all current objects from garbage collection: they live as long as the process.

    The routes, models and schema of the API are 300,000 objects; each full collection of them paused all answers for a
    quarter of a second.
    """
    gc.collect()
    gc.freeze()
