"""The types of documents have an English name each, and no two have the same."""

from hub.legal.types import ENGLISH_TYPES, TYPES, canonical_type


def test_every_type_has_an_english_name_of_its_own() -> None:
    assert ENGLISH_TYPES.keys() == set(TYPES)
    assert len(set(ENGLISH_TYPES.values())) == len(TYPES)


def test_every_type_is_found_in_capitals() -> None:
    assert [canonical_type(name.upper()) for name in TYPES] == [*TYPES]
