"""Words of a page that their style hides."""

import re
from collections.abc import Callable
from typing import Any

_HIDDEN = re.compile(r"mso-hide\s{0,4}:\s{0,4}all", re.IGNORECASE)
_NO_DISPLAY = re.compile(r"display\s{0,4}:\s{0,4}none", re.IGNORECASE)
_UNSEEN = (
    (
        re.compile(r"visibility\s{0,4}:\s{0,4}hidden", re.IGNORECASE),
        re.compile(r"visibility\s{0,4}:\s{0,4}visible", re.IGNORECASE),
    ),
    (
        re.compile(r"font-size\s{0,4}:\s{0,4}0(?![\d.])", re.IGNORECASE),
        re.compile(r"font-size\s{0,4}:\s{0,4}(?:[1-9a-z]|0?\.\d)", re.IGNORECASE),
    ),
)
"""Styles that hide words, each with the style of an element inside that shows its own words again."""


class HiddenWords:
    """Tells the elements whose words their style hides, and which have none inside that show theirs again.

    Hidden blocks are none of them: pages hide the text behind a tab until it is open.
    """

    def __init__(self, element: Any, *, is_block: Callable[[Any], bool]) -> None:
        self._is_block = is_block
        self._seen: list[set[Any]] = [set() for _ in _UNSEEN]
        for node in element.xpath(".//*[@style]"):
            for (_, shows), seen in zip(_UNSEEN, self._seen, strict=True):
                if shows.search(node.get("style")):
                    for outer in node.iterancestors():
                        if outer in seen or outer is element:
                            break
                        seen.add(outer)

    def __call__(self, node: Any) -> bool:
        style = node.get("style") or ""
        is_inline = not self._is_block(node)
        if _HIDDEN.search(style) or (is_inline and node.get("hidden") is not None):
            return True
        if not is_inline or not style:
            return False
        return _NO_DISPLAY.search(style) is not None or any(
            hides.search(style) is not None and node not in seen
            for (hides, _), seen in zip(_UNSEEN, self._seen, strict=True)
        )
