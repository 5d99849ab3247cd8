"""Walk over the schemas of an OpenAPI document: never into examples, defaults or constants, which are data."""

from collections.abc import Iterable, Iterator
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")
PREFIX = "#/components/schemas/"

Schema = dict[str, Any]
Operation = dict[str, Any]


def list_operations(document: dict[str, Any], groups: Iterable[str] = ("paths", "webhooks")) -> Iterator[Operation]:
    """Yield all operations, those of webhooks too."""
    for group in groups:
        for methods in document.get(group, {}).values():
            yield from (methods[method] for method in METHODS if method in methods)


def list_schemas(document: dict[str, Any]) -> Iterator[Schema]:
    """Yield every schema, each before those inside it."""
    for schema in document["components"]["schemas"].values():
        yield from _list_inner(schema)
    for operation in list_operations(document):
        yield from _list_inner_of(_list_stated([operation]))


def list_references(parts: Iterable[dict[str, Any]], schemas: dict[str, Schema]) -> set[str]:
    """Return the names of the schemas that parts of operations refer to, and of those that these refer to."""
    found: set[str] = set()
    waiting = list(_list_inner_of(_list_stated(parts)))
    while waiting:
        name = str(waiting.pop().get("$ref", "")).removeprefix(PREFIX)
        if name in schemas and name not in found:
            found.add(name)
            waiting.extend(_list_inner(schemas[name]))
    return found


def _list_stated(parts: Iterable[dict[str, Any]]) -> Iterator[Schema]:
    """Yield the schemas of parameters, bodies, responses and headers, or of a part of an operation."""
    for part in parts:
        if "schema" in part:
            yield part["schema"]
        yield from _list_stated(part.get("parameters", ()))
        for members in ("content", "responses", "headers"):
            yield from _list_stated(part.get(members, {}).values())
        if "requestBody" in part:
            yield from _list_stated([part["requestBody"]])


def _list_inner_of(schemas: Iterable[Schema]) -> Iterator[Schema]:
    for schema in schemas:
        yield from _list_inner(schema)


def _list_inner(schema: Any) -> Iterator[Schema]:
    if not isinstance(schema, dict):
        return
    yield schema
    for name in ("properties", "patternProperties", "$defs"):
        yield from _list_inner_of(schema.get(name, {}).values())
    for name in ("items", "additionalProperties", "propertyNames", "not"):
        yield from _list_inner(schema.get(name))
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        yield from _list_inner_of(schema.get(name, ()))
