"""Processes that run for long do not look through what they are made of again and again."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.server

LIFE = """
import gc, weakref
from hub.heap import freeze_heap

class Ring:
    pass

def ring():
    one, other = Ring(), Ring()
    one.other, other.one = other, one
    return weakref.ref(one)

gc.disable()
before, kept = ring(), [Ring() for _ in range(1_000)]
freeze_heap()
assert before() is None, "what had died before is kept for ever"
assert not any(isinstance(found, Ring) for found in gc.get_objects()), "what stays is looked through"
later = ring()
gc.collect()
assert later() is None, "what dies afterwards is kept for ever"
"""

BEGINNING = """
import asyncio, gc, sys
import uvicorn
from fastapi.routing import APIRoute
from hub.cli import run

def begun(*given, **named):
    seen = [one for one in gc.get_objects() if isinstance(one, APIRoute) or isinstance(one, type(sys))]
    assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
    assert not seen, seen[:3]
    print("begun")
    raise SystemExit

uvicorn.Server.run = asyncio.run = begun
getattr(run, sys.argv[1])(**({"check": False} if sys.argv[1] == "worker" else {}))
"""


def test_what_a_process_is_made_of_is_not_looked_through_and_what_dies_is_collected() -> None:
    subprocess.run([sys.executable, "-c", LIFE], check=True)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_heap_is_frozen_when_the_api_and_the_worker_begin(command: str) -> None:
    environment = os.environ | {"HUB_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told = subprocess.run(
        [sys.executable, "-c", BEGINNING, command], env=environment, check=True, capture_output=True, text=True
    )
    assert told.stdout.split() == ["begun"]
