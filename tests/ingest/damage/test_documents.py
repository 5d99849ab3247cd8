"""Texts, pages, DOCX, PDF and lists with every part damaged in turn: each is read as the tables say."""

from collections.abc import Callable

import pytest

from ingest.imports.chunk import read_records
from ingest.sources.discovery.list_functions import read_feed, read_sitemap
from tests.support.damage import Parts, damage_parts
from tests.support.damage_documents import (
    ANNOUNCEMENT,
    DECISION,
    ENTRY,
    LOCATION,
    as_docx,
    as_feed,
    as_page,
    as_pdf,
    as_sitemap,
    as_text,
    names,
)
from tests.support.damage_outcomes import disagreements, document_outcome, listed_outcome, result_outcome


def text_outcome(parts: Parts) -> str:
    body = as_text(parts)
    [found] = read_records(body, [len(body)], "text", "tin.txt", "ubnd-hue", ("vi", "en"))
    return result_outcome(found)


def page_outcome(parts: Parts) -> str:
    return document_outcome(as_page(parts), "vb.html", "text/html")


def docx_outcome(parts: Parts) -> str:
    return document_outcome(as_docx(parts), "vb.docx", None)


def pdf_outcome(parts: Parts) -> str:
    return document_outcome(as_pdf(parts), "vb.pdf", None)


def feed_outcome(parts: Parts) -> str:
    found = read_feed(as_feed(parts), url="https://cong.example.vn/rss", content_type="application/rss+xml")
    return listed_outcome(found, dict(ENTRY)["link"])


def sitemap_outcome(parts: Parts) -> str:
    return listed_outcome(read_sitemap(as_sitemap(parts), url="https://cong.example.vn/sm.xml"), LOCATION[0][1])


@pytest.mark.parametrize(
    ("table", "parts", "outcome"),
    [
        ("text", ANNOUNCEMENT, text_outcome),
        ("decision", DECISION, page_outcome),
        ("decision", DECISION, docx_outcome),
        ("decision", DECISION, pdf_outcome),
        ("feed", ENTRY, feed_outcome),
        ("sitemap", LOCATION, sitemap_outcome),
    ],
)
def test_each_damage_to_a_part_has_its_written_outcome(
    table: str, parts: Parts, outcome: Callable[[Parts], str]
) -> None:
    found = {(each.field, each.damage): outcome(each.value) for each in damage_parts(parts, names(parts))}
    assert list(disagreements(table, found)) == []
