"""The client with asyncio. Written by generate.py: do not edit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, cast

import httpx

from policyhub import reads, types
from policyhub.etags import EtagCache
from policyhub.exchange import Exchange, Steps, Wait
from policyhub.refusals import Refused
from policyhub.stores import AsyncStore, page_of

T = TypeVar("T")


class AsyncHub:
    """A hub, read with asyncio.

    `key` is that of an editor, `lang` the language of texts. A request that is refused with 429 or 503, or whose
    connection fails, is sent again up to `retries` times, if `Retry-After` is not longer than `longest_wait` seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        lang: str | None = None,
        retries: int = 3,
        longest_wait: float = 60,
        etags: EtagCache | None = None,
        http: httpx.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._http = http or httpx.AsyncClient(timeout=90)
        self._http.base_url = httpx.URL(url)
        if key:
            self._http.headers["authorization"] = f"Bearer {key}"
        if lang:
            self._http.headers["accept-language"] = lang
        self._exchange = Exchange(self._http, etags or EtagCache(), retries, longest_wait)
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """GET the JSON at a path. Raises `Refused`."""
        return await self._run(self._exchange.read(path, params or {}))

    async def send(self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Send a command, such as `POST /api/v1/manage/documents`. Raises `Refused`."""
        return await self._run(self._exchange.send(method, path, json, headers or {}))

    async def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a GraphQL query and return its data. Raises `GraphQLRefused` and `Refused`."""
        return await self._run(self._exchange.ask(query, variables or {}))

    async def iterate(self, path: str, params: Mapping[str, Any]) -> AsyncIterator[Any]:
        """Iterate over the items of all pages of a list."""
        cursor: str | None = None
        while True:
            page = await self.get(path, {**params, "cursor": cursor})
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    def policies(self, **params: Unpack[types.ListPoliciesParams]) -> AsyncIterator[types.PolicyListItem]:
        """Iterate over the policies (văn bản)."""
        return self.iterate(reads.POLICIES, params)

    def drafts(self, **params: Unpack[types.ListDraftsParams]) -> AsyncIterator[types.DraftListItem]:
        """Iterate over the drafts (dự thảo)."""
        return self.iterate(reads.DRAFTS, params)

    def bulletins(self, **params: Unpack[types.ListBulletinsParams]) -> AsyncIterator[types.BulletinListItem]:
        """Iterate over the bulletins (bản tin)."""
        return self.iterate(reads.BULLETINS, params)

    def statements(self, **params: Unpack[types.ListStatementsParams]) -> AsyncIterator[types.StatementListItem]:
        """Iterate over the statements (phát ngôn)."""
        return self.iterate(reads.STATEMENTS, params)

    async def policy(self, id: str, **params: Unpack[types.GetPolicyParams]) -> types.PolicyItem:  # noqa: A002
        """Return a policy."""
        return cast(types.PolicyItem, await self.get(f"{reads.POLICIES}/{id}", params))

    async def draft(self, id: str, **params: Unpack[types.GetDraftParams]) -> types.DraftItem:  # noqa: A002
        """Return a draft."""
        return cast(types.DraftItem, await self.get(f"{reads.DRAFTS}/{id}", params))

    async def bulletin(self, id: str, **params: Unpack[types.GetBulletinParams]) -> types.BulletinItem:  # noqa: A002
        """Return a bulletin."""
        return cast(types.BulletinItem, await self.get(f"{reads.BULLETINS}/{id}", params))

    async def statement(self, id: str, **params: Unpack[types.GetStatementParams]) -> types.StatementItem:  # noqa: A002
        """Return a statement."""
        return cast(types.StatementItem, await self.get(f"{reads.STATEMENTS}/{id}", params))

    def search(self, **params: Unpack[types.SearchParams]) -> AsyncIterator[types.SearchItem]:
        """Iterate over what is found, best first."""
        return self.iterate(reads.SEARCH, params)

    def agencies(self, **params: Unpack[types.ListAgenciesParams]) -> AsyncIterator[types.AgencyView]:
        """Iterate over the agencies (cơ quan)."""
        return self.iterate(reads.AGENCIES, params)

    def topics(self, **params: Unpack[types.ListTopicsParams]) -> AsyncIterator[types.TopicView]:
        """Iterate over the topics (chủ đề)."""
        return self.iterate(reads.TOPICS, params)

    def places(self, **params: Unpack[types.ListPlacesParams]) -> AsyncIterator[types.PlaceView]:
        """Iterate over the administrative units (đơn vị hành chính)."""
        return self.iterate(reads.PLACES, params)

    def spokespersons(self, **params: Unpack[types.ListSpokespersonsParams]) -> AsyncIterator[types.SpokespersonView]:
        """Iterate over the spokespersons (người phát ngôn)."""
        return self.iterate(reads.SPOKESPERSONS, params)

    def consultations(
        self, **params: Unpack[types.ListConsultationsParams]
    ) -> AsyncIterator[types.DraftConsultationCardView]:
        """Iterate over the consultations on drafts (lấy ý kiến)."""
        return self.iterate(reads.CONSULTATIONS, params)

    async def changes(
        self, after: str = reads.BEGINNING, *, wait: int = 0, **params: Unpack[types.ListChangesParams]
    ) -> AsyncIterator[types.ChangesView]:
        """Iterate over the pages of changes after a position, up to the head of the log.

        Store `next` of the last page. With `wait` the first request is held until something changes, for that many
        seconds. Raises `Refused` with the code `resync` if the log does not have the position.
        """
        while True:
            asked = reads.following(params, after, wait)
            page = await self._run(self._exchange.read(reads.CHANGES, asked, keep=False))
            yield page
            if page["reached"] >= page["head"]:
                return
            after, wait = page["next"], 0

    async def sync(self, store: AsyncStore, *, wait: int = 0, **params: Unpack[types.ListChangesParams]) -> int:
        """Bring a copy up to date and return the number of changes; the filters must stay those of the copy.

        A copy whose position was lost, because the hub was restored from a backup, begins anew.
        """
        after = await store.get_position()
        try:
            return await self._follow(store, after, wait, params)
        except Refused as refused:
            if refused.code != reads.RESYNC:
                raise
            return await self._follow(store, None, 0, params)

    async def _follow(self, store: AsyncStore, after: str | None, wait: int, params: types.ListChangesParams) -> int:
        begins, changed = after is None, 0
        async for page in self.changes(after or reads.BEGINNING, wait=wait, **params):
            await store.apply(page_of(page, begins=begins))
            begins, changed = False, changed + len(page["items"])
        return changed

    async def _run(self, steps: Steps[T]) -> T:
        found: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = steps.send(found)
            except StopIteration as end:
                return cast(T, end.value)
            if isinstance(step, Wait):
                await self._sleep(step.seconds)
                found = None
                continue
            try:
                found = await self._http.send(step)
            except httpx.TransportError as problem:
                found = problem
