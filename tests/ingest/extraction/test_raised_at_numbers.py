"""A raised figure at the number of a provision or document is a doubt: it may be the mark of a footnote."""

import pytest

from ingest.extraction.figure_heights import provision_doubts


@pytest.mark.parametrize(
    "text",
    [
        "Điều 15². Phạm vi",
        "Mục 2³\nCÂY",
        "theo khoản 2ᵃ",
        "Đầu\n1². Cây",
        "1a²) Cây",
        "1.1². Cây",
        "a²) Cây",
        "Số: 15²/QĐ-UBND",
        "15²/2020/NĐ-CP",
    ],
)
def test_a_raised_figure_that_may_be_part_of_a_number_is_a_doubt(text: str) -> None:
    assert [doubt.field for doubt in provision_doubts(text)] == ["text"]


@pytest.mark.parametrize("text", ["Chương II³\nCÂY", "500 m². Cây", "m². Cây", "10³ đồng", "BỘ TRƯỞNG³", "y = x²."])
def test_other_raised_figures_are_none(text: str) -> None:
    assert provision_doubts(text) == []
