"""The time limit of a query, and what a query holds while it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hub.problem_texts.templates import fill
from schema.errors import QueryTimeout


@asynccontextmanager
async def limit_time(context: Any) -> AsyncIterator[None]:
    """Stop a query after its time, and give back what it held; `context` is None outside of requests.

    Raises `QueryTimeout`.
    """
    seconds = context.parts.settings.graphql_timeout if context else None
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise QueryTimeout(
            fill("The query was stopped after {seconds:g} seconds.", seconds=seconds),
            expected="fewer items (`first`), fewer fields, or several smaller queries",
            seconds=seconds,
        ) from None
    finally:
        if context:
            context.whole_texts.release()
