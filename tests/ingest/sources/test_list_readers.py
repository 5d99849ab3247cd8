"""Lists are read by the readers of articles: one way to decode, to resolve links and to unpack."""

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from ingest.sources.discovery import feed, listing, sitemap
from ingest.sources.discovery.base import LONGEST_NAME
from ingest.sources.http.fetcher import FetchError, FetchResult, inflate
from ingest.sources.pipeline.download import _from_web
from ingest.sources.schemas import SourceConfig

URL = "https://cong.example.vn/tin/trang-1.html"


def page(body: bytes, content_type: str = "text/html") -> FetchResult:
    media_type = content_type.partition(";")[0]
    return FetchResult(URL, body, media_type, content_type, None, None, datetime(2026, 3, 2, tzinfo=UTC))


def links(html: str, content_type: str = "text/html") -> list[tuple[str | None, str | None]]:
    found = listing.parse_links(page(html.encode(), content_type), SourceConfig(url=URL, next="a.sau"))
    return [(item.url, item.hints.get("title")) for item in found[0]]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("<base href='/cong/'>", "https://cong.example.vn/cong/bai.html"),
        ("<base href='https://khac.example.vn/x/'>", "https://khac.example.vn/x/bai.html"),
        ("<base href='http://[x'>", "https://cong.example.vn/tin/bai.html"),
        ("", "https://cong.example.vn/tin/bai.html"),
    ],
)
def test_links_of_a_list_page_are_relative_to_its_base(base: str, url: str) -> None:
    assert links(f"<head>{base}</head><a href=bai.html>Bài</a>") == [(url, "Bài")]


@pytest.mark.parametrize("charset", ["windows-1258", "iso-8859-1", "utf-8", "vô nghĩa"])
def test_a_list_page_of_valid_utf8_is_utf8_whatever_its_header_says(charset: str) -> None:
    assert links("<a href=a>Đường phố Huế</a>", f"text/html; charset={charset}")[0][1] == "Đường phố Huế"


def test_the_title_of_a_link_keeps_raised_figures_and_blocks_apart() -> None:
    assert links("<a href=a><h3>Thu hồi 500 m<sup>2</sup></h3><p>Tại Mẫu</p></a>")[0][1] == "Thu hồi 500 m² Tại Mẫu"


def test_the_summary_of_a_feed_keeps_raised_figures_and_paragraphs_apart() -> None:
    summary = "<![CDATA[<p>500 m<sup>2</sup></p><p>đất</p>]]>"
    entry = f"<title>t</title><link>https://cong.example.vn/a</link><description>{summary}</description>"
    body = f"<rss version='2.0'><channel><item>{entry}</item></channel></rss>"
    items, _ = feed.parse_entries(page(body.encode(), "application/rss+xml"))
    assert items[0].hints["summary"] == "500 m² đất"


@pytest.mark.parametrize(
    ("declared", "content_type"),
    [
        ("", "application/rss+xml; charset=iso-8859-1"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>", "text/xml; charset=windows-1252"),
        ("<?xml version='1.0' encoding='utf-8'?>", "text/xml"),
    ],
)
def test_a_feed_of_valid_utf8_is_utf8_whatever_is_declared(declared: str, content_type: str) -> None:
    entry = "<item><title>Đường phố Huế</title><link>https://cong.example.vn/a</link></item>"
    body = f"{declared}<rss version='2.0'><channel>{entry}</channel></rss>".encode()
    items, _ = feed.parse_entries(page(body, content_type))
    assert items[0].hints["title"] == "Đường phố Huế"


def test_the_charset_of_the_server_reaches_the_reader_of_a_page() -> None:
    assert _from_web(page(b"x", "text/html; charset=windows-1258")).media_type == "text/html; charset=windows-1258"


def test_all_members_of_gzip_data_are_unpacked_and_what_follows_is_no_data() -> None:
    two = gzip.compress(b"<urlset>") + gzip.compress(b"</urlset>")
    assert inflate(two, 100) == b"<urlset></urlset>"
    assert inflate(two + b"\x00\x00rest", 100) == b"<urlset></urlset>"
    assert inflate(zlib.compress(b"x" * 100), 100) == b"x" * 100


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (gzip.compress(b"x" * 200), "too_large"),
        (gzip.compress(b"x" * 60) * 2, "too_large"),
        (zlib.compress(b"x" * 200), "too_large"),
        (gzip.compress(b"abc") + gzip.compress(b"def" * 9)[:-9], "broken_file"),
        (gzip.compress(b"abc")[:-1], "broken_file"),
        (gzip.compress(b"abc")[:-8] + b"\x00" * 8, "broken_file"),
        (zlib.compress(b"abc")[:-2], "broken_file"),
        (b"\x1f\x8bx", "broken_file"),
        (b"no data", "broken_file"),
    ],
    # Compressed bytes hold the time at which they were made, and workers of one run need the same names.
    ids=["long", "long members", "long zlib", "cut member", "cut end", "wrong sum", "cut zlib", "head only", "none"],
)
def test_compressed_data_that_is_broken_or_too_long_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(FetchError) as found:
        inflate(body, 100)
    assert found.value.code == code


def sitemap_urls(inner: str | bytes, declaration: str = "") -> list[str | None]:
    body = inner if isinstance(inner, bytes) else f"{declaration}<urlset>{inner}</urlset>".encode()
    return [found.url for found in sitemap.parse_sitemap(body, URL).pages]


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<url><loc>https://a.vn/1</loc><xhtml:link rel='alternate' href='x'/></url>", "https://a.vn/1"),
        ("<url><news:news/><loc>https://a.vn/1</loc></url>", "https://a.vn/1"),
        ("<url><loc>https://a.vn/1</loc><image:loc xmlns:image='urn:i'>https://a.vn/anh.png</image:loc></url>", None),
        ("<url><loc>https://a.vn/1</loc><image:loc>https://a.vn/anh.png</image:loc></url>", "https://a.vn/1"),
        ("<url><loc><!-- cũ -->https://a.vn/1</loc></url>", "https://a.vn/1"),
        ("<url><loc>https://a.vn/<![CDATA[1]]></loc></url>", "https://a.vn/1"),
        ("<url><loc>https://a.vn/?so=7&nam=2026</loc></url>", "https://a.vn/?so=7&nam=2026"),
        ("<url><loc>https://a.vn/?so=7&amp;nam=2026&#x31;</loc></url>", "https://a.vn/?so=7&nam=20261"),
        ("<url><loc><![CDATA[https://a.vn/?a=1&b=2]]></loc></url>", "https://a.vn/?a=1&b=2"),
        ("<url><loc><![CDATA[https://a.vn/?a=1]]>&b=2<![CDATA[&c=3]]></loc></url>", "https://a.vn/?a=1&b=2&c=3"),
        ("<!-- <![CDATA[ --><url><loc>https://a.vn/?a=1&b=2</loc></url>", "https://a.vn/?a=1&b=2"),
    ],
)
def test_a_page_of_a_sitemap_is_its_own_address_whatever_stands_around_it(inner: str, url: str | None) -> None:
    assert sitemap_urls(inner) == [url or "https://a.vn/1"]


@pytest.mark.parametrize("declared", ["windows-1258", "iso-8859-1", "khong-co"])
def test_a_sitemap_of_valid_utf8_is_utf8_whatever_it_declares(declared: str) -> None:
    declaration = f"<?xml version='1.0' encoding='{declared}'?>"
    assert sitemap_urls("<url><loc>https://a.vn/huế</loc></url>", declaration) == ["https://a.vn/huế"]
    utf16 = "<?xml version='1.0' encoding='utf-16'?><urlset><url><loc>https://a.vn/huế</loc></url></urlset>"
    assert sitemap_urls(utf16.encode("utf-16")) == ["https://a.vn/huế"]


def test_a_long_link_has_a_short_name_of_its_own_and_one_that_nothing_can_store_is_skipped_alone() -> None:
    long, other = "https://a.vn/" + "%C4%91" * 100, "https://a.vn/" + "%C4%91" * 100 + "b"
    page_of = "".join(f"<a href='{url}'>x</a>" for url in (long, other, "https://a.vn/" + "a" * 2_000, "/ngan"))

    found, _, bad = listing.parse_links(page(page_of.encode()), SourceConfig(url=URL))

    assert [(item.url, len(item.external_id) <= LONGEST_NAME) for item in found] == [
        (long, True), (other, True), ("https://cong.example.vn/ngan", True)
    ]  # fmt: skip
    assert len({item.external_id for item in found}) == 3
    assert bad == 1


@pytest.mark.parametrize("link", ["http://", "https:///", "http:", "https://#a"])
def test_a_link_without_a_host_is_no_link_to_the_list_itself(link: str) -> None:
    found, _, bad = listing.parse_links(page(f"<a href='{link}'>x</a>".encode()), SourceConfig(url=URL))
    assert (found, bad) == ([], 1)


@pytest.mark.parametrize("base", ["http://a:b/", "http://", "http://a:0/", "data:x"])
def test_a_base_that_is_no_address_is_none(base: str) -> None:
    assert links(f"<base href='{base}'><a href=bai.html>Bài</a>") == [("https://cong.example.vn/tin/bai.html", "Bài")]
