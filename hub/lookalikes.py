"""Look-alikes: hyphens, dashes, slashes, dots, colons, spaces and figures that are read as those of a keyboard.

One table for every reader, number parser, resolver, search and kind. Word writes U+2011 for a hyphen that does not
break, fonts and keyboards of East Asia write full-width forms, and mathematics has signs of its own.
"""

import re
import unicodedata

DASHES = "\u2013\u2014\u2015\u2053\u2e3a\u2e3b\u301c\u3030\ufe31\ufe32\ufe58\u23af\u23e4\u2500\u2501\u254c\u254d"
"""Read as the en dash: grammars take it for a hyphen in a number, and for a range between two of them."""
_MARKS = "\u00ac\u00ad\u02d7\u2027\u2043\u207b\u208b\u2212\u2796"
HYPHENS = _MARKS + "\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2e17\u2e1a\u2e40\u2e5d\u30a0\ufe63\uff0d\U00010ead"
"""Every hyphen of Unicode, and the marks and minus signs that are shown or written like one."""
SLASHES = "\u2044\u2215\u2571\u27cb\u29f8\u2afb\u2afd\uff0f"
_BACKSLASHES = "\u2216\u27cd\u29f5\u29f9\ufe68"
DOTS = "\u2024\u3002\ufe52\uff0e\uff61"
COLONS = "\u2236\ua789\ufe13\ufe30\ufe55\uff1a"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FIGURES = {char: str(unicodedata.decimal(char)) for char in map(chr, range(0x80, 0x2_0000)) if char.isdecimal()}
"""Decimal figures of every script, which all lie in the first two planes; raised and lowered ones are none of them."""
_SIGNS: dict[str, str] = _FULL_WIDTH | _FIGURES
for _sign, _likes in (
    ("-", HYPHENS), ("–", DASHES), ("/", SLASHES), ("\\", _BACKSLASHES), (".", DOTS), (":", COLONS), (" ", _SPACES)
):  # fmt: skip
    _SIGNS |= dict.fromkeys(_likes, _sign)
_SIGNS.pop("–")
_SUSPECT = re.compile(f"[{''.join(map(re.escape, _SIGNS))}]")
_TABLE = str.maketrans(_SIGNS)

_CAPITAL = "A-ZĐÐ"
_FOREIGN_CAPITALS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABESIJKMHOPCTYXQWABEZHIKMNOPTYX",
)
_FOREIGN = "".join(map(chr, _FOREIGN_CAPITALS))
_HAS_FOREIGN = re.compile(f"[{_FOREIGN}]")
_SYMBOL = re.compile(
    rf"(?<=\d)(?: ?[/–-] ?[{_CAPITAL}{_FOREIGN}][{_CAPITAL}{_FOREIGN}a-zđ0-9&]{{0,14}}(?![^\W_])){{1,6}}"
)
_SOFT_HYPHEN = re.compile(
    rf"(\d ?(?:[-/{HYPHENS}{DASHES}{SLASHES}] ?[{_CAPITAL}][\w&]{{0,14}}(?:[-/][\w&]{{1,14}}){{0,8}})?)"
    rf"\u00ad(?=[{_CAPITAL}])"
)


def fold_signs(text: str) -> str:
    """Replace every look-alike by its sign of the keyboard. The length stays, so that offsets stay valid.

    Capitals of Cyrillic and Greek that look like Latin ones are folded in the letters of a document number alone.
    """
    if text.isascii():
        return text
    folded = text if _SUSPECT.search(text) is None else text.translate(_TABLE)
    if _HAS_FOREIGN.search(folded) is None:
        return folded
    return _SYMBOL.sub(lambda found: found[0].translate(_FOREIGN_CAPITALS), folded)


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
