"""The OpenAPI document's shapes of what editors write: one for each kind, named in every body that carries a content.

FastAPI sees only the JSON object that routes take; the content is checked once its document's kind is known.
"""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from hub.domain.kinds import KINDS

REF = "#/components/schemas/{model}"
CONTENTS = [kind.content for kind in KINDS.values()]


@cache
def shapes() -> dict[str, Any]:
    """JSON Schemas by name. What a content is made of ends in `Input`: the views have parts of the same names."""
    _, made = models_json_schema([(content, "validation") for content in CONTENTS], ref_template=REF)
    named = {name: name if name.endswith("Content") else f"{name}Input" for name in made["$defs"]}
    return {named[name]: _renamed(shape, named) for name, shape in made["$defs"].items()}


def _renamed(part: Any, named: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_renamed(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: REF.format(model=named[value.rsplit("/", 1)[1]]) if key == "$ref" else _renamed(value, named)
        for key, value in part.items()
    }


def add_contents(document: dict[str, Any]) -> None:
    """Put the shapes beside those that FastAPI finds."""
    document["components"]["schemas"] |= shapes()
