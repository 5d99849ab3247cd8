"""Files of queries: the output of relay-compiler, Apollo's manifest, and plain GraphQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLError, specified_rules, validate
from strawberry import Schema

from hub.errors import HubError, InvalidInput
from schema.limits.complexity import parse_query
from schema.persisted.commands import HashedQuery
from schema.persisted.resolver import query_hash

_EXPECTED = "a .graphql file, relay-compiler's map {hash: text}, or Apollo's persisted query manifest"


def read_query_file(path: Path, schema: Schema) -> list[HashedQuery]:
    """Read the queries of a file and validate each: against the schema, and its hash. Raises `InvalidInput`."""
    try:
        text = path.read_text("utf-8")
        found = list(_parse_manifest(orjson.loads(text))) if path.suffix == ".json" else [(None, text)]
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError) as problem:
        raise InvalidInput(f"{path} cannot be read: {problem}", field=str(path), expected=_EXPECTED) from problem
    if not found:
        raise InvalidInput(f"{path} contains no queries.", field=str(path), expected=_EXPECTED)
    return [_check_query(path, schema, sha256, query) for sha256, query in found]


def _parse_manifest(found: Any) -> Iterator[tuple[str | None, str]]:
    """Yield each hash and text in a manifest."""
    if isinstance(found, dict) and isinstance(found.get("operations"), list):
        found = {one.get("id"): one.get("body") for one in found["operations"] if isinstance(one, dict)}
    if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise InvalidInput("This JSON is not a map of queries.", expected=_EXPECTED)
    yield from found.items()


def _check_query(path: Path, schema: Schema, sha256: str | None, text: str) -> HashedQuery:
    digest = query_hash(text)
    if sha256 is not None and sha256.lower().removeprefix("sha256:") != digest:
        raise InvalidInput(
            f"{path} lists a query under `{sha256[:80]}`, but its SHA-256 is {digest}.",
            field=str(path),
            expected='SHA-256: in relay.config.json `"persistConfig": {"algorithm": "SHA256"}`',
        )
    try:
        problems = [error.message for error in validate(schema._schema, parse_query(text), specified_rules, 5)]
    except (GraphQLError, HubError) as problem:
        problems = [str(problem)]
    if problems:
        raise InvalidInput(f"{path}: {problems[0]}", field=str(path), expected="queries that fit the served schema")
    return HashedQuery(digest, text)
