"""Formulas as text on one line that means what they show: `a/b`, `³√(x)`, `10⁻³`, `2^(n+1)`, `T_max`.

Parts are texts, in which `APART` separates figures and names that are no one word.
"""

import re
from collections.abc import Iterable, Sequence

APART = "\ufdd0"
"""Stands between parts whose figures and letters are not one word, and at the edges of a fraction."""
_APART = re.compile(f" ?{APART}+ ?")
_RAISED = dict(zip("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True))


def settle(text: str) -> str:
    """Replace each `APART` by a space between figures and letters, and by nothing beside signs and spaces."""
    return _APART.sub(_space, text)


def _space(found: re.Match[str]) -> str:
    if found[0] != found[0].strip(" "):
        return " "
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    return " " if before.isalnum() and after.isalnum() else ""


def raise_text(text: str) -> str:
    """The text as an exponent: `²`, or `^(a+1)` for text without raised characters."""
    return _script(text, "^", _RAISED)


def lower_text(text: str) -> str:
    """The text as an index: `₂`, or `_max`."""
    return _script(text, "_", _LOWERED)


def divide(above: str, below: str) -> str:
    """A fraction; sides of more than one word are in brackets."""
    sides = (settle(side.strip(APART)) for side in (above, below))
    return f"{APART}{'/'.join(side if side.isalnum() else f'({side})' for side in sides)}{APART}"


def extract_root(text: str, degree: str = "") -> str:
    """A root; without a degree it is a square root."""
    return f"{APART if degree else ''}{raise_text(degree)}√({settle(text.strip(APART))})"


def enclose(parts: Sequence[str], begin: str, end: str, signs: str) -> str:
    """Parts in brackets, with the signs between them; the last sign stands between all that follow."""
    between = [*signs] or [APART]
    joined = "".join(
        f"{between[min(place, len(between)) - 1] if place else ''}{part.strip(APART)}"
        for place, part in enumerate(parts)
    )
    return f"{begin}{joined}{end}"


def stack(rows: Iterable[str]) -> str:
    """Rows that stand below each other."""
    return f"{APART}{'; '.join(row.strip(APART) for row in rows)}{APART}"


def _script(text: str, sign: str, table: dict[str, str]) -> str:
    text = settle(text.strip(f"{APART} "))
    if all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    is_word = all(letter.isalpha() and letter not in _RAISED.values() for letter in text)
    return f"{sign}{text}" if is_word else f"{sign}({text})"
