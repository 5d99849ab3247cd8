"""Schemas of content in the OpenAPI document: one per kind, referenced by every body that has a content.

FastAPI sees only a JSON object in the routes, because content is validated when the kind of its document is known.
"""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from hub.domain.kinds import KINDS

REF_TEMPLATE = "#/components/schemas/{model}"
CONTENT_MODELS = [kind.content for kind in KINDS.values()]


@cache
def content_schemas() -> dict[str, Any]:
    """JSON Schemas by name. Parts of a content get the suffix `Input`, because parts of views have the same names."""
    _, made = models_json_schema([(content, "validation") for content in CONTENT_MODELS], ref_template=REF_TEMPLATE)
    named = {name: name if name.endswith("Content") else f"{name}Input" for name in made["$defs"]}
    return {named[name]: _rename_refs(shape, named) for name, shape in made["$defs"].items()}


def _rename_refs(part: Any, named: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_rename_refs(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: REF_TEMPLATE.format(model=named[value.rsplit("/", 1)[1]]) if key == "$ref" else _rename_refs(value, named)
        for key, value in part.items()
    }


def add_content_schemas(document: dict[str, Any]) -> None:
    """Add the schemas to the OpenAPI document."""
    document["components"]["schemas"] |= content_schemas()
