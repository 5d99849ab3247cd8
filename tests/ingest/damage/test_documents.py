"""Texts, pages, DOCX, PDF and lists with every part damaged in turn: each is read as the tables say."""

from collections.abc import Callable, Sequence

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
    as_pdfs,
    as_sitemap,
    as_text,
    names,
)
from tests.support.damage_outcomes import disagreements, document_outcome, listed_outcome, result_outcome


def text_outcome(body: bytes) -> str:
    [found] = read_records(body, [len(body)], "text", "tin.txt", "ubnd-hue", ("vi", "en"))
    return result_outcome(found)


def page_outcome(body: bytes) -> str:
    return document_outcome(body, "vb.html", "text/html")


def docx_outcome(body: bytes) -> str:
    return document_outcome(body, "vb.docx", None)


def pdf_outcome(body: bytes) -> str:
    return document_outcome(body, "vb.pdf", None)


def feed_outcome(body: bytes) -> str:
    found = read_feed(body, url="https://cong.example.vn/rss", content_type="application/rss+xml")
    return listed_outcome(found, dict(ENTRY)["link"])


def sitemap_outcome(body: bytes) -> str:
    return listed_outcome(read_sitemap(body, url="https://cong.example.vn/sm.xml"), LOCATION[0][1])


def each(make: Callable[[Parts], bytes]) -> Callable[[Sequence[Parts]], list[bytes]]:
    """Make the files one by one."""
    return lambda documents: [make(parts) for parts in documents]


@pytest.mark.parametrize(
    ("table", "parts", "make", "outcome"),
    [
        pytest.param("text", ANNOUNCEMENT, each(as_text), text_outcome, id="text"),
        pytest.param("decision", DECISION, each(as_page), page_outcome, id="page"),
        pytest.param("decision", DECISION, each(as_docx), docx_outcome, id="docx"),
        pytest.param("decision", DECISION, as_pdfs, pdf_outcome, id="pdf"),
        pytest.param("feed", ENTRY, each(as_feed), feed_outcome, id="feed"),
        pytest.param("sitemap", LOCATION, each(as_sitemap), sitemap_outcome, id="sitemap"),
    ],
)
def test_each_damage_to_a_part_has_its_written_outcome(
    table: str, parts: Parts, make: Callable[[Sequence[Parts]], list[bytes]], outcome: Callable[[bytes], str]
) -> None:
    damaged = list(damage_parts(parts, names(parts)))
    bodies = make([one.value for one in damaged])
    found = {(one.field, one.damage): outcome(body) for one, body in zip(damaged, bodies, strict=True)}
    assert list(disagreements(table, found)) == []
