"""Unions: one named schema for each, with a discriminator where a member tells the alternatives apart."""

from typing import Any

from hub.contract.schema_walk import PREFIX, list_schemas
from hub.domain.kinds import KINDS

_BY_KIND = {
    "AnyCard": ("Card", "The card of an item of any kind; `kind` says of which."),
    "AnyFull": ("Full", "The stored form of an item of any kind; `kind` says of which."),
    "AnyListItem": ("ListItem", "The card of an item of any kind with the facts of today; `kind` says of which."),
}
_CONTENT = ("Content", "The content of a document of any kind. The kind is that of the document.")


def name_unions(document: dict[str, Any]) -> None:
    """Replace the unions of all kinds by references to one schema each."""
    schemas = document["components"]["schemas"]
    unions: dict[str, dict[str, Any]] = {}
    for name, (suffix, description) in _BY_KIND.items():
        members = {kind: f"{PREFIX}{kind.capitalize()}{suffix}" for kind in KINDS}
        unions[name] = {
            "oneOf": [{"$ref": member} for member in members.values()],
            "discriminator": {"propertyName": "kind", "mapping": members},
            "description": description,
        }
    suffix, description = _CONTENT
    members = {kind: f"{PREFIX}{kind.capitalize()}{suffix}" for kind in KINDS}
    unions["AnyContent"] = {"anyOf": [{"$ref": member} for member in members.values()], "description": description}
    for schema in list(list_schemas(document)):
        for name, union in unions.items():
            _refer(schema, name, [one["$ref"] for one in union.get("oneOf") or union["anyOf"]])
    schemas |= unions


def _refer(schema: dict[str, Any], name: str, members: list[str]) -> None:
    """Let a union that begins with these members refer to the named one instead."""
    if [one.get("$ref") for one in schema.get("anyOf", ())][: len(members)] != members:
        return
    others = schema.pop("anyOf")[len(members) :]
    for described in ("type", "additionalProperties"):
        schema.pop(described, None)
    if others:
        schema["anyOf"] = [{"$ref": PREFIX + name}, *others]
    else:
        schema["$ref"] = PREFIX + name
