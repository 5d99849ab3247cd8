"""The automatic numbers of HTML lists, which are not in the text of a page."""

import re
from dataclasses import dataclass
from typing import Any

from ingest.extraction.number_formats import format_count

_TYPES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {
    "decimal": "decimal", "decimal-leading-zero": "decimalZero", "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none", "disc": "none", "circle": "none",
    "square": "none",
}  # fmt: skip
_STYLE = re.compile(r"list-style(?:-type)?\s{0,4}:\s{0,4}(?P<type>[a-z-]{1,30})", re.IGNORECASE)


@dataclass
class OpenList:
    """A list of a page that is open: its tag, the form of its numbers, its last number and the step to the next one."""

    tag: str
    form: str
    last: int
    step: int

    @classmethod
    def of(cls, element: Any) -> "OpenList":
        """The list of an `ol` or `ul` element."""
        if element.tag == "ul":
            return cls("ul", "none", 0, 0)
        step = -1 if element.get("reversed") is not None else 1
        own = sum(1 for child in element if child.tag == "li") if step < 0 else 1
        start = _to_int(element.get("start"))
        return cls("ol", _form(element) or "decimal", (own if start is None else start) - step, step)

    def next_label(self, item: Any) -> str:
        """Count an item and return its number as a browser shows it; empty in a list without numbers."""
        value = _to_int(item.get("value"))
        self.last = self.last + self.step if value is None else value
        form = _form(item) or self.form
        return "" if self.tag == "ul" or form == "none" else f"{format_count(self.last, form) or self.last}."


def _form(element: Any) -> str | None:
    found = _STYLE.search(element.get("style") or "")
    if found is not None and found["type"].lower() in _STYLES:
        return _STYLES[found["type"].lower()]
    return _TYPES.get(element.get("type") or "")


def _to_int(text: str | None) -> int | None:
    """A whole number as the attributes of lists have it; None for anything else."""
    text = (text or "").strip()
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else None
