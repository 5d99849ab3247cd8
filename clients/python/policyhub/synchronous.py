"""The blocking client."""

import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, cast

import httpx

from policyhub import reads, types
from policyhub.etags import EtagCache
from policyhub.exchange import Exchange, Steps, Wait
from policyhub.refusals import Refused
from policyhub.stores import Store, page_of

T = TypeVar("T")


class Hub:
    """A hub, read by blocking calls. Threads may share it.

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
        http: httpx.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._http = http or httpx.Client(timeout=90)
        self._http.base_url = httpx.URL(url)
        if key:
            self._http.headers["authorization"] = f"Bearer {key}"
        if lang:
            self._http.headers["accept-language"] = lang
        self._exchange = Exchange(self._http, etags or EtagCache(), retries, longest_wait)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """GET the JSON at a path. Raises `Refused`."""
        return self._run(self._exchange.read(path, params or {}))

    def send(self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Send a command, such as `POST /api/v1/manage/documents`. Raises `Refused`."""
        return self._run(self._exchange.send(method, path, json, headers or {}))

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a GraphQL query and return its data. Raises `GraphQLRefused` and `Refused`."""
        return self._run(self._exchange.ask(query, variables or {}))

    def iterate(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """Iterate over the items of all pages of a list."""
        cursor: str | None = None
        while True:
            page = self.get(path, {**params, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def policies(self, **params: Unpack[types.ListPoliciesParams]) -> Iterator[types.PolicyListItem]:
        """Iterate over the policies (văn bản)."""
        return self.iterate(reads.POLICIES, params)

    def drafts(self, **params: Unpack[types.ListDraftsParams]) -> Iterator[types.DraftListItem]:
        """Iterate over the drafts (dự thảo)."""
        return self.iterate(reads.DRAFTS, params)

    def bulletins(self, **params: Unpack[types.ListBulletinsParams]) -> Iterator[types.BulletinListItem]:
        """Iterate over the bulletins (bản tin)."""
        return self.iterate(reads.BULLETINS, params)

    def statements(self, **params: Unpack[types.ListStatementsParams]) -> Iterator[types.StatementListItem]:
        """Iterate over the statements (phát ngôn)."""
        return self.iterate(reads.STATEMENTS, params)

    def policy(self, id: str, **params: Unpack[types.GetPolicyParams]) -> types.PolicyItem:  # noqa: A002
        """Return a policy."""
        return cast(types.PolicyItem, self.get(f"{reads.POLICIES}/{id}", params))

    def draft(self, id: str, **params: Unpack[types.GetDraftParams]) -> types.DraftItem:  # noqa: A002
        """Return a draft."""
        return cast(types.DraftItem, self.get(f"{reads.DRAFTS}/{id}", params))

    def bulletin(self, id: str, **params: Unpack[types.GetBulletinParams]) -> types.BulletinItem:  # noqa: A002
        """Return a bulletin."""
        return cast(types.BulletinItem, self.get(f"{reads.BULLETINS}/{id}", params))

    def statement(self, id: str, **params: Unpack[types.GetStatementParams]) -> types.StatementItem:  # noqa: A002
        """Return a statement."""
        return cast(types.StatementItem, self.get(f"{reads.STATEMENTS}/{id}", params))

    def search(self, **params: Unpack[types.SearchParams]) -> Iterator[types.SearchItem]:
        """Iterate over what is found, best first."""
        return self.iterate(reads.SEARCH, params)

    def agencies(self, **params: Unpack[types.ListAgenciesParams]) -> Iterator[types.AgencyView]:
        """Iterate over the agencies (cơ quan)."""
        return self.iterate(reads.AGENCIES, params)

    def topics(self, **params: Unpack[types.ListTopicsParams]) -> Iterator[types.TopicView]:
        """Iterate over the topics (chủ đề)."""
        return self.iterate(reads.TOPICS, params)

    def places(self, **params: Unpack[types.ListPlacesParams]) -> Iterator[types.PlaceView]:
        """Iterate over the administrative units (đơn vị hành chính)."""
        return self.iterate(reads.PLACES, params)

    def spokespersons(self, **params: Unpack[types.ListSpokespersonsParams]) -> Iterator[types.SpokespersonView]:
        """Iterate over the spokespersons (người phát ngôn)."""
        return self.iterate(reads.SPOKESPERSONS, params)

    def consultations(
        self, **params: Unpack[types.ListConsultationsParams]
    ) -> Iterator[types.DraftConsultationCardView]:
        """Iterate over the consultations on drafts (lấy ý kiến)."""
        return self.iterate(reads.CONSULTATIONS, params)

    def changes(
        self, after: str = reads.BEGINNING, *, wait: int = 0, **params: Unpack[types.ListChangesParams]
    ) -> Iterator[types.ChangesView]:
        """Iterate over the pages of changes after a position, up to the head of the log.

        Store `next` of the last page. With `wait` the first request is held until something changes, for that many
        seconds. Raises `Refused` with the code `resync` if the log does not have the position.
        """
        while True:
            asked = reads.following(params, after, wait)
            page = self._run(self._exchange.read(reads.CHANGES, asked, keep=False))
            yield page
            if page["reached"] >= page["head"]:
                return
            after, wait = page["next"], 0

    def sync(self, store: Store, *, wait: int = 0, **params: Unpack[types.ListChangesParams]) -> int:
        """Bring a copy up to date and return the number of changes; the filters must stay those of the copy.

        A copy whose position was lost, because the hub was restored from a backup, begins anew.
        """
        after = store.get_position()
        try:
            return self._follow(store, after, wait, params)
        except Refused as refused:
            if refused.code != reads.RESYNC:
                raise
            return self._follow(store, None, 0, params)

    def _follow(self, store: Store, after: str | None, wait: int, params: types.ListChangesParams) -> int:
        begins, changed = after is None, 0
        for page in self.changes(after or reads.BEGINNING, wait=wait, **params):
            store.apply(page_of(page, begins=begins))
            begins, changed = False, changed + len(page["items"])
        return changed

    def _run(self, steps: Steps[T]) -> T:
        found: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = steps.send(found)
            except StopIteration as end:
                return cast(T, end.value)
            if isinstance(step, Wait):
                self._sleep(step.seconds)
                found = None
                continue
            try:
                found = self._http.send(step)
            except httpx.TransportError as problem:
                found = problem
