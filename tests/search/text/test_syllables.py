"""Words in the forms that searching compares."""

from search.text.syllables import syllables


def test_raised_figures_compare_equal_to_plain_ones() -> None:
    assert syllables("500 m² CO₂") == syllables("500 m2 co2")
    assert syllables("10³", with_diacritics=False) == ["103"]
