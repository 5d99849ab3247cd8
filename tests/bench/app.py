"""The hub as `hub serve` runs it, with one bare route beside its own: `python -m tests.bench.app PORT`."""

import sys

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from hub.app import create_app
from hub.heap import freeze_heap
from hub.settings import Settings
from hub.web.server.serve import build_server


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def serve(port: int) -> None:
    """Serve until the process is ended."""
    settings = Settings()
    app = create_app(settings)
    app.router.add_route("/hello", _hello)
    freeze_heap()
    build_server(app, settings, port=port, log_level="warning").run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
