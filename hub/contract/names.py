"""Names of schemas: one for each shape, in letters and digits, and no title that would compete with it."""

from typing import Any

from hub.contract.schema_walk import PREFIX, list_schemas

_WORDS = ("title", "description", "examples")


def drop_titles(document: dict[str, Any]) -> None:
    """Drop the titles that Pydantic makes of names: generators would name classes after them, twice the same."""
    for schema in list_schemas(document):
        if isinstance(schema.get("title"), str):
            del schema["title"]


def merge_equal_schemas(document: dict[str, Any]) -> None:
    """Keep one schema for what is sent and what is answered where both are equal; else `…Input` is what is sent."""
    schemas = document["components"]["schemas"]
    renamed = {}
    for name in list(schemas):
        plain = name.removesuffix("-Output").removesuffix("-Input")
        if name.endswith("-Output"):
            renamed[name] = plain
        elif name.endswith("-Input"):
            renamed[name] = f"{plain}Input"
    _rename(document, renamed)
    while equal := _find_equal(document["components"]["schemas"]):
        _rename(document, equal)


def _find_equal(schemas: dict[str, Any]) -> dict[str, str]:
    """Return the inputs that are shaped as what is answered, with its name."""
    return {
        name: plain
        for name in schemas
        if name.endswith("Input") and (plain := name.removesuffix("Input")) in schemas
        if _bare(schemas[name]) == _bare(schemas[plain])
    }


def _rename(document: dict[str, Any], renamed: dict[str, str]) -> None:
    schemas = document["components"]["schemas"]
    for schema in list_schemas(document):
        old = str(schema.get("$ref", "")).removeprefix(PREFIX)
        if old in renamed:
            schema["$ref"] = PREFIX + renamed[old]
    for old, new in renamed.items():
        schemas.setdefault(new, schemas[old])
        del schemas[old]


def _bare(schema: Any) -> Any:
    """Return a schema without words for people."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    members = schema.get("properties")
    found = {name: _bare(value) for name, value in schema.items() if name not in _WORDS and name != "properties"}
    if members is not None:
        found["properties"] = {name: _bare(value) for name, value in members.items()}
    return found
