"""The text of shapes that are no text boxes of Word (DrawingML): lines, capitals, raised and lowered figures."""

from collections.abc import Iterator
from typing import Any

from hub.domain.figure_heights import Height, join_heights
from ingest.extraction.docx_elements import shown_children, to_int

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHAPE_TEXT = f"{_A}txBody"
GRAPHIC_DATA = f"{_A}graphicData"
_RUNS = (f"{_A}r", f"{_A}fld")
_CAPITALS = ("all", "small")


def shape_lines(body: Any) -> Iterator[str]:
    """The lines of a shape's text."""
    for paragraph in body.iter(f"{_A}p"):
        for line in join_heights(_parts(paragraph)).split("\n"):
            yield line.strip()


def _parts(paragraph: Any) -> Iterator[tuple[str, Height]]:
    for child in shown_children(paragraph):
        if child.tag == f"{_A}br":
            yield "\n", Height.normal
        elif child.tag in _RUNS:
            properties = child.find(f"{_A}rPr")
            given = {} if properties is None else properties
            text = "".join(word.text or "" for word in child.iter(f"{_A}t"))
            yield text.upper() if given.get("cap") in _CAPITALS else text, _height(given.get("baseline"))


def _height(baseline: str | None) -> Height:
    """The height of a baseline, which is given in thousandths of a per cent, or in per cent with its sign."""
    shift = to_int((baseline or "").removesuffix("%").partition(".")[0], 0)
    return Height.raised if shift > 0 else Height.lowered if shift < 0 else Height.normal
