"""A website of the tests' own: pages that change, files, and everything that goes wrong on the web, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from tests.support.receiver import Got, Receiver, Says

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"
SLOW = 30.0


@dataclass
class Page:
    """What stands at a path. `behaves` answers instead, when it is there."""

    body: bytes = b""
    media_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    slow: bool = False
    stamped: bool = True
    """Whether it has an ETag, and answers 304 to whoever has it."""
    behaves: Callable[[Got], Says] | None = None

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:16]}"'


@dataclass
class Site:
    """Pages by path; what is not there is 404."""

    receiver: Receiver
    pages: dict[str, Page] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.receiver.port}"

    def put(self, path: str, body: str | bytes, **more: object) -> str:
        """Let a page stand at a path; gives its address."""
        self.pages[path] = Page(body.encode() if isinstance(body, str) else body, **more)  # type: ignore[arg-type]
        return self.url + path

    def article(self, path: str, title: str, *paragraphs: str, links: str = "", **more: object) -> str:
        """An article as portals show them, with a menu and a footer around it."""
        text = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
        return self.put(
            path,
            f'<!doctype html><html lang="vi"><head><title>{escape(title)} - Cổng thông tin</title></head><body>'
            f'<nav><a href="/">Trang chủ</a> <a href="/lien-he">Liên hệ</a></nav><article class="tin">'
            f'<h1>{escape(title)}</h1><div class="noi-dung">{text}{links}</div></article>'
            f"<footer>Bản quyền thuộc về Cổng thông tin</footer></body></html>",
            **more,
        )

    def feed(self, path: str, entries: list[tuple[str, str]], *, raw: str = "") -> str:
        """An RSS feed of (path or address, title) as portals write them: HTML in CDATA, stray tags."""
        items = "".join(
            f"<item><title>{escape(title)}</title><link>{escape(self.url + to if to.startswith('/') else to)}</link>"
            f"<description><![CDATA[<img src=/a.jpg width=90></br>{title}]]></description>"
            f"<pubDate>Mon, 02 Mar 2026 08:00:00 +0700</pubDate></item>"
            for to, title in entries
        )
        return self.put(
            path, f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin{raw}</title>{items}</channel></rss>',
            media_type=RSS,
        )  # fmt: skip

    def asked(self, path: str) -> list[Got]:
        """The requests for a path, in order."""
        return [got for got in self.receiver.got if got.target.partition("?")[0] == path]

    async def answer(self, got: Got) -> Says:
        page = self.pages.get(got.target) or self.pages.get(got.target.partition("?")[0])
        if page is None:
            return Says(404, b"khong tim thay")
        if page.behaves is not None:
            return page.behaves(got)
        if page.slow:
            await asyncio.sleep(SLOW)
        headers = {"content-type": page.media_type, **page.headers}
        if page.stamped and page.status == 200:
            headers["etag"] = page.etag
            if got.headers.get("if-none-match") == page.etag:
                return Says(304, b"", headers)
        return Says(page.status, page.body, headers)


@asynccontextmanager
async def local_site() -> AsyncIterator[Site]:
    """One that is up and has no page yet."""
    made = Receiver()
    site = Site(made)
    made.behave = site.answer
    await made.up()
    try:
        yield site
    finally:
        await made.down()
