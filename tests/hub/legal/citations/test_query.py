"""Citations that are typed as search queries, in all spellings."""

import pytest

from hub.legal.citations.query import parse_citation_query
from hub.legal.citations.resolver import citation_keys


@pytest.mark.parametrize("text", ["", "   ", "xin chào", "5", "15 ngày", "09/2017", "luật này", "Điều 5", "?" * 500])
def test_words_that_name_no_document_are_no_citation(text: str) -> None:
    assert parse_citation_query(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nghị định số 09/2017/NĐ-CP ngày 09/02/2017", "n:9.2017.ndcp"),
        ("nghị định 9/2017/nđ-cp", "n:9.2017.ndcp"),
        ("9 2017 nd cp", "n:9.2017.ndcp"),
        ("nd 09/2017", "s:9.2017"),
        ("NĐ-CP số 09/2017", "s:9.2017"),
        ("42/2022/NĐCP", "n:42.2022.ndcp"),
        ("01 /2018/TT-VPCP", "n:1.2018.ttvpcp"),
        ("20/2020/QÐ-TTg", "n:20.2020.qdttg"),
        ("66.13/2026/nq-cp", "n:66.13.2026.nqcp"),
        ("11i/2008/NQ-HĐND", "n:11i.2008.nqhdnd"),
        ("03-nq/tu", "n:3.nqtu"),
        ("964/ttg-nn", "n:964.ttgnn"),
        ("269/kh-ubnd", "n:269.khubnd"),
        ("269 kh ubnd", "n:269.khubnd"),
        ("269KHUBND", "n:269.khubnd"),
        ("kh 269", "s:269"),
        ("quyết định 407 năm 2022", "s:407.2022"),
        ("luat dat dai nam 2024", "l:luatdatdai:2024"),
        ("đất đai 2024", "l:luatdatdai:2024"),
        ("luật bhyt", "l:luatbaohiemyte"),
        ("blds 2015", "l:boluatdansu:2015"),
        ("hien phap", "l:hienphap"),
    ],
)
def test_typed_queries_are_parsed_as_citations(text: str, key: str) -> None:
    citation = parse_citation_query(text)
    assert citation is not None
    assert citation_keys(citation)[0] == key


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Điều 5 Luật Đất đai 2024", "dieu-5"),
        ("điều 5 khoản 2 nd 09/2017/nd-cp", "dieu-5/khoan-2"),
        ("khoan 2 dieu 5 nghi dinh 9/2017", "dieu-5/khoan-2"),
    ],
)
def test_the_parts_in_a_query_are_kept(text: str, ref: str) -> None:
    citation = parse_citation_query(text)
    assert citation is not None
    assert [node.ref for node in citation.nodes] == [ref]


@pytest.mark.parametrize("piece", ["1 ", "nd ", "/", "số ", "điều 1 ", "a-", "269 kh "])
def test_a_hostile_query_is_answered_at_once(piece: str) -> None:
    parse_citation_query(piece * 20_000)
