"""Every public address of the contract, for looking at all of them at once."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from hub import openapi
from hub.consultation.records import consultation_id
from hub.domain.kinds import BY_PLURAL, KINDS
from hub.web.feed_links import ALL, FeedFormat


@cache
def read_contract() -> dict[str, Any]:
    """The committed OpenAPI document, which is the served one (tests/contract); serving it takes each app a second."""
    contract: dict[str, Any] = orjson.loads(openapi.CONTRACT.read_bytes())
    return contract


CHOICES: dict[str, list[str]] = {
    # Every form, and every list: all forms are written from the same items.
    "{name}.{form}": [f"{ALL}.{form}" for form in FeedFormat] + [f"{name}.{FeedFormat.json}" for name in BY_PLURAL],
    "/sitemaps/{name}-{number}": [f"/sitemaps/{name}-1" for name in BY_PLURAL],
    "/id/{kind}/{name}": [f"/id/{kind}/{{id}}" for kind in KINDS] + ["/id/policy/17-kh-ubnd", "/id/policy/99-kh-mat"],
    # The numbers of the policies that tests publish, and keep secret.
    "{type}/{year}/{serial}/{symbol}": ["ke-hoach/2026/17/kh-ubnd", "ke-hoach/2026/99/kh-mat"],
    "{part}": ["dieu/1"],
}
"""Parts of addresses that are one of a few words."""


def chosen(path: str) -> list[str]:
    """The address with each of the words that its parts can be."""
    for part, words in CHOICES.items():
        if part in path:
            return [each for word in words for each in chosen(path.replace(part, word))]
    return [path]


STREAMS = ("/api/v1/events",)
"""Answers without end; tests/delivery compares what they say with `/changes`."""


def public_addresses(
    contract: dict[str, Any], documents: Iterable[tuple[str, str]], *, words: str
) -> list[tuple[str, dict[str, Any]]]:
    """Every GET outside of `manage`, with each document (kind, id) of its kind and the parameters that look back."""
    documents = list(documents)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values: dict[str, list[Any]] = {"as_of": [now], "in_force_on": ["2031-04-01"], "lang": ["vi", "en"]}
    found: list[tuple[str, dict[str, Any]]] = []
    for path, methods in ((path, methods) for each, methods in contract["paths"].items() for path in chosen(each)):
        if path in STREAMS or "get" not in methods or "/manage" in path or path.count("{") > path.count("{id}"):
            continue
        parameters = {p["name"] for p in methods["get"].get("parameters", ()) if p["in"] == "query"}
        needed: dict[str, Any] = {"q": words} if "q" in parameters else {}
        if "figure" in parameters:
            needed |= {"figure": "opinions"}
        if {"from", "to"} <= parameters:
            needed |= {"from": 1, "to": 2}
        if "include" in parameters:
            needed |= {"include": "view" if path.endswith("/changes") else "text"}
        queries = [needed] + [needed | {n: v} for n in sorted(parameters) for v in values.get(n, ())]
        if "{id}" in path:
            own = [id_ for kind, id_ in documents if path.startswith(("/d/", f"/id/{kind}/"))]
            own += [id_ for kind, id_ in documents if f"/{KINDS[kind].plural}/" in path]
            if "/consultations/" in path:
                own += [str(consultation_id(UUID(id_))) for kind, id_ in documents if kind == "draft"]
            found += [(path.replace("{id}", id_), query) for id_ in own for query in queries]
        elif path == "/oembed":
            found += [(path, query | {"url": f"http://hub.test/d/{id_}"}) for _, id_ in documents for query in queries]
        else:
            found += [(path, query) for query in queries]
    return found
