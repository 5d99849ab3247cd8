"""The OpenAPI document is as generators of clients want it."""

import re

from hub.contract.schema_walk import list_operations, list_schemas
from hub.openapi import build_openapi
from hub.webhooks.payload import RESYNC_TYPE, TEST_TYPE

DOCUMENT = build_openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_no_schema_has_a_title_or_a_name_that_is_no_identifier_or_differs_in_case_alone() -> None:
    assert [one for one in list_schemas(DOCUMENT) if isinstance(one.get("title"), str)] == []
    assert [name for name in SCHEMAS if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    assert len({name.lower() for name in SCHEMAS}) == len(SCHEMAS)


def test_a_member_that_may_be_null_is_still_always_there() -> None:
    policy = SCHEMAS["PolicyItem"]

    assert {"type": "null"} in policy["properties"]["number"]["anyOf"]
    assert {"number", "kind", "now"} < set(policy["required"])
    assert not {"derived", "unmapped"} & set(policy["required"])
    assert SCHEMAS["ChangeView"]["required"] == ["seq", "event", "at", "path", "hash", "position"]
    assert SCHEMAS["PolicyContent"]["required"] == ["title", "type", "issuers", "dates"]


def test_no_parameter_may_be_null() -> None:
    nullable = [
        (operation["operationId"], parameter["name"])
        for operation in list_operations(DOCUMENT)
        for parameter in operation.get("parameters", ())
        if {"type": "null"} in parameter["schema"].get("anyOf", ())
    ]
    assert nullable == []


def test_unions_of_kinds_are_told_apart_by_the_kind_that_each_alternative_always_has() -> None:
    for name in ("AnyCard", "AnyFull", "AnyListItem"):
        told = SCHEMAS[name]["discriminator"]
        assert [one["$ref"] for one in SCHEMAS[name]["oneOf"]] == list(told["mapping"].values())
        for kind, target in told["mapping"].items():
            alternative = SCHEMAS[target.rsplit("/", 1)[1]]
            assert alternative["properties"]["kind"]["const"] == kind
            assert "kind" in alternative["required"]


def test_every_operation_has_words_of_its_own() -> None:
    for operation in list_operations(DOCUMENT):
        assert operation["summary"] != operation["operationId"].replace("_", " ").title()
        for answer in operation["responses"].values():
            assert answer["description"].strip(". ") not in ("", "Successful Response")
    assert {"servers", "externalDocs"} < DOCUMENT.keys()
    assert {"contact", "license"} < DOCUMENT["info"].keys()


def test_times_have_their_format() -> None:
    times = [
        (name, member)
        for name, schema in SCHEMAS.items()
        for member, one in schema.get("properties", {}).items()
        if member.endswith("_at") and "string" in str(one) and "date-time" not in str(one)
    ]
    assert times == []


def test_all_messages_that_the_hub_sends_are_described() -> None:
    webhooks = DOCUMENT["webhooks"]

    assert webhooks.keys() == {"document", "subject", "resync", "test", "push", "websub"}
    assert SCHEMAS["TestMessage"]["properties"]["type"]["const"] == TEST_TYPE
    assert SCHEMAS["ResyncMessage"]["properties"]["type"]["const"] == RESYNC_TYPE
