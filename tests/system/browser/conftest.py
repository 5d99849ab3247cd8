"""One hub with the sample content in its own process, another host's website, and one Chromium that reaches both."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from hub import npm
from hub.content.commands import create_document, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.embedded.net import choose_port
from hub.settings import Settings
from hub.web import assets
from tests.support.database_pool import DatabasePool
from tests.support.demo_hub import demo_settings
from tests.support.process_pool import Forks
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
ARTEFACTS = ROOT / "tests" / "artefacts"
AXE = ROOT / ".cache" / "axe-core-4.14.1.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
TRICKY = "Tin <img src=x onerror=alert(1)> & <mark>thật</mark>"
"""A title that is text, whatever it looks like."""


@dataclass
class RunningHub:
    """The hub's API in a process of its own; it can go away and come back at the same address."""

    settings: Settings
    port: int
    forks: Forks | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        given = {
            "database_url": self.settings.require_database_url(),
            "data": self.settings.data,
            "port": self.port,
            "log_level": "ERROR",
        }
        self.forks = Forks(given)
        self.forks.start("api")
        async with httpx.AsyncClient(base_url=self.url) as client, asyncio.timeout(60):
            while True:
                try:
                    if (await client.get("/health/live")).status_code == 200:
                        return
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)

    async def stop(self) -> None:
        if self.forks is not None:
            self.forks.close()


@pytest.fixture(scope="session")
async def hub(databases: DatabasePool, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHub]:
    """A hub with the sample content and one tricky title. Postgres answers searches."""
    if assets.list_missing():
        assets.fetch_all()
    folder = tmp_path_factory.mktemp("browser")
    settings = await demo_settings(databases.acquire(), folder)
    database = Database(settings)
    async with database.write() as session:
        document = await create_document(session, document_id=uuid4(), kind="bulletin", owner="so-y-te")
        content = {"title": TRICKY, "lead": "Mở đầu.", "body": "<p>Nội dung.</p>"}
        edition = await save_edition(session, document, lang="vi", content=content, by="test")
        assert edition.id is not None
        await publish(session, [edition.id], verb=Verb.publish_trusted)
    await database.dispose()
    running = RunningHub(settings, choose_port(folder / "port"))
    await running.start()
    yield running
    await running.stop()


@dataclass
class Website:
    """Another host's website: another origin, with a policy of its own for each page."""

    url: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    def put(self, html: str, *, policy: str = "", lang: str = "vi", schemes: str = "light dark") -> str:
        """Serve a page; its address."""
        path = f"/{uuid4().hex}"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Phường</title>'
        head += f'<meta name="color-scheme" content="{schemes}">'
        body = f"<body><main><h1>Phường</h1>{html}</main></body>"
        self.pages[path] = (f'<!doctype html><html lang="{lang}"><head>{head}</head>{body}</html>', policy)
        return self.url + path


@pytest.fixture(scope="session")
def website() -> Iterator[Website]:
    """A small web server of its own."""
    site = Website("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, policy = site.pages.get(self.path, ("", ""))
            self.send_response(200 if html else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the run. No name resolves, so nothing but this machine can be reached."""
    binary = shutil.which("chromium")
    assert binary, "Chromium is needed to look at the pages (Debian: apt-get install chromium)"
    async with async_playwright() as playwright:
        switches = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
        browser = await playwright.chromium.launch(executable_path=binary, args=switches)
        yield browser
        await browser.close()


@dataclass
class Look:
    """A page in Chromium, and what went wrong in it."""

    page: Page
    context: BrowserContext
    said: list[str]
    asked: list[str]

    async def becomes(self, expression: str) -> Any:
        """The first true value of an expression. (Playwright's own waiting evaluates strings; the pages forbid it.)"""
        return await eventually(lambda: self.page.evaluate(expression), seconds=30)

    async def axe(self, *, without: str | None = None) -> list[str]:
        """What axe-core finds against WCAG 2.1 AA and good practice, one line each; none when all is well."""
        npm.fetch_files("axe-core@4.14.1", {"axe.min.js": (AXE, AXE_SHA256)})
        await self.page.evaluate(AXE.read_text("utf-8"))
        given: dict[str, Any] = {"exclude": [[without]]} if without else {"include": [["html"]]}
        found = await self.page.evaluate(
            "async ([context, tags]) => (await axe.run(context, {runOnly: tags})).violations", [given, WCAG]
        )
        return [f"{one['id']}: {one['help']}: {json.dumps([n['target'] for n in one['nodes']])}" for one in found]

    async def keep(self, name: str, *, whole: bool = False) -> None:
        """Keep a screenshot as an artefact of the run."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole)


Open = Callable[..., Any]


@pytest.fixture
def look(chromium: Browser, hub: RunningHub, website: Website) -> Open:
    """Opens an address in a context of its own; nothing may be asked of any other host, nor said in the console."""

    @asynccontextmanager
    async def opened(
        address: str,
        *,
        phone: bool = False,
        dark: bool = False,
        scripts: bool = True,
        lang: str = "vi-VN",
        quiet: bool = True,
        prepare: Callable[[BrowserContext], Awaitable[Any]] | None = None,
    ) -> AsyncIterator[Look]:
        context = await chromium.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 860},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=lang,
            reduced_motion="reduce",
        )
        if prepare is not None:
            await prepare(context)
        page = await context.new_page()
        said, asked = list[str](), list[str]()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        try:
            await page.goto(address if address.startswith("http") else hub.url + address)
            yield Look(page, context, said, asked)
            assert {
                url for url in asked if not url.startswith((hub.url, website.url, "data:", "about:", "blob:"))
            } == set()
            assert not quiet or said == []
        finally:
            await context.close()

    return opened
