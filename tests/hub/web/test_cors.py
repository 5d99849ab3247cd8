"""Pages of other hosts may read what is public, and nothing else."""

import httpx
import pytest

from hub.app import create_app
from hub.errors import SetupProblem
from hub.settings import Settings
from tests.support.asgi import running

PAGE = {"origin": "https://phuong.example.vn"}


def preflight(method: str, headers: str = "content-type") -> dict[str, str]:
    return PAGE | {"access-control-request-method": method, "access-control-request-headers": headers}


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v1/manage/documents", "GET"),
        ("/api/v1/manage/documents", "POST"),
        ("/api/v1/manage/audit", "GET"),
        ("/api/v1/policies", "POST"),
        ("/api/v1/policies", "DELETE"),
        ("/graphql", "PUT"),
        ("/metrics", "GET"),
    ],
)
async def test_a_page_of_another_host_is_let_neither_write_nor_see_what_editors_see(
    client: httpx.AsyncClient, path: str, method: str
) -> None:
    asked = await client.options(path, headers=preflight(method))
    sent = await client.request(method, path, headers=PAGE)

    for answer in (asked, sent):
        assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert asked.status_code >= 400


@pytest.mark.parametrize(("path", "method"), [("/api/v1/policies", "GET"), ("/graphql", "POST"), ("/files/x/y", "GET")])
async def test_no_page_of_another_host_may_send_a_key(client: httpx.AsyncClient, path: str, method: str) -> None:
    answer = await client.options(path, headers=preflight(method, "authorization"))

    allowed = answer.headers["access-control-allow-headers"].lower()
    assert "authorization" not in allowed
    assert "*" not in allowed
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("path", "method", "methods"),
    [("/api/v1/policies", "GET", "GET, HEAD"), ("/graphql", "POST", "GET, HEAD, POST")],
)
async def test_reading_is_allowed_for_a_day_without_asking_again(
    client: httpx.AsyncClient, path: str, method: str, methods: str
) -> None:
    answer = await client.options(path, headers=preflight(method, "content-type,if-none-match"))

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == methods
    assert {"Content-Type", "If-None-Match"} <= set(answer.headers["access-control-allow-headers"].split(", "))
    assert answer.headers["access-control-max-age"] == "86400"


@pytest.mark.parametrize("headers", [{}, PAGE])
async def test_every_public_answer_may_be_read_whoever_asked_first(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for path in ("/api/v1/policies", "/api/v1/nothing", "/openapi.json"):
        answer = await client.get(path, headers=headers)
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)


async def test_a_page_reads_by_graphql_and_is_told_why_it_cannot_write(client: httpx.AsyncClient) -> None:
    reading = {"query": "{ policies(first: 1) { edges { node { id } } } }"}
    writing = {
        "query": 'mutation { discardEdition(id: "00000000-0000-4000-8000-000000000000") { ... on Refusal { code } } }'
    }
    read = await client.post("/graphql", json=reading, headers=PAGE)
    refused = await client.post("/graphql", json=writing, headers=PAGE)

    assert read.json()["data"] == {"policies": {"edges": []}}
    assert refused.json()["data"] == {"discardEdition": {"code": "unauthenticated"}}
    assert read.headers["access-control-allow-origin"] == refused.headers["access-control-allow-origin"] == "*"


async def test_a_refusal_for_too_many_requests_can_be_read_too(settings: Settings) -> None:
    few = Settings(**{**settings.model_dump(exclude_unset=True), "rate_anonymous": "1/hour"})
    async with running(create_app(few)) as client:
        answers = [await client.get("/api/v1/policies", headers=PAGE) for _ in range(2)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["access-control-allow-origin"] == "*"


PUBLIC_URL = "https://chinhsach.hue.gov.vn/hub"


@pytest.mark.parametrize("passed_on", ["/hub", ""], ids=["whole path", "path cut off"])
async def test_behind_a_proxy_the_same_holds_below_the_path_of_the_public_address(
    settings: Settings, passed_on: str
) -> None:
    behind = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": PUBLIC_URL})
    reading = {"query": "{ policies(first: 1) { edges { node { id } } } }"}
    async with running(create_app(behind), base_url="https://chinhsach.hue.gov.vn") as client:
        asked = await client.options(f"{passed_on}/graphql", headers=preflight("POST"))
        read = await client.post(f"{passed_on}/graphql", json=reading, headers=PAGE)
        listed = await client.get(f"{passed_on}/api/v1/policies", headers=PAGE)
        for path, method in (("/api/v1/manage/documents", "GET"), ("/metrics", "GET"), ("/api/v1/policies", "POST")):
            for answer in (
                await client.options(f"{passed_on}{path}", headers=preflight(method)),
                await client.request(method, f"{passed_on}{path}", headers=PAGE),
            ):
                assert [name for name in answer.headers if name.startswith("access-control")] == [], (method, path)

    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD, POST")
    assert read.json() == {"data": {"policies": {"edges": []}}}
    assert {answer.headers["access-control-allow-origin"] for answer in (read, listed)} == {"*"}


async def test_a_path_that_only_begins_like_the_public_one_is_not_cut(settings: Settings) -> None:
    behind = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": PUBLIC_URL})
    async with running(create_app(behind), base_url="https://chinhsach.hue.gov.vn") as client:
        answer = await client.options("/hubgraphql", headers=preflight("POST"))

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2", "/feeds", "/d", "/graphql", "/static", "/docs"])
def test_a_public_path_that_begins_like_an_address_of_the_hub_is_refused_at_the_start(
    settings: Settings, path: str
) -> None:
    wrong = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": f"https://h.vn{path}"})
    with pytest.raises(SetupProblem, match="HUB_PUBLIC_URL begins with /"):
        create_app(wrong)


COMMENTS = "/api/v1/consultations/6f8a4b0e-5d4b-4f0a-8c0a-8b1f7f3e21aa/comments"


@pytest.mark.parametrize(
    ("path", "method", "methods"),
    [
        (COMMENTS, "POST", "GET, HEAD, POST"),
        (f"{COMMENTS}/mine", "PATCH", "GET, HEAD, PATCH"),
        (f"{COMMENTS}/mine/withdraw", "POST", "GET, HEAD, POST"),
        (f"{COMMENTS}/mine/erase", "POST", "GET, HEAD, POST"),
        (f"{COMMENTS}/mine/files", "POST", "GET, HEAD, POST"),
        (f"{COMMENTS}/mine/files/2", "DELETE", "GET, HEAD, DELETE"),
    ],
)
async def test_a_page_of_another_host_sends_and_changes_comments_by_their_code(
    client: httpx.AsyncClient, path: str, method: str, methods: str
) -> None:
    asked = await client.options(path, headers=preflight(method, "comment-code,content-type"))

    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, methods)
    allowed = asked.headers["access-control-allow-headers"].split(", ")
    assert {"Comment-Code", "Content-Type", "Content-Disposition"} <= set(allowed)
    assert "Authorization" not in allowed
    refused = await client.request(method, path, headers=PAGE)
    assert refused.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (COMMENTS, "PUT"),
        (f"{COMMENTS}/mine", "DELETE"),
        (f"{COMMENTS}/mine/files/x", "DELETE"),
        (f"{COMMENTS}/6f8a4b0e-5d4b-4f0a-8c0a-8b1f7f3e21aa", "POST"),
        ("/api/v1/consultations", "POST"),
        ("/api/v1/manage/consultations/6f8a4b0e-5d4b-4f0a-8c0a-8b1f7f3e21aa/moderation/decide", "POST"),
    ],
)
async def test_it_sends_nothing_else_about_them(client: httpx.AsyncClient, path: str, method: str) -> None:
    asked = await client.options(path, headers=preflight(method, "comment-code"))

    assert [name for name in asked.headers if name.startswith("access-control")] == []
