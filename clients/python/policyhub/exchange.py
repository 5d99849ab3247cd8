"""One exchange with the hub, without a way to send anything: both clients drive the same steps.

A step is a request to send or a time to wait; what comes back is the answer, or the error of the connection.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import httpx

from policyhub.etags import EtagCache, Kept
from policyhub.refusals import GraphQLRefused, Refused, read_retry_after

T = TypeVar("T")
Params = Mapping[str, Any]


class Wait(NamedTuple):
    """Seconds to wait."""

    seconds: float


Steps = Generator[httpx.Request | Wait, httpx.Response | httpx.TransportError | None, T]

_FIRST_WAIT = 0.5
_AGAIN = (429, 503)


class Exchange:
    """Requests, retries and ETags of a client."""

    def __init__(self, http: httpx.Client | httpx.AsyncClient, etags: EtagCache, retries: int, longest_wait: float):
        self.http = http
        self.etags = etags
        self.retries = retries
        self.longest_wait = longest_wait

    def read(self, path: str, params: Params, *, keep: bool = True) -> Steps[Any]:
        """GET the JSON at a path, or take the kept answer if it is still the right one. Raises `Refused`."""
        request = self.http.build_request("GET", path, params=_flat(params))
        kept = self.etags.get(str(request.url)) if keep else None
        if kept is not None:
            request.headers["if-none-match"] = kept.etag
        answer = yield from self._send(request, _AGAIN)
        if answer.status_code == 304 and kept is not None:
            return kept.body
        body = _body_of(answer)
        etag = answer.headers.get("etag")
        if keep and etag and "no-store" not in answer.headers.get("cache-control", ""):
            self.etags.put(str(request.url), Kept(etag, body))
        return body

    def send(self, method: str, path: str, json: Any, headers: Mapping[str, str]) -> Steps[Any]:
        """Send a command and return its JSON; None without a body. Raises `Refused`.

        It is sent again only when it was surely not done: after 429, or with an `Idempotency-Key`.
        """
        request = self.http.build_request(method, path, json=json, headers=dict(headers))
        is_safe = "idempotency-key" in request.headers
        answer = yield from self._send(request, _AGAIN if is_safe else (429,), repeat_lost=is_safe)
        return _body_of(answer)

    def ask(self, query: str, variables: Params) -> Steps[dict[str, Any]]:
        """Run a GraphQL query. Raises `GraphQLRefused` if any part of it was refused, and `Refused`."""
        request = self.http.build_request("POST", "/graphql", json={"query": query, "variables": dict(variables)})
        answer = yield from self._send(request, (429,), repeat_lost=False)
        if "json" not in answer.headers.get("content-type", ""):
            raise Refused(answer)
        found: dict[str, Any] = answer.json()
        if errors := found.get("errors"):
            raise GraphQLRefused(errors, found.get("data"))
        data: dict[str, Any] = found["data"]
        return data

    def _send(self, request: httpx.Request, again: Sequence[int], *, repeat_lost: bool = True) -> Steps[httpx.Response]:
        """Send a request until it is answered, at most `retries` times more."""
        for attempt in range(self.retries + 1):
            is_last = attempt == self.retries
            answer = yield request
            wait = _FIRST_WAIT * 2**attempt
            if isinstance(answer, httpx.TransportError):
                if is_last or not repeat_lost:
                    raise answer
            elif isinstance(answer, httpx.Response):
                stated = read_retry_after(answer)
                wait = wait if stated is None else stated
                if is_last or answer.status_code not in again or wait > self.longest_wait:
                    return answer
            yield Wait(wait)
        raise AssertionError("the last attempt returns or raises")


def _body_of(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise Refused(answer)
    return answer.json() if answer.content else None


def _flat(params: Params) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}
