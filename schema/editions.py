"""Documents as editors see them, with the contents of their editions typed by kind besides the stored JSON."""

from typing import Annotated, Any, Union

import strawberry

from hub.domain.kinds import KINDS
from hub.manage.views import ManagedDocument, ManagedEdition
from schema.derive import class_description, object_type, set_view_type, view_fields, view_type

CONTENT_UNION = "EditionContent"
CONTENT_KIND = "__kind"
"""Member of a typed content's dict with its kind, by which the union is resolved."""

_CONTENT_TYPES: dict[str, Any] = {kind.name: view_type(kind.content) for kind in KINDS.values()}
CONTENT_TYPE_NAMES: dict[str, str] = {
    name: made.__strawberry_definition__.name for name, made in _CONTENT_TYPES.items()
}
"""Names of the types of contents by kind."""

_EditionContent: Any = Annotated[
    Union[tuple(_CONTENT_TYPES.values())],  # noqa: UP007 - types made at run time
    strawberry.union(CONTENT_UNION, description="The content of an edition (nội dung), by the kind of the document."),
]

set_view_type(
    ManagedEdition,
    object_type(
        "ManagedEdition",
        class_description(ManagedEdition),
        {
            **view_fields(ManagedEdition),
            "typed_content": (
                _EditionContent | None,
                "`content` with the members that `ContentInput` takes; null when the document is gone.",
            ),
        },
    ),
)

ManagedDocumentType: Any = view_type(ManagedDocument)


def managed_dict(found: dict[str, Any]) -> dict[str, Any]:
    """Add the typed contents to the JSON of a managed document, from which `ManagedDocument` is resolved."""
    for edition in (*found["working"], *found["live"]):
        content = edition["content"]
        edition["typed_content"] = {**content, CONTENT_KIND: found["kind"]} if content else None
    return found
