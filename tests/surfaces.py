"""Every public address of the contract, for looking at all of them at once."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hub.content.kinds import KINDS


def public_addresses(
    contract: dict[str, Any], documents: Iterable[tuple[str, str]], *, words: str
) -> list[tuple[str, dict[str, Any]]]:
    """Every GET outside of `manage`, with each document (kind, id) of its kind and the parameters that look back."""
    documents = list(documents)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values: dict[str, list[Any]] = {"as_of": [now], "in_force_on": ["2031-04-01"], "lang": ["vi", "en"]}
    found: list[tuple[str, dict[str, Any]]] = []
    for path, methods in contract["paths"].items():
        if "get" not in methods or "/manage" in path or path.count("{") > path.count("{id}"):
            continue
        parameters = {p["name"] for p in methods["get"].get("parameters", ()) if p["in"] == "query"}
        needed: dict[str, Any] = {"q": words} if "q" in parameters else {}
        if {"from", "to"} <= parameters:
            needed |= {"from": 1, "to": 2}
        if "include" in parameters:
            needed |= {"include": "text"}
        queries = [needed] + [needed | {n: v} for n in sorted(parameters) for v in values.get(n, ())]
        if "{id}" in path:
            chosen = [id_ for kind, id_ in documents if f"/{KINDS[kind].plural}/" in path]
            found += [(path.replace("{id}", id_), query) for id_ in chosen for query in queries]
        else:
            found += [(path, query) for query in queries]
    return found
