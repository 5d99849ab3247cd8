"""Contents given to GraphQL become the JSON objects of REST in one step, without an object for each node."""

from typing import Any

import pytest
from graphql.utilities import coerce_input_value

from hub.domain.kinds import KINDS
from schema.build import schema
from schema.contents import ContentInput, GivenContent
from tests.support import contents
from tests.support.graphql_editors import typed

FILE = {"name": "a.pdf", "media_type": "application/pdf", "url": "https://a.vn/a.pdf", "size": 17}
MORE: dict[str, dict[str, Any]] = {
    "policy": {
        "signed_original": {"file": FILE, "signature": "not_checked", "signed_at": "2026-02-03T10:00:00+07:00"},
        "attachments": [FILE, FILE | {"name": "b.pdf"}],
        "legal_force": "suspended",
    },
    "draft": {"explanatory_note": "Vì sao", "high_impact": True},
    "bulletin": {"channels": ["hue_s", "zalo"], "priority": "urgent"},
    "statement": {"answers": [{"question": "Hỏi", "answer": "Đáp"}]},
}


def read(given: dict[str, Any]) -> GivenContent:
    coerced = coerce_input_value(given, schema._schema.type_map["ContentInput"])  # type: ignore[arg-type]
    found: GivenContent = ContentInput.__strawberry_definition__.from_input(ContentInput, coerced, None)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_content_is_the_object_that_rest_takes(kind: str) -> None:
    content = contents.MADE[kind](**MORE[kind])

    assert read(typed(content, kind)) == (kind, content)


def test_null_members_are_left_out_at_every_depth_and_nodes_are_plain_objects() -> None:
    nodes = [{"ref": "dieu-1", "type": "article", "label": None, "text": "Một"}, {"ref": "dieu-2", "type": "article"}]
    content = contents.policy(summary=None, nodes=nodes, signed_original=None)

    found = read(typed(content)).content

    assert found.keys() == content.keys() - {"summary", "signed_original"}
    assert found["nodes"] == [{"ref": "dieu-1", "type": "article", "text": "Một"}, nodes[1]]
    assert [type(node) for node in found["nodes"]] == [dict, dict]
