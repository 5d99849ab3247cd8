"""Which text a request means: the one it carries, or the one it names by its hash."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from schema.context import Context
from schema.errors import GraphQLRequestInvalid, PersistedQueryMismatch, PersistedQueryNotFound, QueryNotRegistered
from schema.limits.extension import is_valid_query
from schema.persisted.commands import HashedQuery, store_query

HASH = re.compile(r"[0-9a-f]{64}")
EXTENSION = "persistedQuery"
_EXPECTED = '"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "<64 lower-case hex digits>"}}'


def query_hash(text: str) -> str:
    """The SHA-256 of a query's UTF-8 bytes, in hex."""
    return sha256(text.encode()).hexdigest()


async def resolve_text(schema: Any, context: Context, query: str | None, extensions: Mapping[str, Any] | None) -> str:
    """The query's text; one that a client brings along with its hash is kept. Raises what the protocol says."""
    named, settings = _requested_hash(extensions), context.parts.settings
    if query and named is not None and named != query_hash(query):
        raise PersistedQueryMismatch(
            "The hash is not the SHA-256 of `query`.",
            field="extensions.persistedQuery.sha256Hash",
            expected="the SHA-256 of the very UTF-8 bytes of `query`, in lower-case hex",
        )
    if not query and named is None:
        raise GraphQLRequestInvalid("The request carries no query.", field="query", expected='{"query": "…"}')
    strict = settings.graphql_queries == "registered" and not await context.has_key()
    if query and named is None and not strict:
        return query
    sha = named or query_hash(query or "")
    known = await context.query_cache.read(context.parts.database, sha)
    if strict and (known is None or not known.registered):
        raise QueryNotRegistered(
            "Without a key this hub answers only queries that were registered.",
            field="query",
            expected="the hash of a registered query (`hub queries add`), or a key",
        )
    if known is not None:
        return known.text
    if not query:
        raise PersistedQueryNotFound
    # What does not fit the schema is refused below, and is not worth keeping.
    if is_valid_query(schema, query):
        async with context.parts.database.write() as session:
            most, days = settings.graphql_persisted_queries, settings.graphql_persisted_days
            await store_query(session, HashedQuery(sha, query), most=most, days=days)
    return query


def _requested_hash(extensions: Mapping[str, Any] | None) -> str | None:
    """The hash a request names."""
    found = (extensions or {}).get(EXTENSION)
    if found is None:
        return None
    sha = found.get("sha256Hash") if isinstance(found, dict) and found.get("version") == 1 else None
    if not isinstance(sha, str) or HASH.fullmatch(sha) is None:
        raise GraphQLRequestInvalid(
            "The hub knows queries by version 1 of the protocol: by their SHA-256.",
            field=f"extensions.{EXTENSION}",
            expected=_EXPECTED,
        )
    return sha
