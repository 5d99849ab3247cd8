"""The type `Image`: facts of its file are read by one statement for all images of a request that select them."""

from typing import Any

import strawberry

from hub.domain.pictures import UNKNOWN, ImageView, image_members
from schema.context import Context
from schema.derive import Resolver, class_description, graphql_type, object_type, view_fields

Info = strawberry.Info[Context, None]

FACTS = frozenset(UNKNOWN)


def _resolver(name: str, annotation: Any) -> Resolver:
    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        pictures = await info.context.pictures.load(root["url"])
        return image_members(root["url"], pictures)[name]

    resolve.__annotations__["return"] = annotation
    return resolve


def _image_type() -> Any:
    resolvers = {
        name: _resolver(name, graphql_type(name, field.annotation))
        for name, field in ImageView.model_fields.items()
        if name in FACTS
    }
    return object_type("Image", class_description(ImageView), view_fields(ImageView), resolvers=resolvers)


Image: Any = _image_type()
