"""Contents of editions as typed inputs: one type for each kind, and the choice among them."""

from collections.abc import Mapping
from typing import Any

import strawberry

from hub.domain.kinds import KINDS
from schema.inputs import input_type, make_input, plain_json
from schema.naming import CONTENT_INPUT

ContentInput: Any = make_input(
    CONTENT_INPUT,
    "The content of an edition (nội dung): exactly one member, that of the document's kind. Pass large content in a "
    "variable, which does not count toward the limits of a query.",
    {
        kind.name: (input_type(kind.content), f"The content of a {kind.name} ({kind.vietnamese}).", False)
        for kind in KINDS.values()
    },
    one_of=True,
)


def content_of(given: Any) -> tuple[str, Mapping[str, Any]]:
    """Return kind and content of a given `ContentInput`: the same JSON object as in REST."""
    members = ((name, plain_json(one)) for name, one in vars(given).items() if one is not strawberry.UNSET)
    (found,) = ((kind, content) for kind, content in members if content is not None)
    return found
