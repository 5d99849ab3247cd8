"""Resolution of a request to the text of its query: the text in the request, or the one with the given hash."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from hub.state import AppState
from schema.errors import GraphQLRequestInvalid, PersistedQueryMismatch, PersistedQueryNotFound, QueryNotRegistered
from schema.limits.checks import is_valid_query
from schema.persisted.commands import HashedQuery, has_mutation, store_query
from schema.persisted.queries import QueryCache

HASH = re.compile(r"[0-9a-f]{64}")
EXTENSION = "persistedQuery"
_EXPECTED = '"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "<64 lower-case hex digits>"}}'


class RequestContext(Protocol):
    """The parts of a request's context that resolving a query needs."""

    query_cache: QueryCache

    @property
    def parts(self) -> AppState: ...

    async def has_key(self) -> bool: ...


def query_hash(text: str) -> str:
    """Compute the SHA-256 of a query's UTF-8 bytes, in hex."""
    return sha256(text.encode()).hexdigest()


async def resolve_text(
    schema: Any, context: RequestContext, query: str | None, extensions: Mapping[str, Any] | None
) -> str:
    """Return the text of a request's query; a text that a client sends with its hash is stored, but never a mutation.

    Raises `GraphQLRequestInvalid`, `PersistedQueryMismatch`, `PersistedQueryNotFound` or `QueryNotRegistered`.
    """
    sent_hash, settings = _requested_hash(extensions), context.parts.settings
    if query and sent_hash is not None and sent_hash != query_hash(query):
        raise PersistedQueryMismatch(
            "The hash is not the SHA-256 of `query`.",
            field="extensions.persistedQuery.sha256Hash",
            expected="the SHA-256 of the exact UTF-8 bytes of `query`, in lower-case hex",
        )
    if not query and sent_hash is None:
        raise GraphQLRequestInvalid("The request contains no query.", field="query", expected='{"query": "…"}')
    strict = settings.graphql_queries == "registered" and not await context.has_key()
    if query and sent_hash is None and not strict:
        return query
    sha = sent_hash or query_hash(query or "")
    known = await context.query_cache.read(context.parts.database, sha)
    if strict and (known is None or not known.registered):
        raise QueryNotRegistered(
            "Without a key, this hub answers only registered queries.",
            field="query",
            expected="the hash of a registered query (`hub queries add`), or a key",
        )
    if known is not None:
        return known.text
    if not query:
        raise PersistedQueryNotFound
    # A query that does not fit the schema is refused later, and is not worth storing. The text of a mutation may hold
    # what must be erasable one day, such as the question of an inquiry: it is run and forgotten.
    if is_valid_query(schema, query) and not has_mutation(query):
        async with context.parts.database.write() as session:
            most, days = settings.graphql_persisted_queries, settings.graphql_persisted_days
            await store_query(session, HashedQuery(sha, query), most=most, days=days)
    return query


def _requested_hash(extensions: Mapping[str, Any] | None) -> str | None:
    """Return the hash in a request's extensions. Raises `GraphQLRequestInvalid` for anything but a SHA-256."""
    found = (extensions or {}).get(EXTENSION)
    if found is None:
        return None
    sha = found.get("sha256Hash") if isinstance(found, dict) and found.get("version") == 1 else None
    if not isinstance(sha, str) or HASH.fullmatch(sha) is None:
        raise GraphQLRequestInvalid(
            "The hub supports version 1 of the persisted queries protocol: queries by their SHA-256.",
            field=f"extensions.{EXTENSION}",
            expected=_EXPECTED,
        )
    return sha
