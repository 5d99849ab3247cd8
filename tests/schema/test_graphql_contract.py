"""The schema as a contract: complete, committed, equal to REST, and true to its own examples."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    get_named_type,
    graphql_sync,
    is_non_null_type,
    parse,
    specified_scalar_types,
    validate,
)
from pydantic import BaseModel

import hub.web.pages
from hub.changes.routes import routes as changes_routes
from hub.channels.rehearsal.routes import routes as rehearsal_routes
from hub.channels.routes import routes as channel_routes
from hub.channels.zalo.routes import routes as zalo_routes
from hub.citations.routes import citations_router
from hub.clocks.routes import routes as clock_routes
from hub.consultation.answers.routes import routes as answer_routes
from hub.consultation.bodies.routes import routes as body_routes
from hub.consultation.campaigns.routes import routes as group_routes
from hub.consultation.carryover.routes import routes as place_routes
from hub.consultation.contacts.routes import routes as contact_routes
from hub.consultation.manage_routes import routes as consultation_manage_routes
from hub.consultation.moderation.manage_routes import routes as moderation_manage_routes
from hub.consultation.moderation.routes import routes as moderation_routes
from hub.consultation.routes import routes as consultation_routes
from hub.consultation.submission.own_routes import routes as own_comment_routes
from hub.consultation.submission.routes import routes as comment_routes
from hub.content.item_views import ITEMS
from hub.content.params import list_params
from hub.content.routes import router
from hub.domain.filters import Filters
from hub.domain.kinds import KINDS
from hub.files.routes import routes as files_routes
from hub.manage.routes import routes as manage_routes
from hub.openness.routes import routes as openness_routes
from hub.people.routes import routes as people_routes
from hub.press.routes import routes as press_routes
from hub.press_inquiries.routes import routes as press_inquiry_routes
from hub.provenance.routes import routes as provenance_routes
from hub.registrar.routes import routes as registrar_routes
from hub.registrar.unmapped_routes import routes as unmapped_routes
from hub.registry.routes import routes as registry_routes
from hub.search.routes import routes as search_routes
from hub.worklist.routes import routes as worklist_routes
from schema.build import schema
from schema.naming import camel_case
from schema.sdl import FILE, sdl
from schema.types import TYPE_NAMES

CORE = schema._schema
TYPES = {
    name: made
    for name, made in CORE.type_map.items()
    if not name.startswith("__") and name not in specified_scalar_types
}
ONLY_IN_GRAPHQL = {"ManagedEdition": {"typedContent"}, "Change": {"consultation"}}
DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = Path(hub.web.pages.__file__).parent / "static" / "examples"


def _undescribed() -> Iterator[str]:
    for name, made in TYPES.items():
        if not made.description:
            yield name
        if isinstance(made, GraphQLEnumType):
            yield from (f"{name}.{key}" for key, value in made.values.items() if not value.description)
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in made.fields.items():
                if not field.description:
                    yield f"{name}.{key}"
                yield from (f"{name}.{key}({a})" for a, argument in field.args.items() if not argument.description)
        if isinstance(made, GraphQLInputObjectType):
            yield from (f"{name}.{key}" for key, member in made.fields.items() if not member.description)
    for directive in CORE.directives:
        if not directive.description:
            yield f"@{directive.name}"


def test_everything_has_a_description() -> None:
    assert list(_undescribed()) == []


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert FILE.read_text("utf-8") == sdl(), "run `make contracts`"
    assert build_schema(sdl()).query_type is not None


def _openapi() -> dict[str, Any]:
    app = FastAPI()
    for routes in (
        router(),
        registry_routes,
        registrar_routes,
        unmapped_routes,
        clock_routes,
        changes_routes,
        manage_routes,
        press_routes,
        press_inquiry_routes,
        consultation_routes,
        consultation_manage_routes,
        answer_routes,
        body_routes,
        contact_routes,
        openness_routes,
        place_routes,
        group_routes,
        moderation_routes,
        moderation_manage_routes,
        own_comment_routes,
        comment_routes,
        provenance_routes,
        channel_routes,
        rehearsal_routes,
        zalo_routes,
        search_routes,
        citations_router(),
        people_routes,
        files_routes,
        worklist_routes,
    ):
        app.router.routes.extend(routes.routes)
    models: dict[str, Any] = app.openapi()["components"]["schemas"]
    return models


def _graphql_name(model: str) -> str:
    kinds = {ITEMS[name].__name__: TYPE_NAMES[name] for name in KINDS}
    return kinds.get(model) or model.removesuffix("View")


def test_rest_and_graphql_have_the_same_fields() -> None:
    compared = set()
    for model, found in _openapi().items():
        made = TYPES.get(_graphql_name(model))
        if isinstance(made, GraphQLObjectType) and found["type"] == "object" and not model.endswith("Card"):
            own = {camel_case(name) for name in found["properties"]} | ONLY_IN_GRAPHQL.get(made.name, set())
            assert own == set(made.fields), model
            for name, field in found["properties"].items():
                nullable = any(option.get("type") == "null" for option in field.get("anyOf", ()))
                assert is_non_null_type(made.fields[camel_case(name)].type) is not nullable, f"{model}.{name}"
            compared.add(made.name)

    connections = {name for name in TYPES if name.endswith(("Connection", "Edge"))}
    objects = {name for name, made in TYPES.items() if isinstance(made, GraphQLObjectType)}
    assert compared == objects - connections - {
        "Query",
        "Mutation",
        "Subscription",
        "Manage",
        "Refusal",
        # Members of a problem, which are flat there.
        "RefusalWindow",
        "PageInfo",
        "Facet",
        # One field for each list, where REST has a member of any of them.
        "RegistryEntry",
        # REST answers with nothing.
        "ErasedOpinion",
        # Compared with the inputs, below.
        *(kind.content.__name__ for kind in KINDS.values()),
    }


def test_rest_and_graphql_have_the_same_values_of_enums() -> None:
    for model, found in _openapi().items():
        if "enum" in found and model in TYPES:
            made = TYPES[model]
            assert isinstance(made, GraphQLEnumType)
            assert list(made.values) == found["enum"], model
            assert [value.value for value in made.values.values()] == found["enum"]


def test_every_filter_of_rest_is_an_argument_of_every_list() -> None:
    assert CORE.query_type is not None
    for kind in KINDS.values():
        arguments = CORE.query_type.fields[kind.plural].args
        others = {"lang", "sort", "first", "after", "asOf"} | ({"inForceOn"} if kind.name == "policy" else set())
        filters = Filters.model_fields.keys() & list_params(kind).model_fields.keys()
        assert {camel_case(name) for name in filters} | others == set(arguments)
    every = set().union(*(list_params(kind).model_fields for kind in KINDS.values()))
    assert Filters.model_fields.keys() <= every


def test_every_filter_of_the_desk_is_an_argument_and_every_step_of_a_batch_a_verb() -> None:
    desk = CORE.type_map["Manage"]
    assert isinstance(desk, GraphQLObjectType)
    assert set(desk.fields["documents"].args) == {
        "state", "agency", "kind", "source", "doubt", "dueTo", "waitingFor", "assignedTo", "query", "first", "after",
    }  # fmt: skip
    verbs = CORE.type_map["BatchVerb"]
    assert isinstance(verbs, GraphQLEnumType)
    assert list(verbs.values) == ["submit", "return", "approve", "publish"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_kind_is_an_item(kind: Any) -> None:
    made, item = TYPES[TYPE_NAMES[kind.name]], TYPES["Item"]

    assert isinstance(made, GraphQLObjectType)
    assert isinstance(item, GraphQLInterfaceType)
    assert item in made.interfaces
    for name, field in item.fields.items():
        assert str(made.fields[name].type) == str(field.type)


def _check_input(model: type[BaseModel], name: str) -> set[str]:
    """Compare an input type, and those below it, with the model that REST validates with; return their names."""
    made = TYPES[name]
    assert isinstance(made, GraphQLInputObjectType)
    assert list(made.fields) == [camel_case(member) for member in model.model_fields], name
    found = {name}
    for member, field in model.model_fields.items():
        given = made.fields[camel_case(member)].type
        assert is_non_null_type(given) is field.is_required(), f"{name}.{member}"
        below = _model_below(field.annotation)
        if below is not None:
            found |= _check_input(below, get_named_type(given).name)
    return found


def _model_below(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_below, get_args(annotation))), None)


def test_contents_have_the_members_of_rest_and_no_json() -> None:
    content = TYPES["ContentInput"]
    assert isinstance(content, GraphQLInputObjectType)
    assert list(content.fields) == list(KINDS)
    compared = set()
    for kind in KINDS.values():
        given = get_named_type(content.fields[kind.name].type)
        shown = TYPES[kind.content.__name__]
        assert isinstance(given, GraphQLInputObjectType)
        assert isinstance(shown, GraphQLObjectType)
        assert list(given.fields) == list(shown.fields)
        compared |= _check_input(kind.content, given.name)
    assert {"AttachmentInput", "TextNodeInput", "SignedOriginalInput", "ConsultationWindowInput"} <= compared
    assert "input ContentInput @oneOf {" in sdl()
    told = graphql_sync(CORE, '{ __type(name: "ContentInput") { isOneOf } }')
    assert told.data == {"__type": {"isOneOf": True}}


def _given() -> Iterator[tuple[str, str]]:
    """The place and the type of everything that clients can give."""
    for name, made in TYPES.items():
        if isinstance(made, GraphQLInputObjectType):
            yield from ((f"{name}.{key}", get_named_type(member.type).name) for key, member in made.fields.items())
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in made.fields.items():
                yield from ((f"{name}.{key}.{a}", get_named_type(each.type).name) for a, each in field.args.items())


def test_nothing_that_clients_give_is_untyped() -> None:
    assert [place for place, name in _given() if name == "JSON"] == []


def test_identifiers_are_of_one_type_in_arguments_inputs_and_answers() -> None:
    found = dict(_given())
    for name, made in TYPES.items():
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            found |= {f"{name}.{key}": get_named_type(field.type).name for key, field in made.fields.items()}
    places = [place for place in found if place.endswith((".id", "Id"))]
    assert len(places) > 50
    assert {found[place] for place in places} == {"ID"}
    assert "UUID" not in TYPES


def test_every_scalar_says_where_it_is_specified() -> None:
    scalars = [made for made in TYPES.values() if isinstance(made, GraphQLScalarType)]
    assert {made.name for made in scalars} == {"Date", "DateTime", "JSON", "Long", "Position"}
    assert [made.name for made in scalars if not made.specified_by_url] == []


def test_the_hub_s_own_classes_are_left_as_they_are() -> None:
    for kind in KINDS.values():
        assert not hasattr(kind.full, "__strawberry_definition__")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.graphql")), ids=lambda file: file.stem)
def test_every_example_of_the_playground_is_valid(file: Path) -> None:
    document = parse(file.read_text("utf-8"))

    assert validate(CORE, document) == []


def test_every_query_in_the_documents_is_valid() -> None:
    found = {
        file.name: re.findall(r"^```graphql\n(.*?)^```", file.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for file in DOCS.glob("*.md")
    }
    assert len(found["graphql.md"]) >= 1
    for name, blocks in found.items():
        for block in blocks:
            assert validate(CORE, parse(block)) == [], name


def test_the_variables_of_the_examples_exist() -> None:
    for example in json.loads((EXAMPLES / "manifest.json").read_text("utf-8")):
        document = parse((EXAMPLES / example["file"]).read_text("utf-8"))
        (operation,) = document.definitions
        declared = {each.variable.name.value for each in operation.variable_definitions}  # type: ignore[attr-defined]
        assert set(example["variables"]) <= declared, example["name"]


def test_no_view_type_contains_itself() -> None:
    """Views are flat: no query can be nested endlessly, regardless of the limits."""

    def below(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"{' > '.join(above)} > {name}"
        made = TYPES.get(name)
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            for field in made.fields.values():
                below(get_named_type(field.type).name, (*above, name))

    below("Query", ())
