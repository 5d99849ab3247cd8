"""Random requests from an OpenAPI document: mostly what it describes, with some odd value in each."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from tests.support.odd_values import TEXTS, in_address, in_header, odd_json

HEADERS = (
    "accept", "accept-encoding", "accept-language", "authorization", "content-encoding", "content-type", "cookie",
    "forwarded", "idempotency-key", "if-match", "if-modified-since", "if-none-match", "last-event-id", "origin",
    "prefer", "range", "traceparent", "x-forwarded-for", "x-forwarded-host", "x-request-id",
)  # fmt: skip
BODIES = (b"", b"null", b"[]", b"{", b"\xff\xfe{}", b'{"a":1,"a":2}', b"\x00", b"1" * 100_000, b'"\\ud800"')


@dataclass(frozen=True)
class FuzzRequest:
    """One request: its method, its address with the query, its headers, and its body."""

    method: str
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def is_write(self) -> bool:
        """True for a method that may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def __str__(self) -> str:
        return f"{self.method} {self.address[:300]} {self.headers} {(self.body or b'')[:300]!r}"


class RequestMaker:
    """Makes requests from a contract; `known` are values that lead further than a refusal, by the parameter's name."""

    def __init__(self, contract: dict[str, Any], known: dict[str, list[str]], contents: list[dict[str, Any]]) -> None:
        self.schemas = contract["components"]["schemas"]
        self.known = known
        self.contents = contents
        self.operations = [
            (method.upper(), path, operation)
            for path, methods in contract["paths"].items()
            for method, operation in methods.items()
        ]

    def make(self, chance: random.Random) -> FuzzRequest:
        """Make a request of a random operation."""
        method, path, operation = chance.choice(self.operations)
        query, headers = [], {}
        for each in operation.get("parameters", ()):
            name, where, schema = each["name"], each["in"], each.get("schema", {})
            if where == "path":
                path = path.replace(f"{{{name}}}", in_address(self._parameter(name, schema, chance)) or "-")
            elif where == "query" and (each.get("required") or chance.random() < 0.3):
                query.append(f"{name}={in_address(self._parameter(name, schema, chance))}")
                if chance.random() < 0.1:
                    query.append(f"{name}={in_address(self._parameter(name, schema, chance))}")
            elif where == "header" and chance.random() < 0.6:
                headers[name.lower()] = in_header(self._parameter(name, schema, chance))
        if chance.random() < 0.05:
            query.append(chance.choice(("&&==", "=", "%", "%zz=%", "a[]=1", "limit", "?", "q=%ED%A0%80")))
        if chance.random() < 0.3:
            headers[chance.choice(HEADERS)] = in_header(chance.choice(TEXTS))
        body = self._body(operation, chance) if "requestBody" in operation else None
        if body is not None:
            headers.setdefault("content-type", "application/json")
        address = path + ("?" + "&".join(query) if query else "")
        if chance.random() < 0.02:
            method = chance.choice(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"))
        return FuzzRequest(method, address, headers, body)

    def _parameter(self, name: str, schema: dict[str, Any], chance: random.Random) -> str:
        if chance.random() < 0.35:
            return chance.choice(TEXTS)
        if name in self.known:
            return chance.choice(self.known[name])
        value = self._sample(schema, chance)
        return value if isinstance(value, str) else json.dumps(value)

    def _body(self, operation: dict[str, Any], chance: random.Random) -> bytes:
        if chance.random() < 0.1:
            return chance.choice(BODIES)
        schema = next(iter(operation["requestBody"]["content"].values())).get("schema", {})
        value = self._sample(schema, chance)
        if isinstance(value, dict) and "content" in value and chance.random() < 0.9:
            value["content"] = json.loads(json.dumps(chance.choice(self.contents)))
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            value = _with_odd_member(value, chance)
        # Halves of surrogates are written as escapes, as a careless client writes them.
        return json.dumps(value).encode()

    def _sample(self, schema: dict[str, Any], chance: random.Random, depth: int = 0) -> Any:
        """A value that a schema describes, roughly."""
        if "$ref" in schema:
            return self._sample(self.schemas[schema["$ref"].rpartition("/")[2]], chance, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if schema.get("examples") and chance.random() < 0.7:
            return chance.choice(schema["examples"])
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                return self._sample(chance.choice(schema[union]), chance, depth)
        kind = schema.get("type")
        if kind == "object":
            required = schema.get("required", ())
            return {
                name: self._sample(each, chance, depth + 1)
                for name, each in schema.get("properties", {}).items()
                if depth < 6 and (name in required or chance.random() < 0.4)
            }
        if kind == "array":
            return [self._sample(schema.get("items", {}), chance, depth + 1) for _ in range(chance.choice((0, 1, 2)))]
        if kind == "boolean":
            return chance.random() < 0.5
        if kind in ("integer", "number"):
            low = schema.get("minimum", 0)
            return low + chance.randrange(5)
        samples = {
            "uuid": "id",
            "date": "2026-02-03",
            "date-time": "2026-02-03T08:00:00+07:00",
            "uri": "https://a.vn/b",
        }
        if schema.get("format") == "uuid":
            return chance.choice(self.known["id"])
        return samples.get(schema.get("format", ""), chance.choice(("ubnd-hue", "Bản tin", "a", "17/KH-UBND")))


def _with_odd_member(value: Any, chance: random.Random) -> Any:
    """The value with one member, however deep, in odd place of another."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        return value | {name: _with_odd_member(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], _with_odd_member(value[place], chance), *value[place + 1 :]]
    return odd_json(chance)
