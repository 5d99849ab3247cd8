"""Contents of editions as typed inputs: one type for each kind, and the choice among them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from strawberry.types.arguments import InputContext

from hub.domain.kinds import KINDS
from schema.inputs import input_type, make_input, plain_members
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


class GivenContent(NamedTuple):
    """A content as it was given: its kind, and the same JSON object as in REST."""

    kind: str
    content: dict[str, Any]


def _read_content(_: type, given: Mapping[str, Any], _context: InputContext) -> GivenContent:
    """Build a content from its coerced input; Strawberry's own way makes an object of each node, one member at a time.

    GraphQL has checked that there is exactly one member.
    """
    [(kind, content)] = given.items()
    return GivenContent(kind, plain_members(content, input_type(KINDS[kind].content)))


ContentInput.__strawberry_definition__.from_input = _read_content
