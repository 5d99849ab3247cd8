"""A request as the cache understands it: the address, and all that its answer may differ by for different clients."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import orjson
from starlette.types import Scope
from starlette_compress._utils import parse_accept_encoding

from hub.answer_cache.classes import Address, find_address
from hub.errors import InvalidInput
from hub.web.graphql_refusals import GRAPHQL_PATH
from hub.web.json_body import parse_json
from hub.web.language import negotiate_language

MAX_HEADER = 255
"""Longest header that takes part in a key, in bytes; requests with a longer one go past."""
MAX_BODY = 8_192
"""Longest GraphQL request whose answer is kept, in bytes."""

_DIFFERS_BY = (b"host", b"accept", b"accept-language", b"accept-encoding", b"if-none-match", b"content-type")
_GOES_PAST = frozenset(
    (
        *(b"authorization", b"range", b"if-range", b"if-match", b"if-unmodified-since"),
        *(b"transfer-encoding", b"content-encoding", b"expect"),
    )
)
_READ = frozenset((*_DIFFERS_BY, *_GOES_PAST, b"content-length", b"if-modified-since"))
_CODINGS = ("zstd", "br", "gzip")
"""In the order of preference of `hub.web.compression`."""
_JSON_TYPES = (b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8")

Key = tuple[str, str, str, str, str, bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request whose answer may be kept, or is."""

    key: Key
    address: Address
    is_head: bool
    if_none_match: bytes | None
    body_bytes: int = 0
    """Size of the body of a POST, which is still to be read."""


def read_keyed_request(scope: Scope, languages: tuple[str, ...]) -> KeyedRequest | None:
    """Read what a request asks for; None if its answer is made for it alone."""
    method = scope["method"]
    is_post = method == "POST" and scope["path"] == GRAPHQL_PATH
    if method not in ("GET", "HEAD") and not is_post:
        return None
    address = find_address(scope["path"], scope["query_string"])
    if address is None or not (scope["path"].isascii() and scope["path"].isprintable()):
        return None
    found = _read_headers(scope["headers"])
    if found is None or b"host" not in found:
        return None
    size = 0
    if is_post:
        if found.get(b"content-type", b"").lower() not in _JSON_TYPES or scope["query_string"]:
            return None
        if not 0 < (size := _parse_size(found.get(b"content-length", b""))) <= MAX_BODY:
            return None
    elif found.get(b"content-length", b"0") != b"0":
        return None
    key = (
        "POST" if is_post else "GET",
        address.path,
        address.query,
        _language(found.get(b"accept-language", b""), languages),
        _coding(found.get(b"accept-encoding", b"")),
        found.get(b"accept", b"") if address.route.has_media else b"",
        b"%b://%b%b" % (scope["scheme"].encode(), found[b"host"], scope.get("root_path", "").encode()),
        b"",
    )
    return KeyedRequest(key, address, method == "HEAD", None if is_post else found.get(b"if-none-match"), size)


def with_body(question: KeyedRequest, body: bytes) -> KeyedRequest | None:
    """Add the body of a POST to its key, in a form that is equal for equal members; None if it is not valid."""
    members = _canonical_json(body)
    return None if members is None else replace(question, key=(*question.key[:-1], members))


def without_condition(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """List the headers of a request without `If-None-Match`, so that it is answered in full."""
    return [pair for pair in headers if pair[0] != b"if-none-match"]


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """Read the headers that decide; None if one of them is repeated, too long, or makes the answer a special one."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _READ:
            if name in _GOES_PAST or name in found or len(value) > MAX_HEADER:
                return None
            found[name] = value
    # A date is compared only without tags (RFC 9110 §13.2.2); the route does it.
    return None if b"if-modified-since" in found and b"if-none-match" not in found else found


def _parse_size(written: bytes) -> int:
    return int(written) if written.isdigit() else 0


@lru_cache(maxsize=512)
def _language(accepted: bytes, languages: tuple[str, ...]) -> str:
    return negotiate_language(None, accepted.decode("latin-1"), languages)


@lru_cache(maxsize=512)
def _coding(accepted: bytes) -> str:
    codings = parse_accept_encoding(accepted.decode("latin-1"))
    return next((coding for coding in _CODINGS if coding in codings), "")


@lru_cache(maxsize=256)
def _canonical_json(body: bytes) -> bytes | None:
    try:
        return orjson.dumps(parse_json(body), option=orjson.OPT_SORT_KEYS)
    except InvalidInput:
        return None
