"""The hub's own app with one bare route beside it, so that both are measured in one server."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from hub.app import create_app
from hub.heap import freeze_heap


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def create() -> FastAPI:
    """The app factory for uvicorn."""
    app = create_app()
    app.router.add_route("/hello", _hello)
    freeze_heap()
    return app
