"""Exponents and indices that have some of their own, which no raised figure shows: `10^(2³)` is not `10²³`."""

from typing import Any

from hub.text import remove_invalid_xml
from ingest.extraction.formula_text import lower_text, raise_text

_WRITERS = {"sup": raise_text, "sub": lower_text}
_MAX_DEPTH = 30
_LONGEST = 24
"""Characters of an exponent with exponents of its own; more than that, or words, is an element that was not closed."""


def flatten_nested_scripts(tree: Any) -> None:
    """Replace each `sup` and `sub` that has others inside by their text.

    `m<sup>2<sup> đất tại phường` is left as it is: the second element was meant to end the first.
    """
    inside = tree.xpath("//sup//sup|//sup//sub|//sub//sup|//sub//sub")
    for outer in dict.fromkeys(list(element.iterancestors(*_WRITERS))[-1] for element in inside):
        words = "".join(outer.itertext()).strip()
        if len(words) > _LONGEST or len(words.split()) > 1:
            continue
        text, is_nested = _read(outer, 0)
        for child in list(outer):
            outer.remove(child)
        # A reference such as `&#1;` is read as a character that cannot be written.
        outer.text = remove_invalid_xml(_WRITERS[outer.tag](text) if is_nested else text)
        outer.tag = "span" if is_nested else outer.tag


def _read(element: Any, depth: int) -> tuple[str, bool]:
    """The text of an element, and whether scripts follow other text in it."""
    if depth > _MAX_DEPTH:
        return "".join(element.itertext()), True
    text, is_nested = element.text or "", False
    for child in element:
        inner, is_deeper = _read(child, depth + 1) if isinstance(child.tag, str) else ("", False)
        # In `(<sup>1</sup>)` nothing is raised twice.
        is_script = child.tag in _WRITERS and any(map(str.isalnum, text))
        text += _WRITERS[child.tag](inner) if is_script else inner
        text += child.tail or ""
        is_nested = is_nested or is_deeper or is_script
    return text, is_nested
