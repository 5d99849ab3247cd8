"""The contracts in the tree are those that are served; `make contracts` writes them anew."""

import re

import httpx

from hub import openapi
from schema.sdl import FILE, sdl


def test_the_committed_openapi_document_is_the_served_one() -> None:
    assert openapi.CONTRACT.read_text("utf-8") == openapi.render_openapi()


def test_the_committed_sdl_is_the_served_one() -> None:
    assert FILE.read_text("utf-8") == sdl()


async def test_both_are_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json() == openapi.build_openapi()
    assert (await client.get("/graphql/schema.graphql")).text == sdl()


def test_every_operation_parameter_and_property_of_the_rest_contract_is_described() -> None:
    document = openapi.build_openapi()
    missing = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not operation.get("description"):
                missing.append(f"{method} {path}")
            missing += [f"{path}?{p['name']}" for p in operation.get("parameters", ()) if not p.get("description")]
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if not described.get("description") and name not in ("HTTPValidationError", "ValidationError"):
                missing.append(f"{name}.{field}")

    assert missing == []


def test_every_reference_of_the_rest_contract_leads_to_a_shape_and_every_kinds_content_is_one() -> None:
    document = openapi.build_openapi()
    shapes = document["components"]["schemas"]
    named = re.findall(r'"#/components/schemas/(\w+(?:-\w+)?)"', openapi.render_openapi())

    assert set(named) <= shapes.keys()
    assert {f"{kind}Content" for kind in ("Policy", "Draft", "Bulletin", "Statement")} <= set(named)


def test_every_refusal_of_input_in_the_rest_contract_names_the_general_errors_beside_its_own() -> None:
    lost = []
    for path, methods in openapi.build_openapi()["paths"].items():
        for method, operation in methods.items():
            described = operation["responses"].get("422", {}).get("description", "")
            if "`: " in described and not all(
                f"`{code}`" in described for code in ("invalid_input", "unknown_parameter")
            ):
                lost.append(f"{method} {path}: {described}")
    assert lost == []
