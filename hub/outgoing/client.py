"""HTTP client for URLs chosen by others: public addresses only, no redirects, no proxies, with time limits."""

import time
from asyncio import timeout
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext

import httpcore
import httpx

import hub
from hub.errors import InvalidInput
from hub.outgoing.addresses import is_public, parse_ip_literal
from hub.outgoing.backend import AddressRefused, CheckedBackend
from hub.problem_texts.templates import fill, one_of
from hub.settings import Settings
from hub.urls import MAX_URL_LENGTH, parse_web_url

USER_AGENT = f"policy-hub/{hub.__version__}"
WEB_PORTS = (80, 443)
LOWEST_OTHER_PORT = 1_024


@dataclass(frozen=True)
class Reply:
    """A response. `body` is cut to the requested number of bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class RequestFailed(Exception):
    """No usable response: `reason` is `refused_address`, `timeout`, `connection`, `protocol` or `too_large`."""

    def __init__(self, reason: str, detail: str, seconds: float = 0.0):
        super().__init__(detail)
        self.reason = reason
        self.seconds = seconds


def _too_large(limit: int, began: float) -> RequestFailed:
    return RequestFailed("too_large", f"The response has more than {limit:,} bytes.", time.monotonic() - began)


@contextmanager
def _translate_errors(seconds: float, began: float) -> Iterator[None]:
    """Translate errors of httpx and the network into `RequestFailed`."""
    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as problem:
        raise RequestFailed(
            "timeout", f"No response within {seconds:g} seconds.", time.monotonic() - began
        ) from problem
    except AddressRefused as problem:
        raise RequestFailed("refused_address", str(problem), time.monotonic() - began) from problem
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
        # `ValueError`: a name that cannot be encoded, a header that is not ASCII, a port that is no number.
        reason = "connection" if isinstance(problem, httpx.NetworkError | OSError) else "protocol"
        raise RequestFailed(reason, str(problem)[:300] or type(problem).__name__, time.monotonic() - began) from problem


@cache
def _tls_context() -> SSLContext:
    """Return the one TLS context of the process: reading the authorities takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


class _CheckedTransport(httpx.AsyncHTTPTransport):
    """Transport of httpx over a pool with the checked backend; httpx has no parameter for a backend."""

    def __init__(self, private_hosts: frozenset[str], connections: int):
        super().__init__(verify=_tls_context(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls_context(),
            max_connections=connections,
            max_keepalive_connections=connections // 2,
            keepalive_expiry=15,
            network_backend=CheckedBackend(private_hosts),
        )


class OutgoingClient:
    """Client for URLs chosen by others. Open one per process and close it at the end."""

    def __init__(self, settings: Settings, *, connections: int = 64):
        self.client = httpx.AsyncClient(
            transport=_CheckedTransport(private_hosts(settings), connections),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            # The whole exchange has its own time limit; this one frees a pool that a slow server keeps busy.
            timeout=httpx.Timeout(30, pool=10),
        )

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        seconds: float = 20,
        max_body: int = 4_096,
    ) -> Reply:
        """Send a request and read at most `max_body` bytes, within `seconds` in total; redirects are not followed.

        Raises `RequestFailed` if there is no response.
        """
        began = time.monotonic()
        reply: Reply | None = None
        try:
            with _translate_errors(seconds, began):
                async with (
                    timeout(seconds),
                    self.client.stream(method, url, headers=headers, content=content) as response,
                ):
                    body = b""
                    reply = Reply(response.status_code, response.headers, body, time.monotonic() - began)
                    async for part in response.aiter_raw():
                        body = (body + part)[:max_body]
                        reply = Reply(response.status_code, response.headers, body, time.monotonic() - began)
                        if len(body) >= max_body:
                            break
        except RequestFailed:
            # Once the status has arrived, a broken body does not change the outcome.
            if reply is None:
                raise
        assert reply is not None  # noqa: S101 - every path without a reply has raised
        return reply

    async def get(self, url: str, *, headers: Mapping[str, str], seconds: float, limit: int) -> Reply:
        """Get a complete body of at most `limit` bytes, within `seconds` in total; redirects are not followed.

        Raises `RequestFailed` if the body is incomplete, or too large (`too_large`).
        """
        began = time.monotonic()
        body = bytearray()
        with _translate_errors(seconds, began):
            async with timeout(seconds), self.client.stream("GET", url, headers=headers) as response:
                declared = response.headers.get("content-length", "")
                if declared.isdecimal() and int(declared) > limit:
                    raise _too_large(limit, began)
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > limit:
                        raise _too_large(limit, began)
        return Reply(response.status_code, response.headers, bytes(body), time.monotonic() - began)

    async def close(self) -> None:
        """Close all connections."""
        await self.client.aclose()


def private_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts that the settings exempt from the check, as they appear in URLs."""
    return frozenset(host.lower().strip("[]") for host in settings.outgoing_private_hosts)


def check_url(url: str, settings: Settings, *, field: str, https: bool) -> str:
    """Return the URL if requests to it are allowed. Raises `InvalidInput` for what can be decided without a request.

    With `https`, plain HTTP is allowed only for hosts that the settings exempt. The addresses of a name are checked
    when connecting.
    """
    try:
        parts = parse_web_url(url)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as problem:
        raise _invalid_url(field, "This is not a valid URL.") from problem
    host, port = parts.hostname or "", parts.port
    exempt = host in private_hosts(settings)
    schemes = ("http", "https") if exempt or not https else ("https",)
    if parts.scheme not in schemes:
        raise _invalid_url(
            field, fill("The URL must start with {schemes}.", schemes=one_of([each + "://" for each in schemes]))
        )
    if not url.isascii() or len(url) > MAX_URL_LENGTH:
        raise _invalid_url(
            field,
            fill(
                "A URL must have only ASCII characters without spaces, at most {max_url_length}.",
                max_url_length=MAX_URL_LENGTH,
            ),
        )
    if "#" in url:
        raise _invalid_url(field, "The URL must not contain a fragment.")
    address = parse_ip_literal(host)
    if not exempt and ((address is not None and not is_public(address)) or host == "localhost"):
        raise _invalid_url(field, "The URL points to an address that is not public.")
    if not exempt and port is not None and port not in WEB_PORTS and port < LOWEST_OTHER_PORT:
        raise _invalid_url(field, fill("Port {port} is not allowed.", port=port))
    return url


def _invalid_url(field: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, field=field, expected="https://example.vn/hook: a public address")
