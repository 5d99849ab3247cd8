"""A client of an ASGI app in this process, with the app's lifespan around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI


@asynccontextmanager
async def running(app: FastAPI, *, base_url: str = "http://hub.test") -> AsyncIterator[httpx.AsyncClient]:
    """The app, started and asked at `base_url`; failures come as answers, as they would over the wire."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base_url) as client,
    ):
        yield client
