"""Entries of feeds: titles by their type, moments in every writing."""

import pytest

from hub.times import now
from ingest.sources.discovery.feed import parse_entries
from ingest.sources.http.fetcher import FetchResult

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>urn:1</id>
<link href="https://example.vn/1"/>{}</entry></feed>"""
RSS = """<rss version="2.0"><channel><title>t</title><item><link>https://example.vn/1</link>{}</item></channel></rss>"""


def hints(form: str, inner: str) -> dict[str, str]:
    body = form.format(inner).encode()
    feed = FetchResult("https://example.vn/feed", body, "application/xml", "application/xml", None, None, now())
    [item], _ = parse_entries(feed)
    return item.hints


@pytest.mark.parametrize(
    ("form", "inner", "title"),
    [
        (ATOM, '<title type="html">A &amp;amp; B</title>', "A & B"),
        (ATOM, '<title type="html">A &amp;lt;b&amp;gt; &lt;b&gt;B&lt;/b&gt;</title>', "A <b> B"),
        (ATOM, '<title type="html"><![CDATA[Quy định <em>mới</em> &amp; cũ]]></title>', "Quy định mới & cũ"),
        (ATOM, '<title type="text">A &amp;amp; B</title>', "A &amp; B"),
        (ATOM, "<title>A &amp;amp; B</title>", "A &amp; B"),
        (ATOM, "<title>Dưới &lt; 5 triệu</title>", "Dưới < 5 triệu"),
        (
            ATOM,
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &amp; <b>B</b></div></title>',
            "A & B",
        ),
        (RSS, "<title>A &amp; B</title>", "A & B"),
        (RSS, "<title>A &amp;amp; B</title>", "A & B"),
        (RSS, "<title>&amp;#7910;y ban &amp;quot;X&amp;quot;</title>", 'Ủy ban "X"'),
        (RSS, "<title><![CDATA[A &amp; <b>B</b>]]></title>", "A & B"),
        (RSS, "<title>Dưới &lt; 5 triệu, trên &gt; 3</title>", "Dưới < 5 triệu, trên > 3"),
    ],
)
def test_a_title_is_read_by_its_type(form: str, inner: str, title: str) -> None:
    assert hints(form, inner)["title"] == title


@pytest.mark.parametrize(
    ("form", "inner"),
    [
        (RSS, "<pubDate>Mon, 02 Nov 2026 08:30:00 GMT+7</pubDate>"),
        (RSS, "<pubDate>Mon, 02 Nov 2026 08:30:00 UTC+7</pubDate>"),
        (RSS, "<pubDate>Mon, 02 Nov 2026 08:30:00</pubDate>"),
        (RSS, "<pubDate>Mon, 02 Nov 2026 08:30:00 +0700</pubDate>"),
        (RSS, "<pubDate>02/11/2026 08:30</pubDate>"),
        (RSS, "<pubDate>02/11/2026 08:30:00 AM</pubDate>"),
        (ATOM, "<updated>2026-11-02T01:30:00Z</updated>"),
        (ATOM, "<published>2026-11-02 08:30:00</published>"),
    ],
)
def test_a_moment_is_read_in_every_writing_and_is_in_viet_nam_without_a_zone(form: str, inner: str) -> None:
    assert hints(form, "<title>t</title>" + inner)["posted"] == "2026-11-02T08:30:00+07:00"
