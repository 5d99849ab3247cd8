"""The command `hub`, but its supervisor restarts a child after half a second, however often it has ended.

A person waits gladly for half a minute when a server has failed for the fifth time; a test of hundreds of failures does
not.
"""

from functools import partial
from typing import Any

from hub.embedded import supervisor, up

PAUSE_SECONDS = 0.5


def restart_quickly() -> None:
    """Let the supervisors of this process restart their children at once."""
    quick: dict[str, tuple[Any, Any]] = {
        "MAX_PAUSE": (supervisor, PAUSE_SECONDS),
        "Service": (up, partial(supervisor.Service, pause=PAUSE_SECONDS)),
    }
    for name, (module, value) in quick.items():
        setattr(module, name, value)


if __name__ == "__main__":
    from hub import cli

    restart_quickly()
    cli.main()
