"""The command `hub`, but its supervisor restarts a child after half a second, however often it has ended.

A person waits gladly for half a minute when a server has failed for the fifth time; a test of hundreds of failures does
not.
"""

from functools import partial
from typing import Any

from hub import cli
from hub.embedded import supervisor, up

PAUSE_SECONDS = 0.5

if __name__ == "__main__":
    quick: dict[str, tuple[Any, Any]] = {
        "MAX_PAUSE": (supervisor, PAUSE_SECONDS),
        "Service": (up, partial(supervisor.Service, pause=PAUSE_SECONDS)),
    }
    for name, (module, value) in quick.items():
        setattr(module, name, value)
    cli.main()
