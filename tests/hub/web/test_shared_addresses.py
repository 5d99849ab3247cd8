"""Addresses that people pass on: they forgive what was added to them, and answer browsers with pages."""

from uuid import UUID

import httpx
import pytest

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.graphql_app import refusal
from tests.support.servers import Publish
from tests.support.surfaces import read_contract

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MARKS = "fbclid=IwAR0x&utm_source=zalo&utm_source=zalo"
LISTS = ("/api/v1/policies", "/api/v1/search", "/api/v1/changes")
FORGIVING = (
    "/",
    "/d/{id}",
    "/d/{id}.jsonld",
    "/id/policy/{id}",
    "/id/policy/17-kh-ubnd",
    "/eli/vn/hue/ke-hoach/2026/17/kh-ubnd",
    "/eli/vn/hue/ke-hoach/2026/17/kh-ubnd/dieu/1",
    "/cite?q=Kế hoạch 17/KH-UBND",
    "/feeds/policies.atom",
    "/feeds/all.json",
    "/feeds/consultations.ics",
    "/embed",
    "/embed/feed",
    "/oembed?url=http%3A%2F%2Fhub.test%2Fd%2F{id}",
    "/problems",
    "/docs",
    "/deprecations",
    "/sitemap.xml",
    "/guide",
    "/guide/sync",
    "/guide/changelog.atom",
    "/llms.txt",
)


@pytest.fixture
async def document(publish_edition: Publish) -> UUID:
    return await publish_edition("policy", contents.policy())


async def test_what_is_added_to_a_shared_address_changes_nothing(
    client: httpx.AsyncClient, document: UUID, subtests: pytest.Subtests
) -> None:
    for path in FORGIVING:
        with subtests.test(path):
            plain = path.format(id=document)
            marked = f"{plain}{'&' if '?' in plain else '?'}{MARKS}"

            before, after = await client.get(plain), await client.get(marked)

            assert before.status_code in (200, 300, 303) or path.startswith("/cite"), before.text
            assert after.status_code == before.status_code, after.text
            assert after.content == before.content


async def test_the_api_refuses_what_it_does_not_know(client: httpx.AsyncClient) -> None:
    for path in (*LISTS[1:], LISTS[0], "/api/v1/topics", "/api/v1/search/suggest"):
        answer = await client.get(f"{path}?fbclid=x&q=a")
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter"), path


async def test_an_error_is_a_page_for_a_browser_and_a_problem_for_a_program(
    client: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for path, status, vietnamese, english in (
        ("/nowhere", 404, "Không có gì ở địa chỉ này", "There is nothing at this address"),
        ("/feeds/laws.atom", 404, "Không có gì ở địa chỉ này", "There is nothing at this address"),
        ("/?lang=fr", 422, "Địa chỉ có phần không hợp lệ", "A part of the address is not valid"),
        ("/api/v1/policies?page=2", 422, "Địa chỉ có phần không hợp lệ", "A part of the address is not valid"),
        ("/feeds/policies.atom?limit=<script>", 422, "Địa chỉ có phần không hợp lệ", "A part of the address is not"),
        ("/api/v1/manage/audit", 401, "không dành cho mọi người", "not for everybody"),
    ):
        with subtests.test(path):
            page = await client.get(path, headers=BROWSER)
            other = await client.get(path, headers=BROWSER | {"accept-language": "en"})
            problem = await client.get(path)
            asked = await client.get(path, headers={"accept": "application/json, text/html;q=0.5"})

            assert {each.status_code for each in (page, other, problem, asked)} == {status}
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert vietnamese in page.text
            assert english in other.text
            assert "<script" not in page.text
            assert page.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert problem.headers["content-type"] == asked.headers["content-type"] == "application/problem+json"
            assert problem.json()["code"] in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/policies?topic=moi-truong&topic=khong-co",
        "/api/v1/search?q=a&topic=moi-truong&topic=khong-co",
        "/api/v1/policies?limit=1&limit=2",
        "/api/v1/changes?after=0&after=1",
        "/api/v1/topics?limit=1&limit=1",
        "/feeds/policies.atom?topic=moi-truong&topic=giao-thong",
        "/feeds/consultations.ics?agency=ubnd-hue&agency=so-y-te",
        "/embed/feed?topic=moi-truong&topic=giao-thong",
        "/embed?topic=moi-truong&topic=giao-thong",
        "/?lang=vi&lang=en",
        "/cite?q=a&q=b",
    ],
)
async def test_a_parameter_with_one_value_that_occurs_twice_is_refused(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 422, answer.text
    if not path.startswith("/embed/feed"):
        assert "more than once" in answer.json()["detail"]


async def test_in_graphql_and_with_lists_of_values_too(client: httpx.AsyncClient) -> None:
    twice = await client.get("/graphql?query={__typename}&query={topics{totalCount}}")
    many = await client.get("/api/v1/changes?kind=policy&kind=draft&topic=moi-truong&topic=truyen-thong")

    assert refusal(twice.json())["field"] == "query"
    assert many.status_code == 200, many.text


async def test_a_code_that_is_not_in_the_registry_is_refused_everywhere_alike(
    client: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for name in ("agency", "topic", "place"):
        for path in (*LISTS, "/api/v1/drafts", "/feeds/all.rss", "/feeds/consultations.ics", "/embed/feed"):
            with subtests.test(f"{path} {name}"):
                answer = await client.get(
                    path, params={name: "khong-co", "q": "a"} if "search" in path else {name: "khong-co"}
                )

                assert answer.status_code == 422, answer.text
                if path != "/embed/feed":
                    assert (answer.json()["code"], answer.json()["field"]) == ("unknown_reference", name)
        query = f'{{ policies({name}: "khong-co") {{ edges {{ cursor }} }} }}'
        answer = await client.post("/graphql", json={"query": query})
        assert refusal(answer.json())["code"] == "unknown_reference"


async def test_a_final_slash_leads_to_the_address_without_it_and_never_to_another_host(settings: Settings) -> None:
    changes = {"public_url": "https://chinhsach.hue.gov.vn/hub"}
    behind = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    async with running(create_app(behind)) as client:
        for path in ("/api/v1/policies/", "/hub/api/v1/policies/"):
            answer = await client.get(path, params={"limit": 1}, headers={"host": "chinhsach.hue.gov.vn"})
            assert (answer.status_code, answer.headers["location"]) == (308, "/hub/api/v1/policies?limit=1")
        nothing = await client.get("/nowhere/", headers={"host": "chinhsach.hue.gov.vn"})
        assert nothing.status_code == 404


async def test_the_path_of_the_public_address_is_kept_in_links(
    settings: Settings, publish_edition: Publish, database: Database
) -> None:
    for n in range(2):
        await publish_edition("bulletin", contents.bulletin(title=f"Bản tin {n}"))
    changes = {"public_url": "https://chinhsach.hue.gov.vn/hub"}
    behind = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    host = {"host": "chinhsach.hue.gov.vn"}
    async with running(create_app(behind)) as client:
        listed = await client.get("/api/v1/bulletins?limit=1", headers=host)
        home = await client.get("/hub/", headers=host)
        docs = await client.get("/problems", headers=host)

    assert listed.headers["link"].startswith("</hub/api/v1/bulletins?limit=1&cursor=")
    assert 'href="/hub/static/' in home.text
    assert 'href="/hub/static/' in docs.text


async def test_a_foreign_host_is_refused_where_the_public_address_is_known(settings: Settings) -> None:
    changes = {"public_url": "https://chinhsach.hue.gov.vn", "public_hosts": "api.hue.gov.vn"}
    behind = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    async with running(create_app(behind)) as client:
        for host, path, status in (
            ("chinhsach.hue.gov.vn", "/api/v1/topics", 200),
            ("ChinhSach.Hue.gov.vn:443", "/api/v1/topics", 200),
            ("api.hue.gov.vn", "/api/v1/topics", 200),
            ("127.0.0.1:8000", "/api/v1/topics", 200),
            ("localhost", "/api/v1/topics", 200),
            ("evil.example", "/api/v1/topics", 421),
            ("chinhsach.hue.gov.vn.evil.example", "/", 421),
            ("[::1", "/", 421),
            ("", "/", 421),
            ("10.0.0.7:8000", "/api/v1/topics", 421),
            ("10.0.0.7:8000", "/health/ready", 200),
            ("api:8000", "/metrics", 200),
        ):
            answer = await client.get(path, headers={"host": host})
            assert answer.status_code == status, (host, path)
            if status == 421:
                assert answer.json()["code"] == "foreign_host"


async def test_every_public_answer_has_one_etag_and_one_cache_control(
    client: httpx.AsyncClient, document: UUID, subtests: pytest.Subtests
) -> None:
    paths = [path for path, methods in read_contract()["paths"].items() if "get" in methods and "{" not in path]
    left_out = ("/api/v1/manage", "/api/v1/ingest", "/api/v1/events", "/health/", "/cite", "/api/v1/cite", "/oembed")
    needed: dict[str, dict[str, str]] = {"/api/v1/openness/items": {"figure": "opinions"}}
    needed |= {path: {"q": "kế hoạch"} for path in ("/api/v1/search", "/api/v1/search/suggest", "/api/v1/suggest")}
    listed = [path for path in paths if not path.startswith(left_out)]
    more = ("/", "/docs", "/problems", "/deprecations", "/embed", "/embed/feed", "/openapi.json", "/robots.txt",
            "/guide", "/guide/changelog", "/guide/changelog.atom", "/guide/sync", "/guide/sync.md", "/llms.txt",
            "/graphql/schema.graphql", f"/d/{document}", f"/api/v1/policies/{document}")  # fmt: skip
    for path in [*listed, *more]:
        with subtests.test(path):
            answer = await client.get(path, params=needed.get(path, {}))

            assert answer.status_code == 200, answer.text
            caching = answer.headers.get_list("cache-control")
            assert len(caching) == 1
            if "no-store" not in caching[0]:
                [etag] = answer.headers.get_list("etag")
                again = await client.get(answer.request.url, headers={"if-none-match": etag})
                assert again.status_code == 304


async def test_after_an_unexpected_error_the_connection_serves_the_next_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.raw_client import RawClient, request_head
    from tests.support.served import serving_here

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("hub.home.routes.read_home_position", fail)
    async with serving_here(settings) as served:
        client = await RawClient.connect(served)
        await client.send(request_head("/"))
        failed = await client.answer()
        await client.send(request_head())
        after = await client.answer()

    assert failed is not None
    assert after is not None
    assert (failed.status, failed.json()["code"], after.status) == (500, "internal_error", 200)
