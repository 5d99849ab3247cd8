"""Entries of feeds: titles by their type, moments in every writing."""

import pytest

from hub.times import now
from ingest.sources.discovery.feed import parse_entries
from ingest.sources.http.fetcher import FetchError, FetchResult

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
        (RSS, "<title>So sánh a&lt;b và b&gt;c</title>", "So sánh a<b và b>c"),
        (RSS, "<title><![CDATA[So sánh a<b và b>c]]></title>", "So sánh a<b và b>c"),
        (RSS, "<title><![CDATA[So sánh a<b và b>c &amp; d]]></title>", "So sánh a<b và b>c & d"),
        (RSS, "<title><![CDATA[A<br />B <font color=red>C</font> <a href='x'>D]]></title>", "A B C D"),
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


@pytest.mark.parametrize("form", [ATOM.replace("{}", "<title>t</title>{}"), RSS])
@pytest.mark.parametrize(
    "written",
    ["0000-00-00T00:00:00Z", "2026-W99", "1793583000", "Mon, 99 Nov 2026", "2004년 05월 28일", "-1", "99999-01-01"],
)
def test_a_day_that_cannot_be_read_is_no_other_day_and_stops_no_feed(form: str, written: str) -> None:
    name = "updated" if form is not RSS else "dc:date"
    found = hints(form, f"<{name}>{written}</{name}>")
    assert found.get("posted", written) == written


@pytest.mark.parametrize(
    ("form", "inner", "summary"),
    [
        (ATOM, '<content type="html">A &amp;amp; &lt;b&gt;B&lt;/b&gt;</content>', "A & B"),
        (ATOM, '<content type="text">A &amp;amp; B</content>', "A &amp; B"),
        (RSS, "<description>Dòng một&lt;br&gt;dòng hai</description>", "Dòng một dòng hai"),
        (RSS, "<description>Dòng một&lt;BR /&gt;10&lt;sup&gt;3&lt;/sup&gt;</description>", "Dòng một 10³"),
        (RSS, "<description>x &lt;5% và y&gt;2</description>", "x <5% và y>2"),
        (RSS.replace("<rss ", "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/' "),
         "<c:encoded>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</c:encoded>", "A & B"),
    ],
)  # fmt: skip
def test_a_summary_is_read_by_its_type_wherever_it_stands(form: str, inner: str, summary: str) -> None:
    assert hints(form, inner)["summary"] == summary


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\n"])
def test_a_feed_of_nothing_but_a_byte_order_mark_is_an_empty_page(body: bytes) -> None:
    feed = FetchResult("https://example.vn/feed", body, "application/xml", "application/xml", None, None, now())
    with pytest.raises(FetchError) as refused:
        parse_entries(feed)
    assert refused.value.code == "empty_page"


@pytest.mark.parametrize("name", ["urn:a b", "urn:a ", " urn:a"])
def test_a_namespace_with_a_space_keeps_no_entry_from_being_read(name: str) -> None:
    form = ATOM.replace("<feed ", f'<feed xmlns:them="{name}" ')

    assert hints(form, '<them:loai>x</them:loai><title type="html">A &amp;amp; B</title>')["title"] == "A & B"


def test_a_feed_that_its_library_fails_on_is_no_feed() -> None:
    with pytest.raises(FetchError) as raised:
        hints(RSS, "<link>/2<item><title>A</title><guid>1</guid></item></link>")

    assert raised.value.code == "no_feed"


@pytest.mark.parametrize("reference", ["&#1114112;", "&#xD800;", "&#1114112", "&#" + "9" * 5_000 + ";"])
@pytest.mark.parametrize("rest", ["", "</br>"])
def test_a_reference_to_no_character_keeps_no_entry_from_being_read(reference: str, rest: str) -> None:
    found = hints(RSS, f"<title>A{reference}B &#7910;</title><description>{rest}</description>")

    assert found["title"] == "A\ufffdB Ủ"
