"""The OpenAPI document's shapes of what editors write: one for each kind, named in every body that carries a content.

FastAPI sees only the JSON object that routes take; the content is checked once its document's kind is known.
"""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from hub.domain.kinds import KINDS

REF_TEMPLATE = "#/components/schemas/{model}"
CONTENT_MODELS = [kind.content for kind in KINDS.values()]


@cache
def content_schemas() -> dict[str, Any]:
    """JSON Schemas by name. What a content is made of ends in `Input`: the views have parts of the same names."""
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
    """Put the shapes beside those that FastAPI finds."""
    document["components"]["schemas"] |= content_schemas()
