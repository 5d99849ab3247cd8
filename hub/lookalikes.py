"""Look-alikes: the hyphens, dashes, slashes, dots, colons and figures that are read as those of a keyboard.

One table for every reader, number parser, resolver, search and kind. Word writes U+2011 for a hyphen that does not
break, fonts and keyboards of East Asia write full-width forms, and mathematics has signs of its own.
"""

import re
import unicodedata

HYPHENS = "\u00ad\u02d7\u1806\u2010\u2011\u2012\u2043\u2212\u2796\ufe63\uff0d"
DASHES = "\u2013\u2014\u2015\u2e3a\u2e3b\ufe31\ufe32\ufe58\u2500\u2501"
"""Read as the en dash: grammars take it for a hyphen in a number, and for a range between two of them."""
SLASHES = "\u2044\u2215\u2571\u29f8\uff0f"
DOTS = "\u2024\ufe52\uff0e"
COLONS = "\u2236\ua789\ufe55\uff1a"

_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FIGURES = {char: str(unicodedata.decimal(char)) for char in map(chr, range(0x80, 0x2_0000)) if char.isdecimal()}
"""Decimal figures of every script, which all lie in the first two planes; raised and lowered ones are none of them."""
_SIGNS: dict[str, str] = _FULL_WIDTH | _FIGURES
for _sign, _likes in (("-", HYPHENS), ("–", DASHES), ("/", SLASHES), (".", DOTS), (":", COLONS)):
    _SIGNS |= dict.fromkeys(_likes, _sign)
_SIGNS.pop("–")
_SUSPECT = re.compile(f"[{''.join(map(re.escape, _SIGNS))}]")
_TABLE = str.maketrans(_SIGNS)

_CAPITAL = "A-ZĐÐ"
_SOFT_HYPHEN = re.compile(
    rf"(\d ?(?:[-/{HYPHENS}{DASHES}{SLASHES}] ?[{_CAPITAL}][\w&]{{0,14}}(?:[-/][\w&]{{1,14}}){{0,8}})?)"
    rf"\u00ad(?=[{_CAPITAL}])"
)


def fold_signs(text: str) -> str:
    """Replace every look-alike by its sign of the keyboard. The length stays, so that offsets stay valid."""
    return text if text.isascii() or _SUSPECT.search(text) is None else text.translate(_TABLE)


def keep_soft_hyphens(text: str) -> str:
    """Replace soft hyphens between the parts of a document number by hyphens; elsewhere they only divide words.

    A number with one is shown by many programs as it is meant, with a hyphen.
    """
    while "\u00ad" in text:
        replaced = _SOFT_HYPHEN.sub(r"\1-", text)
        if replaced == text:
            break
        text = replaced
    return text
