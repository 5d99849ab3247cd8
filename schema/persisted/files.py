"""Queries out of files: what relay-compiler and Apollo's manifest write, and plain GraphQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLError, specified_rules, validate

from hub.errors import HubError, InvalidInput
from schema.build import schema
from schema.limits.complexity import parse_query
from schema.persisted.commands import HashedQuery
from schema.persisted.resolver import query_hash

_EXPECTED = "a .graphql file, relay-compiler's map {hash: text}, or Apollo's persisted query manifest"


def read_query_file(path: Path) -> list[HashedQuery]:
    """The queries of a file, each right and with the hash it says. Raises `InvalidInput`."""
    try:
        text = path.read_text("utf-8")
        found = list(_parse_manifest(orjson.loads(text))) if path.suffix == ".json" else [(None, text)]
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError) as problem:
        raise InvalidInput(f"{path} cannot be read: {problem}", field=str(path), expected=_EXPECTED) from problem
    if not found:
        raise InvalidInput(f"{path} holds no queries.", field=str(path), expected=_EXPECTED)
    return [_check_query(path, given, query) for given, query in found]


def _parse_manifest(found: Any) -> Iterator[tuple[str | None, str]]:
    """Pairs of the hash a file says and the text beside it."""
    if isinstance(found, dict) and isinstance(found.get("operations"), list):
        found = {one.get("id"): one.get("body") for one in found["operations"] if isinstance(one, dict)}
    if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise InvalidInput("This JSON is no map of queries.", expected=_EXPECTED)
    yield from found.items()


def _check_query(path: Path, given: str | None, text: str) -> HashedQuery:
    digest = query_hash(text)
    if given is not None and given.lower().removeprefix("sha256:") != digest:
        raise InvalidInput(
            f"{path} has a query under `{given[:80]}`, and its SHA-256 is {digest}.",
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
