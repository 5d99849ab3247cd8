"""Processes that run for long do not look through what they are made of again and again."""

import subprocess
import sys
from inspect import getsource

from hub.cli import run

LIFE = """
import gc, weakref
from hub.settled import settled

class Ring:
    pass

def ring():
    one, other = Ring(), Ring()
    one.other, other.one = other, one
    return weakref.ref(one)

kept = [Ring() for _ in range(1_000)]
settled()
assert gc.get_freeze_count() > 1_000
assert not any(isinstance(found, Ring) for found in gc.get_objects())
later = ring()
gc.collect()
assert later() is None, "what comes afterwards is no longer collected"
"""


def test_what_a_process_is_made_of_is_not_looked_through_and_what_comes_afterwards_is() -> None:
    subprocess.run([sys.executable, "-c", LIFE], check=True)


def test_the_api_and_the_worker_settle_before_they_begin() -> None:
    for command, begins in ((run.serve, "server.run()"), (run.worker, "asyncio.run(")):
        told = getsource(command)
        assert 0 < told.index("settled()") < told.index(begins)
