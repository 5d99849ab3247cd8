"""Texts are cleaned; the quick look that most of them need only never overlooks a character."""

import sys

from hub.text import clean


def test_no_character_is_overlooked_beside_plain_ones() -> None:
    # With a stroke of its own behind it, a text is looked at character by character.
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        slow = clean(f"x{char}x\nd\u0335")
        assert clean(f"x{char}x\n") == slow[:-1], f"U+{code:04X}"
