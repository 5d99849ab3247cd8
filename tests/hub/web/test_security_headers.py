"""Every answer carries the headers that keep a browser safe."""

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from hub.web.content_security import DENY_ALL_CSP
from tests.support.asgi import running

ADDRESSES = ["/api/v1/policies", "/api/v1/nothing", "/problems", "/graphql/schema.graphql", "/metrics", "/openapi.json"]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_every_answer_is_what_it_says_it_is_and_asks_for_nothing(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


PAGES = ["/", "/graphql", "/docs", "/embed", "/embed/feed", "/problems", "/deprecations", "/guide", "/guide/start"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_names_all_that_it_loads_and_allows_nothing_inline(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path, headers={"accept": "text/html"})
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))

    assert (answer.status_code, policy["default-src"], policy["base-uri"]) == (200, "'none'", "'none'")
    assert {"form-action", "frame-ancestors"} <= policy.keys()
    for sources in policy.values():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "blob:"} & set(sources.split())
    assert policy.get("script-src", "'self'") == "'self'"


async def test_data_in_a_tab_may_load_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/policies")).headers["content-security-policy"] == DENY_ALL_CSP


async def test_an_unforeseen_failure_has_the_headers_too(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError("a test")

    async with running(app) as client:
        answer = await client.get("/breaks")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_browsers_are_held_to_tls_only_where_there_is_tls(settings: Settings) -> None:
    behind = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": "https://hub.example.vn"})
    async with running(create_app(settings)) as plain, running(create_app(behind)) as proxied:
        without = await plain.get("/health/live")
        told = await proxied.get("/health/live")
        direct = await plain.get("https://hub.test/health/live")

    assert "strict-transport-security" not in without.headers
    assert told.headers["strict-transport-security"] == "max-age=31536000"
    assert direct.headers["strict-transport-security"] == "max-age=31536000"
