"""Letters as their style shows them: their height on the line, and capitals."""

import re
from typing import Any, NamedTuple

from hub.domain.figure_heights import Height
from hub.domain.style_heights import height_of_style

_HEIGHTS = {"sub": Height.lowered, "sup": Height.raised}
_CASE = re.compile(r"text-transform\s{0,4}:\s{0,4}(?P<case>uppercase|lowercase|capitalize|none)", re.IGNORECASE)
_SMALL_CAPITALS = re.compile(
    r"font(?:-variant(?:-caps)?)?\s{0,4}:\s{0,4}(?:[\w-]{1,20} ){0,4}"
    r"(?P<caps>(?:all-)?(?:small|petite)-caps|normal|none)",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]")


def case_of_style(style: str) -> dict[str, str]:
    """The last declarations of a style that change the case of letters."""
    found = {}
    if cases := _CASE.findall(style):
        found["text-transform"] = cases[-1].lower()
    if variants := _SMALL_CAPITALS.findall(style):
        found["font-variant"] = variants[-1].lower()
    return found


class LetterStyle(NamedTuple):
    """The style of letters: their height, the case that they are shown in, and small capitals."""

    height: Height = Height.normal
    case: str = "none"
    is_small_capitals: bool = False


class LetterStyles:
    """The styles of the open elements, each with what it inherits."""

    def __init__(self) -> None:
        self._open = [LetterStyle()]

    @property
    def height(self) -> Height:
        """The height of the letters at this place."""
        return self._open[-1].height

    def open(self, node: Any, *, is_block: bool) -> None:
        """Begin an element; the height that a style gives to a block moves the block and not its letters."""
        style = node.get("style") or ""
        height, case, is_small = self._open[-1]
        own = None if is_block or not style else height_of_style(style)
        height = _HEIGHTS.get(node.tag, height) if own is None else own
        if style:
            own_case = case_of_style(style)
            case = own_case.get("text-transform", case)
            is_small = "caps" in own_case["font-variant"] if "font-variant" in own_case else is_small
        self._open.append(LetterStyle(height, case, is_small))

    def close(self) -> None:
        """End the innermost element."""
        if len(self._open) > 1:
            self._open.pop()

    def show(self, text: str) -> str:
        """The text in the case that it is shown in. Small capitals are capitals."""
        _, case, is_small = self._open[-1]
        if case == "uppercase" or is_small:
            return text.upper()
        if case == "lowercase":
            return text.lower()
        return _WORD.sub(lambda found: found[0].upper(), text) if case == "capitalize" else text
