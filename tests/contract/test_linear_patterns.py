"""No text makes a pattern or a reader of the hub slow: the time grows as the text does, and not as its square."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from hub.consultation.moderation.private_data import find_private_data
from hub.domain.fingerprints import fingerprint
from hub.domain.kinds.html import MAX_LENGTH, html_to_text, sanitise_html
from hub.legal.agency_names import split_issuers
from hub.legal.announcement import read_announcement
from hub.legal.citations.parser import find_citations
from hub.legal.document import is_official, parse_document
from hub.legal.document.capitals import to_sentence_case
from hub.legal.document.footnote_marks import find_label_mark, remove_marks
from hub.legal.numbers import number_key, rejoin_number
from hub.legal.outline import outline
from hub.legal.timestamps import read_moment
from hub.urls import canonical_url
from ingest.extraction.html_blocks import blocks_of, text_of_blocks
from ingest.extraction.html_page import parse_page
from ingest.extraction.labels import labelled_facts
from search.intent import parse_intent
from search.text.highlight import highlight, highlight_query
from tests.support import pattern_attacks
from tests.support.pattern_attacks import attacks_on, find_patterns, grows_too_fast

PACKAGES = ("hub", "ingest", "schema", "search")
ANCHORED = frozenset(
    {
        "hub.domain.spreadsheet_cells._FORMULA",
        "hub.legal.citations.patterns.ATTACHMENT",
        "hub.legal.citations.patterns.DATE_AFTER_TITLE[0]",
        "hub.legal.citations.patterns.DATE_AFTER_TITLE[1]",
        "hub.web.assets._HASHED_NAME",
        "ingest.sources.pipeline.attachments._MEDIA_TYPE",
        *(f"search.ranking.definitions._ASKED[{at}]" for at in range(4)),
        "search.text.highlight._SNIPPET_WORDS",
    }
)
"""Patterns that are only matched at one place, so that searching for them need not be linear."""


@pytest.mark.counts(small=4, full=1)
def test_every_pattern_is_linear_in_the_length_of_the_text(count: int) -> None:
    """Small: every pattern by a quarter of its attacks, of which another quarter follows with the next pattern."""
    slow = {
        name: attack
        for at, (name, pattern) in enumerate(find_patterns(PACKAGES).items())
        for attack in sorted(attacks_on(pattern))[at % count :: count]
        if grows_too_fast(_reader_of(name, pattern), attack)
    }
    assert slow == {}


def _reader_of(name: str, pattern: re.Pattern[Any]) -> Callable[[str], object]:
    def read(text: str) -> object:
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        return pattern.match(given) if name in ANCHORED else sum(1 for _ in pattern.finditer(given))

    return read


@pytest.mark.parametrize(
    ("source", "attack"),
    [(r"(?:[A-Z][a-zA-Z]*\.?[ ]?){1,5},$", "A"), (r"\s+$", " "), (r"\s*:?\s*\d", " "), (r"(a+)+$", "a")],
)
def test_the_attacks_find_a_pattern_that_explodes(source: str, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_attacks, "LONGEST", 0.5)  # they are found by it, so that a longer wait says no more
    pattern = re.compile(source)
    assert any(grows_too_fast(_reader_of("", pattern), each) for each in attacks_on(pattern) if attack in each[1])


HEAD = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 269/KH-UBND\n"
    "Huế, ngày 01 tháng 8 năm 2023\nKẾ HOẠCH\n"
)
END = "\nNơi nhận:\n- Như trên;\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A\n"
READERS: dict[str, Callable[[str], object]] = {
    "a title": lambda text: parse_document(HEAD + text.upper() + END),
    "a body": lambda text: parse_document(f"{HEAD}Về việc trồng cây\n{text}{END}"),
    "a heading": lambda text: parse_document(text + HEAD + END),
    "a closing": lambda text: parse_document(f"{HEAD}Điều 1. Trồng cây\n{END}{text}"),
    "a page": is_official,
    "an announcement": lambda text: read_announcement(f"A\nNgày đăng: 1/1/2020\n{text} ban hành Kế hoạch số 1/KH-A"),
    "citations": find_citations,
    "a citation with a tail": lambda text: find_citations(f"Nghị định số 1/2020/NĐ-CP {text}"),
    "issuers": split_issuers,
    "an outline": lambda text: outline(text.split("\n")),
    "a title in capitals": lambda text: to_sentence_case(text.upper(), text.lower()),
    "a number": lambda text: (number_key(f"1/{text}"), rejoin_number("64/2020/TT-", text)),
    "HTML": lambda text: html_to_text(_sanitise(text[:MAX_LENGTH])),
    "labelled facts": lambda text: labelled_facts(text.split("\n")),
    "a query": parse_intent,
    "a highlight": lambda text: highlight([text], highlight_query("a b 1 điều")),
    "a fingerprint": lambda text: fingerprint("bulletin", "vi", {"title": text, "lead": "", "body": ""}, text),
    "a moment": lambda text: [read_moment(f"{text} 02/11/2026"), read_moment(f"02/11/2026 7h{text}")],
    "a web page": lambda text: text_of_blocks(list(blocks_of(parse_page(f"<p>{text}<b style='{text}'>a</b>"), None))),
    "a formula": lambda text: text_of_blocks(list(blocks_of(parse_page(f"<math><mi>{text}</mi></math>"), None))),
    "a nested exponent": lambda text: parse_page(f"<p>10<sup>{text}<sub>{text}</sub></sup>"),
    "marks of footnotes": lambda text: [remove_marks(text), find_label_mark(text)],
    "private data": find_private_data,
    "an address": lambda text: canonical_url(f"https://cong.example.vn/{text}?{text}"),
}
RUNS = (
    "A", "a", "Đ", " ", "\t", "\n", "0", "/", "\\", ".", "-", "–", ",", ";", ":", "(", "[", "“", "”", '"', "'",
    "«", "…", "_", "|", "*", "=", "<", "&", "é", "\u0301", "e\u0301", "\u00a0", "\u200b", "ß", "中", "1/A&",
    "1/2/", "A/", "A-", "1.", "I.", "a) ", "điều 1, ", "điểm a khoản 1 Điều 2, ", " đã", " và", " Luật",
    " Quyết định số 1/QĐ-UBND", " ngày 1/1/2020", " ngày 1 tháng 1 năm 2020", "A B ", "Bộ Y tế, ", "SỞ Y TẾ\n",
    "1. a\n", "- a\n", "a | b ", "a[2] ", "a² ", "a*", "QUY CHẾ\n", "Phụ lục 1\n", '"a\n', "<b>", "</p>",
    "Nghị định này có hiệu lực từ ngày ", "Luật này được Quốc hội thông qua ngày 1/1/2020 ",
    "độc lập - tự do - hạnh phúc ", "KT. CHỦ TỊCH ", "q. giám đốc ", "Nguyễn Văn A\n",
    "Nghị định số 1/2020/NĐ-CP sửa đổi bởi ", "0905 ", "+84 ", "hai ba ", "a@a.", "a at a ", "số 1 đường A ",
    "ở 1 A, phường A ", "kiệt 1/",
)  # fmt: skip
"""A run of every class of characters, and of the words that readers look for."""


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.counts(small=8, full=len(RUNS))
def test_every_reader_is_linear_in_the_length_of_the_text(reader: str, count: int) -> None:
    runs = RUNS[:: len(RUNS) // count]
    assert [run for run in runs if grows_too_fast(READERS[reader], ("", run, "!\n"))] == []


def _sanitise(html: str) -> str:
    try:
        return sanitise_html(html)
    except ValueError:
        return ""
