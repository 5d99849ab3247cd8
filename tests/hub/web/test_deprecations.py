"""What is deprecated says so: on every answer, in both contracts, and on a page."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from graphql import GraphQLObjectType, build_schema
from starlette.responses import PlainTextResponse, Response

from hub.app import create_app
from hub.deprecations import GRAPHQL, REST, Deprecation
from hub.settings import Settings
from hub.web import deprecations
from schema.deprecations import apply_deprecations
from schema.sdl import sdl
from tests.support.asgi import running

OLD = Deprecation(date(2027, 1, 15), date(2027, 9, 1), "`GET /api/v1/new` with `include=view`")


def app_with_an_old_route(listed: dict[str, Deprecation]) -> FastAPI:
    app = FastAPI()

    @app.get("/api/v1/old/{id}")
    async def old(id: str) -> Response:  # noqa: A002
        return PlainTextResponse(id, 200 if id == "there" else 404, {"link": '<https://x.test>; rel="self"'})

    @app.post("/api/v1/old/{id}")
    async def other() -> Response:
        return PlainTextResponse("")

    app.add_middleware(deprecations.DeprecationHeaders, deprecated=listed)
    return app


async def test_answers_of_a_deprecated_operation_carry_the_dates_and_the_way_to_the_page() -> None:
    app = app_with_an_old_route({"GET /api/v1/old/{id}": OLD})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client:
        found = [await client.get("/api/v1/old/there"), await client.get("/api/v1/old/absent")]
        untouched = await client.post("/api/v1/old/there")

    for answer in found:
        assert answer.headers["deprecation"] == "@1799946000"  # midnight of 15 January 2027 in Việt Nam
        assert answer.headers["sunset"] == "Tue, 31 Aug 2027 17:00:00 GMT"
        assert answer.headers.get_list("link") == [
            '<https://x.test>; rel="self"',
            '</deprecations>; rel="deprecation"; type="text/html"',
        ]
    assert "deprecation" not in untouched.headers


def test_the_contracts_mark_what_is_listed_and_a_name_that_they_do_not_have_is_refused() -> None:
    document: dict[str, Any] = app_with_an_old_route({}).openapi()
    deprecations.patch_openapi(document, {"GET /api/v1/old/{id}": OLD})
    operations = document["paths"]["/api/v1/old/{id}"]
    assert operations["get"]["deprecated"]
    assert OLD.reason in operations["get"]["description"]
    assert "deprecated" not in operations["post"]

    schema = build_schema(sdl())
    apply_deprecations(schema, {"Policy.summary": OLD, "RelationType.amends": OLD})
    policy = schema.type_map["Policy"]
    assert isinstance(policy, GraphQLObjectType)
    assert policy.fields["summary"].deprecation_reason == OLD.reason
    assert policy.fields["title"].deprecation_reason is None

    with pytest.raises(KeyError):
        deprecations.patch_openapi(document, {"GET /api/v1/never": OLD})
    with pytest.raises(KeyError):
        apply_deprecations(schema, {"Policy.never": OLD})


def test_a_notice_shorter_than_promised_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 180 days"):
        Deprecation(date(2027, 1, 15), date(2027, 7, 1), "nothing")


async def test_the_page_lists_them_and_the_hubs_own_list_names_what_its_contracts_have(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings)
    document = app.openapi()
    assert {
        name for name in REST if document["paths"][name.split()[1]][name.split()[0].lower()].get("deprecated")
    } == set(REST)
    assert sdl().count("@deprecated(") == len(GRAPHQL)
    monkeypatch.setattr(deprecations, "GRAPHQL", {**GRAPHQL, "Policy.summary": OLD})
    async with running(app) as client:
        page = await client.get("/deprecations")

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Policy.summary" in page.text
    assert '<time datetime="2027-09-01">01/09/2027</time>' in page.text


async def test_the_page_is_in_the_language_of_the_reader_and_refuses_one_that_it_has_not(settings: Settings) -> None:
    english, vietnamese = {"accept-language": "en-GB,en;q=0.9"}, {"accept-language": "vi-VN,vi;q=0.9"}
    async with running(create_app(settings)) as client:
        refused = await client.get("/deprecations?lang=fr")
        assert (refused.status_code, refused.json()["field"]) == (422, "lang")
        for headers, query, lang, title in (
            ({}, "", "vi", "Những phần sắp ngừng hỗ trợ"),
            (english, "", "en", "Deprecations"),
            (english, "?lang=vi", "vi", "Những phần sắp ngừng hỗ trợ"),
            (vietnamese, "?lang=en", "en", "Deprecations"),
        ):
            page = await client.get(f"/deprecations{query}", headers=headers)
            assert page.headers["content-language"] == lang
            assert "Accept-Language" in page.headers["vary"]
            assert f'<html lang="{lang}">' in page.text
            assert f"<h1>{title}</h1>" in page.text
            assert "after=&lt;epoch&gt;:42" in page.text
            assert ("toàn bộ giá trị <code>next</code>" in page.text) == (lang == "vi")
            assert ("01/06/2027" if lang == "vi" else "1 June 2027") in page.text
