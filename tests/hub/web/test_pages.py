"""The pages people open in a browser. The files they are made of are fetched once, for real."""

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from graphql import OperationDefinitionNode, parse
from starlette.requests import Request
from starlette.responses import Response

from hub import npm
from hub.errors import SetupProblem
from hub.web import assets, pages


@pytest.fixture(scope="session", autouse=True)
def fetched() -> None:
    if assets.list_missing():
        assets.fetch_all()


def make_app() -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)

    @app.get("/graphql", include_in_schema=False)
    async def playground(request: Request) -> Response:
        return pages.playground_response(request)

    @app.post("/graphql", include_in_schema=False)
    async def answer() -> JSONResponse:
        return JSONResponse({"data": None, "errors": [{"message": "no schema in this test"}]})

    @app.get("/api/v1/policies")
    async def policies() -> dict[str, str]:
        return {}

    pages.mount(app)
    return app


def client(root_path: str = "") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(), root_path=root_path), base_url="http://hub.test")


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as opened:
        yield opened


@pytest.fixture
def nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "VENDOR", tmp_path)


class Parts(HTMLParser):
    """The addresses a page names, and whatever a strict policy would not run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.data: dict[str, str] = {}
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        for name, value in attrs:
            if name in ("src", "href"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style" or tag == "style":
                self.inline.append(f"{tag} {name}")
            if name.startswith("data-"):
                self.data[name] = value or ""

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(data)


PAGES = ("/graphql", "/docs")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_names_no_outside_host_and_everything_it_loads_is_there(
    browser: httpx.AsyncClient, path: str
) -> None:
    parts = Parts((await browser.get(path)).text)
    loaded = [address for address in parts.addresses if address.startswith(assets.PREFIX)]
    assert all(re.match(r"/(?!/)", address) for address in parts.addresses)
    assert len(loaded) >= 5
    assert {(await browser.get(address)).status_code for address in loaded} == {200}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_nothing_inline_and_a_policy_that_would_stop_it(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert Parts(answer.text).inline == []
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert not re.search(r"https?:|\*", str(policy))
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_under_a_path_of_a_proxy_names_everything_under_that_path(path: str) -> None:
    async with client(root_path="/hub") as opened:
        parts = Parts((await opened.get(f"/hub{path}")).text)
    assert all(address.startswith("/hub/") for address in parts.addresses)
    assert next(iter(parts.data.values())).startswith("/hub/")


async def test_a_file_under_its_hashed_address_is_kept_for_ever(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(assets.asset_url("vendor/graphiql.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_under_its_plain_name_is_asked_for_again(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/static/common.css")).headers["cache-control"] == "no-cache"


async def test_an_address_with_the_hash_of_another_file_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/static/common.00000000.css")).status_code == 404


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
async def test_a_known_etag_is_answered_without_the_bytes(browser: httpx.AsyncClient, accepted: str) -> None:
    address, headers = assets.asset_url("docs.js"), {"Accept-Encoding": accepted}
    etag = (await browser.get(address, headers=headers)).headers["etag"]
    again = await browser.get(address, headers=headers | {"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("br;q=0, zstd", "zstd"), ("gzip;q=0.5", "gzip")])
async def test_the_bytes_are_packed_as_the_reader_takes_them_and_plain_for_the_rest(
    browser: httpx.AsyncClient, accepted: str, coding: str
) -> None:
    address = assets.asset_url("vendor/react-dom.js")
    plain = await browser.get(address, headers={"Accept-Encoding": f"{coding};q=0"})
    packed = await browser.get(address, headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == coding
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize(
    "name",
    [
        "../assets.py",
        "%2e%2e/assets.py",
        "..%2fassets.py",
        "vendor/../../assets.py",
        "vendor/%2e%2e/%2e%2e/pages.py",
        "%2fetc%2fpasswd",
        "page.html",
        "examples/manifest.json",
        "vendor/",
        "vendor/other.js",
        "",
    ],
)
async def test_nothing_but_the_listed_files_can_be_had(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404


@pytest.mark.usefixtures("nothing_fetched")
@pytest.mark.parametrize("path", PAGES)
async def test_without_the_fetched_files_a_page_says_how_to_get_them(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    parts = Parts(answer.text)
    assert answer.status_code == 200
    assert "make assets" in answer.text
    assert {"/openapi.json", "/graphql/schema.graphql"} <= set(parts.addresses)
    assert not any("vendor" in address for address in parts.addresses)
    assert (await browser.get(assets.asset_url("vendor/react.js"))).status_code == 404


@pytest.mark.usefixtures("nothing_fetched")
def test_a_fetched_file_that_was_changed_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "react.js").write_text("alert(1)")
    assert "vendor/react.js" in assets.list_missing()


@pytest.mark.usefixtures("nothing_fetched")
def test_the_command_says_in_one_line_why_it_cannot_fetch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise SetupProblem("npm is needed")

    monkeypatch.setattr(npm, "fetch_files", refuse)
    assert assets.main() == 1
    assert capsys.readouterr().err == "npm is needed\n"


def test_the_command_names_each_package_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert assets.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [package.spec for package in assets.PACKAGES]


def test_an_app_that_would_load_its_docs_from_other_hosts_is_refused() -> None:
    with pytest.raises(ValueError, match="docs_url=None"):
        pages.mount(FastAPI())


async def test_the_pages_are_no_part_of_the_openapi_document(browser: httpx.AsyncClient) -> None:
    assert list((await browser.get("/openapi.json")).json()["paths"]) == ["/api/v1/policies"]


async def test_the_playground_carries_every_example_with_its_variables(browser: httpx.AsyncClient) -> None:
    carried = json.loads(Parts((await browser.get("/graphql")).text).data["data-examples"])
    assert [example["name"] for example in carried] == ["home", "search", "policy", "drafts", "changes"]
    assert carried == pages.examples()
    for example in carried:
        (operation,) = parse(example["query"]).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.name
        assert operation.name.value == example["operation"]
        assert {v.variable.name.value for v in operation.variable_definitions or ()} == set(example["variables"])
        if fill := example.get("fill"):
            parse(fill["query"])
            assert fill["variable"] in example["variables"]


def test_every_file_of_the_examples_is_used() -> None:
    listed = json.loads((pages.EXAMPLES_FOLDER / "manifest.json").read_text("utf-8"))
    used = {part["file"] for example in listed for part in (example, example.get("fill")) if part}
    assert used == {path.name for path in pages.EXAMPLES_FOLDER.glob("*.graphql")}
