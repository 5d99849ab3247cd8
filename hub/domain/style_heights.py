"""Heights of letters in the styles of HTML: by name, or by a distance from the line that is long enough."""

import re

from hub.domain.figure_heights import Height

_HEIGHT_STYLE = re.compile(
    r"(?P<name>vertical-align|mso-text-raise|baseline-shift|font-variant-position|(?<![\w-])top)\s{0,4}:\s{0,4}"
    r"(?:(?P<named>super|sub|baseline)|(?P<size>[+-]?(?:\d{1,4}(?:\.\d{0,4})?|\.\d{1,4}))(?P<unit>px|pt|r?em|ex|%))",
    re.IGNORECASE,
)
_SMALLEST = {"px": 3.5, "pt": 2.5, "em": 0.2, "rem": 0.2, "ex": 0.4, "%": 20.0}
"""Distances from the line, at least; smaller ones only place a letter better."""
_FONT_SIZE = re.compile(
    r"font-size\s{0,4}:\s{0,4}(?:(?P<named>smaller|(?:xx?-)?small)|"
    r"(?P<size>\d{1,4}(?:\.\d{0,4})?|\.\d{1,4})(?P<unit>px|pt|r?em|ex|%))",
    re.IGNORECASE,
)
_NORMAL_SIZE = {"px": 14.0, "pt": 11.0, "em": 1.0, "rem": 1.0, "ex": 2.0, "%": 100.0}
"""Sizes of letters that are not small."""
_LONGEST_EXPONENT = 6
"""Characters of an exponent at most; a longer word with figures is moved, not raised."""
_NAMED = {"super": Height.raised, "sub": Height.lowered, "baseline": Height.normal}


def height_of_style(style: str, words: str | None = None) -> Height | None:
    """The height that a style of HTML gives to letters; None when it gives none.

    Programs for texts give it as a distance (`mso-text-raise:4.0pt`), and `top` counts only for a relative position.
    Pages also move words to align them, so that a distance lowers only letters that the same style makes small, and
    of given `words` it raises only small ones, a single letter (`25°C`) or a short one with a figure.
    """
    height = None
    is_relative = re.search(r"position\s{0,4}:\s{0,4}relative", style, re.IGNORECASE) is not None
    is_small = _is_small(style)
    for found in _HEIGHT_STYLE.finditer(style):
        name = found["name"].lower()
        if name == "top" and not is_relative:
            continue
        if found["named"]:
            height = _NAMED[found["named"].lower()]
        elif (size := float(found["size"])) and abs(size) >= _SMALLEST[found["unit"].lower()]:
            if (size < 0) == (name == "top"):
                if is_small or words is None or _is_exponent(words):
                    height = Height.raised
            elif is_small:
                height = Height.lowered
    return height


def _is_exponent(words: str) -> bool:
    """True for a single letter, and for a few figures and signs in one piece: `°`, `-3`, `(1)`, `n+1`."""
    words = words.strip()
    has_figure = any(map(str.isdecimal, words))
    return len(words) == 1 or (has_figure and len(words) <= _LONGEST_EXPONENT and len(words.split()) == 1)


def _is_small(style: str) -> bool:
    sizes = list(_FONT_SIZE.finditer(style))
    if not sizes:
        return False
    last = sizes[-1]
    return bool(last["named"]) or float(last["size"]) < _NORMAL_SIZE[last["unit"].lower()]
