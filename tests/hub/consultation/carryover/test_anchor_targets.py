"""Quotations are checked against the version that was commented on."""

import unicodedata
from typing import Any

import pytest

from hub.consultation.carryover.anchor_targets import (
    CommentTarget,
    Quote,
    QuoteAmbiguous,
    QuoteNotFound,
    UnknownNode,
    check_target,
    find_quote,
)

TEXT = "Phí gửi xe\nNgười gửi xe trả 5.000 đồng ban ngày, trả 8.000 đồng ban đêm và nhận vé."
NODES: list[dict[str, Any]] = [
    {"ref": "dieu-4", "type": "article", "heading": "Phí gửi xe", "text": TEXT.split("\n")[1], "lineage": "gui-xe"},
    {"ref": "dieu-9", "type": "article", "heading": None, "text": "Vé xe buýt do công ty phát hành."},
]


def test_words_that_stand_nowhere_in_the_node_are_refused() -> None:
    with pytest.raises(QuoteNotFound) as refusal:
        check_target(CommentTarget("dieu-9", quote=Quote("trả 8.000 đồng", 0, 14)), NODES)

    assert (refusal.value.code, refusal.value.field) == ("quote_not_found", "quote.exact")


@pytest.mark.parametrize("exact", ["", " ,. ", "x" * 5_001])
def test_a_quotation_has_a_word_and_a_limit(exact: str) -> None:
    with pytest.raises(QuoteNotFound):
        find_quote(Quote(exact, 0, len(exact)), TEXT + exact)


def test_a_node_that_the_version_lacks_is_refused() -> None:
    with pytest.raises(UnknownNode):
        check_target(CommentTarget("dieu-77"), NODES)
    with pytest.raises(UnknownNode):
        check_target(CommentTarget(quote=Quote("Phí", 0, 3)), NODES)


def test_words_at_another_position_are_found_and_get_their_context() -> None:
    found = find_quote(Quote("8.000 đồng", 3, 13), TEXT)

    assert TEXT[found.start : found.end] == found.exact == "8.000 đồng"
    assert (found.prefix[-4:], found.suffix[:9]) == ("trả ", " ban đêm ")


def test_words_that_stand_twice_are_told_apart_by_context_then_by_nearness_or_are_refused() -> None:
    first, second = TEXT.index("trả"), TEXT.index("trả", TEXT.index("trả") + 1)

    assert find_quote(Quote("trả", 900, 903, prefix="xe "), TEXT).start == first
    assert find_quote(Quote("trả", second + 2, second + 5), TEXT).start == second
    with pytest.raises(QuoteAmbiguous):
        find_quote(Quote("ha", 3, 5), "ha xe ha")


def test_line_breaks_and_decomposed_letters_do_not_matter() -> None:
    copied = unicodedata.normalize("NFD", "Phí gửi xe  Người gửi")

    assert find_quote(Quote(copied, 0, len(copied)), TEXT).exact == "Phí gửi xe\nNgười gửi"


def test_a_node_is_found_by_its_lineage_before_its_ref() -> None:
    assert check_target(CommentTarget("dieu-9", lineage="gui-xe"), NODES).ref == "dieu-4"


def test_the_whole_draft_is_a_target() -> None:
    assert check_target(CommentTarget(), NODES) == CommentTarget()
