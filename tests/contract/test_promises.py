"""A difference from the promised contracts is named in the changelog, or the run fails."""

from typing import Any

import pytest

from tests.contract.__main__ import CHANGELOG, GRAPHQL, REST, changes
from tests.contract.changes import Change, graphql_changes, rest_changes, unnamed
from tests.contract.rest import lines, read, written

SDL = """
enum Kind { policy draft }
type Query { policies(first: Int, topic: String): [Policy!]! }
type Policy { id: ID! title: String! number: String kind: Kind! }
"""


def rest(**changes: Any) -> dict[str, Any]:
    """A small OpenAPI document: one list, one write."""
    made: dict[str, Any] = {
        "parameters": [
            {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer", "maximum": 9}}
        ],
        "card": {"title": {"type": "string"}, "number": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "required": ["title", "number"],
        "kinds": ["policy", "draft"],
        "wanted": ["title"],
        "more": {},
    } | changes
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Card"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Content"}}}}
    return {
        "paths": {
            "/list": {"get": {"parameters": made["parameters"], "responses": {"200": answer}}, **made["more"]},
            "/write": {"post": {"requestBody": body, "responses": {"201": answer}}},
        },
        "components": {
            "schemas": {
                "Card": {"properties": made["card"], "required": made["required"]},
                "Content": {
                    "properties": {"title": {"type": "string"}, "kind": {"enum": made["kinds"]}},
                    "required": made["wanted"],
                },
            }
        },
    }


def differences(**changes: Any) -> list[Change]:
    return list(rest_changes(lines(rest()), lines(rest(**changes))))


def test_every_difference_from_the_promised_contracts_is_named_in_the_changelog() -> None:
    assert unnamed(changes(), CHANGELOG.read_text("utf-8")) == []


def test_the_promised_contracts_are_kept_in_a_form_that_reads_back() -> None:
    text = REST.read_text("utf-8")

    assert written(read(text)) == text
    assert read(written(lines(rest()))) == lines(rest())
    assert "type Query {" in GRAPHQL.read_text("utf-8")


@pytest.mark.parametrize(
    ("changed", "name", "breaking"),
    [
        ({"card": {"title": {"type": "string"}}}, "Card.number", True),
        ({"required": ["number"]}, "Card.title", True),
        ({"card": {"title": {"type": "integer"}, "number": {"type": "string"}}}, "Card.title", True),
        ({"wanted": ["title", "kind"]}, "Content.kind", True),
        ({"kinds": ["policy"]}, "Content.kind", True),
        ({"parameters": []}, "limit", True),
        ({"kinds": ["policy", "draft", "notice"]}, "Content.kind", False),
        ({"wanted": []}, "Content.title", False),
        ({"more": {"delete": {"responses": {"204": {}}}}}, "DELETE /list", False),
        ({"card": rest()["components"]["schemas"]["Card"]["properties"] | {"place": {}}}, "Card.place", False),
    ],
)
def test_what_programs_can_break_on_is_told_apart_in_rest(changed: dict[str, Any], name: str, breaking: bool) -> None:
    found = [change for change in differences(**changed) if name in change.names]

    assert [change.breaking for change in found] == [breaking]


def test_a_new_parameter_breaks_only_when_it_is_required() -> None:
    first = rest()["paths"]["/list"]["get"]["parameters"]
    new = {"name": "topic", "in": "query", "schema": {"type": "string"}}

    assert [c.breaking for c in differences(parameters=[*first, new | {"required": False}])] == [False]
    assert [c.breaking for c in differences(parameters=[*first, new | {"required": True}])] == [True]


@pytest.mark.parametrize(
    ("before", "after", "name", "breaking"),
    [
        ("number: String", "", "Policy.number", True),
        ("title: String!", "title: String", "Policy.title", True),
        ("number: String", "number: String!", "Policy.number", False),
        (" topic: String)", ")", "Query.policies", True),
        ("topic: String)", "topic: String, place: String)", "Query.policies", False),
        ("topic: String)", "topic: String, place: String!)", "Query.policies", True),
        (" draft }", " }", "Kind.draft", True),
        ("draft }", "draft notice }", "Kind.notice", False),
        ("number: String", 'number: String @deprecated(reason: "old")', "Policy.number", False),
        ("type Policy {", "type Place { code: String } type Policy { place: Place", "Place", False),
    ],
)
def test_what_programs_can_break_on_is_told_apart_in_graphql(
    before: str, after: str, name: str, breaking: bool
) -> None:
    assert before in SDL

    found = [change for change in graphql_changes(SDL, SDL.replace(before, after)) if name in change.names]

    assert [change.breaking for change in found] == [breaking]


def test_only_the_newest_section_names_changes_and_a_breaking_one_says_so() -> None:
    gone = Change(("Policy.number",), "Field Policy.number was removed", breaking=True)
    new = Change(("GET /list",), "GET /list was added")
    log = "# Changelog\n\n## 2\n\n{}\n\n## 1\n\n- **Breaking**: `Policy.number` and `/list`.\n"

    assert len(unnamed([gone, new], log.format("- Policy.number is gone, and GET /list came"))) == 2
    assert unnamed([new], log.format("- New: `GET /list`.")) == []
    assert unnamed([gone], log.format("- `Policy.number` is gone.")) == [
        "Field Policy.number was removed: the line that names `Policy.number` does not say **Breaking**"
    ]
    assert unnamed([gone], log.format("- **Breaking**: `Policy.number` is\n  gone.")) == []
