"""What every request can reach: the parts that the composition root put together."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from hub.db import Database
from hub.files.store import Files
from hub.searching.port import SearchIndex
from hub.settings import Settings


@dataclass(frozen=True)
class State:
    """The web process's parts."""

    settings: Settings
    database: Database
    search: SearchIndex
    files: Files


def state_of(request: Request) -> State:
    """The parts of the app that serves a request."""
    found: State = request.app.state.hub
    return found


Parts = Annotated[State, Depends(state_of)]
