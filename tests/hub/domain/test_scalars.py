"""Types at the door: what cannot be published, shown at +07:00 or written into a feed is refused in words."""

import unicodedata
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hub.content.validation import validate_content
from hub.domain.kinds.html import sanitise_html
from hub.domain.scalars import AnyDay, Count, FileUrl, Line, Moment, StoredDay, Text, WebUrl
from hub.errors import InvalidInput
from hub.times import format_rfc3339, midnight, parse_http_date
from hub.urls import canonical_url
from tests.support import contents

URL: TypeAdapter[str] = TypeAdapter(WebUrl)
FILE: TypeAdapter[str] = TypeAdapter(FileUrl)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
DAY: TypeAdapter[date] = TypeAdapter(StoredDay)
ANY_DAY: TypeAdapter[date] = TypeAdapter(AnyDay)
LINE: TypeAdapter[str] = TypeAdapter(Line)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
COUNT: TypeAdapter[int] = TypeAdapter(Count)

BROKEN_URLS = [
    "http://[x",
    "http://[dia-chi]/",
    "http://[::1]x/",
    "http://[fe80::1%25eth0]/",
    "http://]/",
    "http://h:1:2/",
    "http://h:99999/",
    "http://h:-1/",
    "http://h:0/",
    "http://h:٣/",
    "http:///x",
    "http://.",
    "http://a..b/",
    "http://-a.vn/",
    "https://xn--/",
    "https://xn--a-\u00e4/",
    "https://user:pw@example.vn/",
    "https://example.vn\\@khac.vn/",
    "http://1.2.3.4.5/",
    "http://999.1.1.1/",
    "http://2130706433/",
    "http://ex%61m.com/",
    "http://ex℀mple.com/",
    f"https://{'a' * 64}.vn/",
    f"https://{'a.' * 127}vn/",
    "https://example.vn/a b",
    "ftp://example.vn/",
    "https:/example.vn",
    "//example.vn/a",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("url", BROKEN_URLS)
@pytest.mark.parametrize("adapter", [URL, FILE])
def test_an_address_that_no_program_can_open_is_refused_with_what_would_do(adapter: Any, url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(url)

    [error] = refused.value.errors()
    assert error["type"] == "url"
    assert error["ctx"]["expected"].startswith("https://example.vn/")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.vn",
        "HTTPS://Example.VN/Tin?a=1#x",
        "http://[2001:db8::1]:8080/a",
        "http://127.0.0.1/",
        "https://huế.vn/đường-lê-lợi",
        "https://xn--hu-tia.vn/",
        "https://tap_tin.example.vn/a%zz",
        "https://r3---sn-x.example.vn/",
        "http://noi-bo/van-ban.pdf",
        "https://example.vn./",
    ],
)
def test_an_address_that_is_taken_can_be_read_by_whatever_comes_after(url: str) -> None:
    found = URL.validate_python(f"  {url}\n")

    assert found == url[: url.index(":")].lower() + url[url.index(":") :]
    assert urlsplit(found).hostname
    assert urljoin("https://hub.test/", found) == found
    assert httpx.URL(found).host
    assert canonical_url(found)


@given(st.text(alphabet="ahtps:/[]@.%#?1025xn-é\\ ", max_size=30).map("http://".__add__))
def test_no_address_passes_that_a_reader_of_feeds_cannot_parse(url: str) -> None:
    try:
        found = URL.validate_python(url)
    except ValidationError:
        return
    urljoin("https://hub.test/", found)
    assert urlsplit(found).port != 0
    httpx.URL(found)
    canonical_url(found)


NO_MOMENTS: list[Any] = [
    "2026-12-06T00:00:00",
    "2026-12-06",
    "2026-12-06 00:00",
    0,
    1_700_000_000,
    1.5,
    True,
    "1700000000",
    "0",
    "+1700000000",
    "P1D",
    "2026-W05-1T00:00:00Z",
    "20261206T000000Z",
    "2026-12-06T25:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-12-06T00:00:00+25:00",
    "2026-12-06T00:00:00+07:00[Asia/Ho_Chi_Minh]",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "9999-12-30T23:59:59-23:59",
    "0001-01-01T00:00:00+07:00",
    "0999-12-31T00:00:00Z",
    "999-12-31T00:00:00Z",
    "12026-12-06T00:00:00Z",
    datetime(2026, 12, 6),
    [],
    {},
]


@pytest.mark.parametrize("value", NO_MOMENTS, ids=repr)
def test_a_moment_without_zone_out_of_range_or_of_another_form_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        MOMENT.validate_python(value)

    [error] = refused.value.errors()
    assert error["type"] == "moment"
    assert "2026-12-01T08:00:00+07:00" in error["ctx"]["expected"] or "1000-01-01" in error["ctx"]["expected"]


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_that_is_taken_can_be_shown_and_written_in_every_format(moment: datetime) -> None:
    try:
        found = MOMENT.validate_python(moment)
    except ValidationError:
        return
    written = format_rfc3339(found)
    exact = found.astimezone(UTC)
    assert MOMENT.validate_python(written) == exact.replace(microsecond=exact.microsecond // 1000 * 1000)
    assert len(written.split("-")[0]) == 4
    assert written.endswith("+07:00")
    assert parse_http_date(format_datetime(exact, usegmt=True)) == exact.replace(microsecond=0)


@pytest.mark.parametrize("adapter", [DAY, ANY_DAY])
@pytest.mark.parametrize(
    "value", [0, 20000, 1.0, True, "0", "2026-2-3", "20260203", "2026-W05-1", "2026-02-30", "03/02/2026", "", [], {}]
)
def test_a_day_has_one_spelling_and_is_no_number(adapter: Any, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(value)

    assert refused.value.errors()[0]["ctx"]["expected"] == "2026-11-24"


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0999-12-31", "0001-01-01"])
def test_a_day_at_the_ends_of_the_calendar_can_be_asked_about_but_not_stored(day: str) -> None:
    assert str(ANY_DAY.validate_python(day)) == day
    with pytest.raises(ValidationError, match="out of range"):
        DAY.validate_python(day)


@given(st.dates())
def test_the_midnights_around_a_stored_day_exist(day: date) -> None:
    try:
        found = DAY.validate_python(str(day))
    except ValidationError:
        return
    assert midnight(found).astimezone(UTC)
    assert midnight(date.fromordinal(found.toordinal() + 1)).astimezone(UTC)


def test_a_text_has_nothing_that_a_database_a_feed_or_a_reader_would_lose() -> None:
    odd = "a\x00b\x0bc\r\nd \x93q\x94 \ue000 \ud800 \u202ee\u200b\u0301 \uf0b7 Ð\x85z\uffff\U000e0041"

    assert TEXT.validate_python(odd) == "ab\nc\nd “q” \ufffd \ufffd é • Đ\nz"
    assert LINE.validate_python(odd) == "ab c d “q” \ufffd \ufffd é • Đ z"


@given(st.text(min_size=1))
def test_a_cleaned_text_is_clean(text: str) -> None:
    try:
        found = TEXT.validate_python(text)
    except ValidationError:
        return
    assert TEXT.validate_python(found) == found
    assert unicodedata.is_normalized("NFC", found)
    assert found.encode()
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Co") and char not in "\n\t" for char in found)


@pytest.mark.parametrize("value", [True, -1, 2**53, 10**30, "nhiều"])
def test_a_count_is_a_whole_number_that_every_reader_keeps(value: Any) -> None:
    with pytest.raises(ValidationError):
        COUNT.validate_python(value)


@pytest.mark.parametrize(
    "value",
    [
        "Sat, 01 Jan 99999999999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "Mon, 32 Jan 2026 00:00:00 GMT",
        "01 Jan 2026 00:00:00 +9999999",
        "",
        "hôm qua",
        "\x00",
    ],
)
def test_a_date_of_a_header_that_does_not_exist_is_none(value: str) -> None:
    assert parse_http_date(value) is None


def test_a_link_in_a_bulletin_that_no_program_can_open_loses_its_target_and_keeps_its_text() -> None:
    html = '<p><a href="http://[x">a</a> <a href="https://example.vn/">b</a> <a href="tel:113">c</a>&#1;</p>'

    assert sanitise_html(html) == '<p><a>a</a> <a href="https://example.vn/">b</a> <a href="tel:113">c</a></p>'


PAGE, PDF = "http://[x", {"name": "a.pdf", "media_type": "application/pdf"}
UNPUBLISHABLE: list[tuple[str, dict[str, Any], str]] = [
    ("bulletin", {"image": {"url": PAGE, "alt": "Ảnh"}}, "image.url"),
    ("bulletin", {"valid_until": "9999-12-31T23:59:59Z"}, "valid_until"),
    ("bulletin", {"valid_until": "2026-12-06T00:00:00"}, "valid_until"),
    ("bulletin", {"links": [{"label": "a", "url": PAGE}]}, "links.0.url"),
    ("bulletin", {"origin": {"name": "Báo", "url": PAGE}}, "origin.url"),
    ("draft", {"consultation": {"opens_on": "2026-11-02", "closes_on": "9999-12-31"}}, "consultation.closes_on"),
    ("draft", {"consultation": {"opens_on": 0, "closes_on": "2026-12-31"}}, "consultation.opens_on"),
    (
        "draft",
        {"consultation": {"opens_on": "2026-11-02", "closes_on": "2026-12-02", "url": PAGE}},
        "consultation.url",
    ),
    ("draft", {"drafted_on": 20_000}, "drafted_on"),
    ("policy", {"attachments": [PDF | {"url": PAGE}]}, "attachments.0.url"),
    ("policy", {"attachments": [PDF | {"url": "https://example.vn/a.pdf", "size": 10**18}]}, "attachments.0.size"),
    ("policy", {"signed_original": {"file": PDF | {"url": PAGE}, "signature": "valid"}}, "signed_original.file.url"),
    ("policy", {"dates": [{"role": "issued", "on": 0, "source": "Văn bản gốc"}]}, "dates.0.on"),
    ("statement", {"said_at": "2026-10-06T15:30:00"}, "said_at"),
    ("statement", {"asked_at": 0}, "asked_at"),
]


@pytest.mark.parametrize(("kind", "wrong", "field"), UNPUBLISHABLE, ids=lambda value: str(value)[:60])
def test_a_content_that_could_not_be_published_is_refused_when_it_is_saved(
    kind: str, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        validate_content(kind, contents.MADE[kind](**wrong))

    assert refused.value.field == field
    assert refused.value.members()["errors"]
    assert refused.value.expected or field.endswith("size")
