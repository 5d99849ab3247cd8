"""The only module that uses Meilisearch's client: asynchronous calls with hard time-outs and one kind of error.

The official client is synchronous, keeps headers in a shared dict (so one client serves one thread), and waits for
ever by default. Here its calls run in a few threads of their own. A caller gets an answer after `timeout` seconds at
the latest; a call that still waits for a thread by then is never made, and a running one ends by the same time-out of
its socket. So a frozen server holds at most `threads` threads, and only for a moment.

The client opens a connection for each call, which costs more than a search. The requests that readers wait for
(searches) go over a connection that each thread keeps open (`search.meilisearch.connection`), and so does waiting for
tasks.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPException
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import meilisearch
import orjson
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from requests import RequestException

from hub.search.port import EngineUnavailable
from search.filters import in_filter, quote
from search.meilisearch.breaker import Breaker, EngineFailure
from search.meilisearch.connection import PersistentConnection

T = TypeVar("T")

Json = dict[str, Any]

TASK_TIMEOUT_SECONDS = 600.0
"""Seconds after which we stop waiting for a task."""


class EngineRequestError(EngineUnavailable):
    """The engine refused: a missing index, a bad filter, a wrong key, a failed task."""


class EngineNotFound(EngineRequestError):
    """The engine has no such index or document."""


class EngineClient:
    """Client of one Meilisearch server. Every method raises only `EngineUnavailable` or a subclass of it.

    `timeout` is in seconds and applies to one call; `pause` is the time in seconds without calls after a failure.
    """

    def __init__(self, url: str, key: str | None, *, timeout: float, threads: int = 8, pause: float = 0.0):
        self.url = url
        self.timeout = timeout
        self._key = key
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="meilisearch")
        self._local = threading.local()
        self._connections: list[PersistentConnection] = []
        self._breaker = Breaker(pause)

    def close(self) -> None:
        """Shut down the threads; calls under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for connection in self._connections:
            connection.close()

    async def multi_search(self, queries: Sequence[Mapping[str, Any]]) -> list[Json]:
        """Send several searches in one HTTP request; return their answers in the same order."""
        return await self._call(lambda _: self._multi_search(queries, self._deadline()))

    async def search_with_document(
        self, index: str, document_id: str, queries: Sequence[Mapping[str, Any]] = ()
    ) -> tuple[Json, list[Json]]:
        """Read one stored document of an index, and the answers to several searches. Raises `EngineNotFound`.

        The document is found by a search of its own in front of the others: another request for it took a twentieth of
        the time of the searches.
        """
        return await self._call(lambda _: self._search_with_document(index, document_id, queries, self._deadline()))

    async def search_by_count(
        self, index: str, document_id: str, counted: Sequence[str], choose: Callable[[int], Mapping[str, Any]]
    ) -> tuple[Json, int, Json]:
        """Read one stored document, count the documents that match `counted`, and run the search chosen by the count.

        Counting by filters alone costs a tenth of a search. Raises `EngineNotFound`.
        """

        def ask(_: meilisearch.Client) -> tuple[Json, int, Json]:
            until = self._deadline()
            wanted = {"filter": list(counted), "limit": 0, "fields": ["id"]}
            count = int(self._fetch("POST", f"indexes/{index}/documents/fetch", wanted, until)["total"])
            stored, (answer,) = self._search_with_document(index, document_id, [choose(count)], until)
            return stored, count, answer

        return await self._call(ask)

    async def document(self, index: str, document_id: str) -> Json:
        """Read one stored document. Raises `EngineNotFound`."""

        def read(client: meilisearch.Client) -> Json:
            return dict(client.index(index).http.get(f"indexes/{index}/documents/{document_id}"))

        return await self._call(read)

    async def indexes(self) -> set[str]:
        """List the names of the indexes on the server (the first thousand)."""
        return {index["uid"] for index in await self._list_indexes()}

    async def index_update_times(self) -> dict[str, datetime]:
        """List the time of the last change of each index on the server (the first thousand)."""
        return {
            index["uid"]: datetime.fromisoformat(index["updatedAt"][:19] + "+00:00")
            for index in await self._list_indexes()
        }

    async def _list_indexes(self) -> list[Json]:
        answer: Any = await self._call(lambda client: client.get_raw_indexes({"limit": 1000}))
        return list(answer["results"] if isinstance(answer, dict) else answer)

    async def page(self, index: str, fields: Sequence[str], offset: int, limit: int) -> list[Json]:
        """Read some members of a page of stored documents, in the engine's own order."""
        params = {"fields": ",".join(fields), "offset": offset, "limit": limit}

        def read(client: meilisearch.Client) -> list[Json]:
            address = f"indexes/{index}/documents?{urlencode(params)}"
            return list(client.index(index).http.get(address)["results"])

        return await self._call(read)

    async def replace(self, index: str, documents: Sequence[Json]) -> int:
        """Store whole documents by their `id`; return the task's number."""
        return await self._send(index, documents, whole=True)

    async def merge(self, index: str, documents: Sequence[Json]) -> int:
        """Merge members into documents by their `id`; return the task's number."""
        return await self._send(index, documents, whole=False)

    async def delete(self, index: str, ids: Sequence[str]) -> int:
        """Delete documents by `id`; return the task's number."""
        return await self.delete_where(index, in_filter("id", ids))

    async def delete_where(self, index: str, chosen: str) -> int:
        """Delete the documents that match a filter; return the task's number."""
        return await self._call(lambda client: client.index(index).delete_documents(filter=chosen).task_uid)

    async def create_index(self, index: str) -> int:
        return await self._call(lambda client: client.create_index(index, {"primaryKey": "id"}).task_uid)

    async def drop_index(self, index: str) -> int:
        return await self._call(lambda client: client.delete_index(index).task_uid)

    async def update_settings(self, index: str, settings: Json) -> int:
        return await self._call(lambda client: client.index(index).update_settings(settings).task_uid)

    async def swap(self, new: str, old: str, *, rename: bool) -> int:
        """Swap two indexes atomically; with `rename`, rename `new` to the free name `old`. Return the task's number."""
        pair: Mapping[str, list[str] | bool] = {"indexes": [new, old], "rename": rename}
        return await self._call(lambda client: client.swap_indexes([pair]).task_uid)

    async def wait(self, tasks: Sequence[int], *, seconds: float = TASK_TIMEOUT_SECONDS) -> None:
        """Wait until every task has succeeded. Raises `EngineRequestError` if one failed or was cancelled."""
        until = time.monotonic() + seconds
        for task in tasks:
            pause = 0.005
            while (found := await self._call(self._task_reader(task)))["status"] in ("enqueued", "processing"):
                if time.monotonic() > until:
                    raise EngineFailure(f"task {task} did not end within {seconds:.0f} s")
                await asyncio.sleep(pause)
                pause = min(pause * 1.25, 0.25)
            if found["status"] != "succeeded":
                reason = (found.get("error") or {}).get("message", "no reason given")
                raise EngineRequestError(f"task {task} ({found.get('type')}) {found['status']}: {reason}")

    async def _send(self, index: str, documents: Sequence[Json], *, whole: bool) -> int:
        # The client declares `str` and passes the body on unchanged; bytes keep Vietnamese from becoming \u escapes.
        body: Any = orjson.dumps(documents)

        def send(client: meilisearch.Client) -> int:
            target = client.index(index)
            sender = target.add_documents_raw if whole else target.update_documents_raw
            return sender(body, "id", "application/json").task_uid

        return await self._call(send)

    def _task_reader(self, task: int) -> Callable[[meilisearch.Client], Json]:
        return lambda _: dict(self._fetch("GET", f"tasks/{task}", None, self._deadline()))

    def _deadline(self) -> float:
        return time.monotonic() + self.timeout

    def _search_with_document(
        self, index: str, document_id: str, queries: Sequence[Mapping[str, Any]], until: float
    ) -> tuple[Json, list[Json]]:
        wanted = {"indexUid": index, "filter": f"id = {quote(document_id)}", "limit": 1}
        first, *answers = self._multi_search([wanted, *queries], until)
        if not first["hits"]:
            raise EngineNotFound(f"the index holds no {document_id}")
        return dict(first["hits"][0]), answers

    def _multi_search(self, queries: Sequence[Mapping[str, Any]], until: float) -> list[Json]:
        results: list[Json] = self._fetch("POST", "multi-search", {"queries": queries}, until)["results"]
        if len(results) != len(queries) or not all("hits" in result for result in results):
            raise ValueError("the answer does not match the queries")
        return results

    def _fetch(self, method: str, path: str, body: Json | None, until: float) -> Any:
        """Send one request over the thread's persistent connection. Runs in a thread."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = PersistentConnection(self.url, self._key)
            self._connections.append(connection)
        status, answer = connection.request(method, path, None if body is None else orjson.dumps(body), until)
        if status >= 500:
            raise EngineFailure(f"the engine answered {status}")
        found = orjson.loads(answer)
        if status >= 400:
            raise _request_error(found.get("code"), found.get("message"))
        return found

    async def _call(self, ask: Callable[[meilisearch.Client], T]) -> T:
        with self._breaker.guard():
            waiting = asyncio.get_running_loop().run_in_executor(self._threads, self._call_in_thread, ask)
            try:
                return await asyncio.wait_for(waiting, self.timeout)
            except TimeoutError as problem:
                raise EngineFailure(f"the engine did not answer within {self.timeout:g} s") from problem

    def _call_in_thread(self, ask: Callable[[meilisearch.Client], T]) -> T:
        """Make the call and translate its errors. Runs in a thread."""
        client = getattr(self._local, "client", None)
        if client is None:
            # `timeout` is declared as int and handed to requests, which takes fractions of a second.
            client = self._local.client = meilisearch.Client(self.url, self._key, timeout=cast(int, self.timeout))
        try:
            return ask(client)
        except MeilisearchApiError as problem:
            if problem.status_code >= 500:
                raise EngineFailure(f"the engine answered {problem.status_code}") from problem
            raise _request_error(problem.code, problem.message) from problem
        except (MeilisearchError, RequestException, HTTPException, OSError) as problem:
            raise EngineFailure(f"the engine cannot be reached: {problem}") from problem
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise EngineFailure(f"the engine's answer cannot be read: {problem!r}") from problem


def _request_error(code: object, message: object) -> EngineRequestError:
    """Translate a 4xx answer of the engine."""
    kind = EngineNotFound if str(code).endswith("_not_found") else EngineRequestError
    return kind(str(message))
