"""Maps: the pattern of their keys is a schema of names, which more generators know than `patternProperties`."""

from typing import Any

from hub.contract.schema_walk import list_schemas


def name_map_keys(document: dict[str, Any]) -> None:
    """Write maps with one pattern as `propertyNames` and `additionalProperties`, which mean the same."""
    for schema in list_schemas(document):
        patterns = schema.get("patternProperties", {})
        if len(patterns) == 1 and "properties" not in schema:
            [(pattern, values)] = schema.pop("patternProperties").items()
            schema["propertyNames"] = {"pattern": pattern}
            schema["additionalProperties"] = values or True
