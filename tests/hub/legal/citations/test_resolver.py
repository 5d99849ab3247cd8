"""Citations are resolved to the documents of a catalogue: one match, several choices, or none."""

from datetime import date

import pytest

from hub.legal.citations.parser import find_citations
from hub.legal.citations.resolver import (
    CatalogueEntry,
    InMemoryCatalogue,
    Outcome,
    Resolution,
    citation_keys,
    document_keys,
    resolve,
)

DOCUMENTS = [
    CatalogueEntry("a", "09/2017/NĐ-CP", "Nghị định", "Quy định phát ngôn", ("Chính phủ",), date(2017, 2, 9)),
    CatalogueEntry("b", "07/CT-TTg", "Chỉ thị", "Về truyền thông", ("Thủ tướng Chính phủ",), date(2023, 3, 21)),
    CatalogueEntry("c", "7/CT-TTg", "Chỉ thị", "Về phòng cháy", ("Thủ tướng Chính phủ",), date(2021, 2, 2)),
    CatalogueEntry("d", "45/2013/QH13", "Luật", "Đất đai", ("Quốc hội",), date(2013, 11, 29)),
    CatalogueEntry("e", "31/2024/QH15", "Luật", "Luật Đất đai", ("Quốc hội",), date(2024, 1, 18)),
    CatalogueEntry("f", "65/2006/QH11", "Luật", "Luật sư", ("Quốc hội",), date(2006, 6, 29)),
    CatalogueEntry(
        "g", "5/2020/QĐ-UBND", "Quyết định", "Giá nước", ("Ủy ban nhân dân tỉnh An Giang",), date(2020, 1, 3)
    ),
    CatalogueEntry(
        "h", "05/2020/QĐ-UBND", "Quyết định", "Giá đất", ("Uỷ ban nhân dân tỉnh Bình Định",), date(2020, 2, 5)
    ),
    CatalogueEntry("i", "269/KH-UBND", "Kế hoạch", "Truyền thông", ("Ủy ban nhân dân tỉnh",), date(2023, 8, 1)),
]


def resolved(text: str, cited_on: date | None = None) -> Resolution:
    return resolve(find_citations(text)[0], InMemoryCatalogue(DOCUMENTS), cited_on)


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("Nghị định số 9/2017/ND-CP", "a"),
        ("Nghị định 09/2017", "a"),
        ("Chỉ thị số 07/CT-TTg ngày 21 tháng 3 năm 2023", "b"),
        ("Luật Đất đai năm 2024", "e"),
        ("Luật đất đai ngày 29 tháng 11 năm 2013", "d"),
        ("Luật Luật sư", "f"),
        ("Quyết định số 05/2020/QĐ-UBND của Ủy ban nhân dân tỉnh An Giang", "g"),
        ("Quyết định số 05/2020/QĐ-UBND ngày 05/02/2020", "h"),
    ],
)
def test_a_citation_with_enough_facts_is_matched_with_certainty(text: str, document: str) -> None:
    resolution = resolved(text)
    assert (resolution.outcome, resolution.document and resolution.document.id) == (Outcome.matched, document)
    assert resolution.is_certain


@pytest.mark.parametrize(
    ("text", "documents"),
    [("Chỉ thị số 07/CT-TTg", ["b", "c"]), ("Luật Đất đai", ["e", "d"]), ("số 5/2020/QĐ-UBND", ["h", "g"])],
)
def test_a_citation_that_fits_several_documents_gives_choices_newest_first(text: str, documents: list[str]) -> None:
    resolution = resolved(text)
    assert (resolution.outcome, [known.id for known in resolution.documents]) == (Outcome.choices, documents)
    assert resolution.document is None


@pytest.mark.parametrize(
    "text", ["Nghị định số 10/2017/NĐ-CP", "Luật Đất đai năm 2003", "Nghị định này", "Thông tư 09/2017"]
)
def test_a_citation_that_fits_no_document_stays_unresolved(text: str) -> None:
    assert resolved(text).outcome is Outcome.unresolved


def test_a_number_without_year_is_matched_without_certainty() -> None:
    assert resolved("Kế hoạch số 269/KH-UBND").outcome is Outcome.matched
    assert not resolved("Kế hoạch số 269/KH-UBND").is_certain
    assert not resolved("Kế hoạch số 269/KH-UBND ngày 02 tháng 8 năm 2022").is_certain


def test_a_name_without_a_year_means_no_document_later_than_the_text() -> None:
    document = resolved("Luật Đất đai", date(2020, 1, 1)).document
    assert document is not None
    assert document.id == "d"
    assert resolved("Luật Đất đai", date(2010, 1, 1)).outcome is Outcome.unresolved
    assert resolved("Luật Đất đai năm 2024", date(2020, 1, 1)).document is not None


def test_every_key_of_a_citation_is_a_key_of_its_document() -> None:
    for text, known in (("Nghị định số 09/2017/NĐ-CP", "a"), ("Luật Đất đai năm 2024", "e"), ("Kế hoạch 269", "i")):
        document = next(one for one in DOCUMENTS if one.id == known)
        keys = citation_keys(find_citations(text)[0])
        assert keys
        assert set(keys) <= set(document_keys(document))
