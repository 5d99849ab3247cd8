"""The request context of resolvers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from typing import TypeVar

from starlette.requests import HTTPConnection
from strawberry.dataloader import DataLoader

from hub.answer_cache.dependence import Dependence
from hub.auth.http import principal_of
from hub.auth.principal import Principal
from hub.content.pictures import read_pictures
from hub.domain.file_names import parse_file_url
from hub.domain.pictures import Pictures
from hub.errors import Unauthenticated
from hub.problem_texts.catalogue import ProblemWriter
from hub.state import AppState, app_state
from hub.web.language import request_language
from hub.web.problems import problem_language
from hub.web.public_urls import base_url
from hub.web.rate.middleware import COST_PER_REQUEST, charge_of
from schema.limits.answer_size import WholeTexts
from schema.persisted.queries import QueryCache

T = TypeVar("T")


class Context:
    """The context of one request; every read opens its own connection, because siblings resolve concurrently."""

    def __init__(self, request: HTTPConnection, query_cache: QueryCache):
        self.request = request
        self.query_cache = query_cache
        """Cache of the persisted queries in this process."""
        self.private = False
        """True if the response is for this caller only and must not be cached."""
        self.dependence: Dependence | None = None
        """Dependence of the response, if it may be kept."""
        self._problem_writer: ProblemWriter | None = None

    @cached_property
    def parts(self) -> AppState:
        """State of the web process."""
        return app_state(self.request)

    @property
    def base_url(self) -> str:
        """Public base URL of the hub, as the request was addressed."""
        return base_url(self.request, self.parts.settings)

    @property
    def client_ip(self) -> str:
        """IP address of the client."""
        return self.parts.client_ips.resolve(self.request.scope)

    @cached_property
    def whole_texts(self) -> WholeTexts:
        """Whole texts that the request reads."""
        settings = self.parts.settings
        return WholeTexts(self.parts.budgets.answers, self.client_ip, settings.graphql_max_bytes)

    async def read_views(
        self, read: Callable[[], Awaitable[T]], texts: Callable[[T], Iterable[bytes | None]], *, whole: bool = True
    ) -> T:
        """Read views; `whole` ones are counted by `texts`. Raises `QueryLimitExceeded` for too many of them."""
        return await (self.whole_texts.read(read, texts) if whole else read())

    @cached_property
    def pictures(self) -> DataLoader[str, Pictures]:
        """Facts of the files at the URLs of images; all that are asked for at once are read by one statement."""
        return DataLoader(load_fn=self._load_pictures, cache=False)

    async def _load_pictures(self, urls: list[str]) -> list[Pictures]:
        ids = {file_id for url in urls if (file_id := parse_file_url(url))}
        return [await read_pictures(self.parts.database, ids)] * len(urls)

    async def charge_cost(self, points: int) -> None:
        """Charge the cost of the query to the rate limit. Raises `RateLimited`."""
        charge = charge_of(self.request)
        if charge is not None:
            await charge.charge_more(points // COST_PER_REQUEST)

    def lang(self, requested: str | None) -> str:
        """Negotiate the language: the argument, then Accept-Language, then the hub's first language."""
        return request_language(self.request, requested, self.parts.settings.languages)

    @property
    def problem_writer(self) -> ProblemWriter:
        """Writer of the texts of errors, in the language of the request; made for the first error."""
        if self._problem_writer is None:
            self._problem_writer = ProblemWriter(problem_language(self.request.headers.get("accept-language")))
        return self._problem_writer

    @property
    def problem_languages(self) -> str | None:
        """Languages of the errors that were written; None if there were none."""
        return None if self._problem_writer is None else self._problem_writer.languages

    async def require_editor(self) -> Principal:
        """Authenticate by the request's key or token, and mark the response as private. Raises `Unauthenticated`."""
        self.private = True
        principal = await self._principal
        if principal is None:
            raise Unauthenticated("Editorial data requires a key.", field="Authorization", expected="Bearer hub_…")
        return principal

    async def has_key(self) -> bool:
        """Return True if the request has a valid key. Raises `Unauthenticated` for an invalid one."""
        return await self._principal is not None

    @cached_property
    def _principal(self) -> asyncio.Task[Principal | None]:
        """Authenticate once per request, even if several fields need it at the same time."""
        return asyncio.create_task(principal_of(self.request, self.parts))
