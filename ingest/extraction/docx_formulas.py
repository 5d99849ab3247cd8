"""Formulas of Word (OMML) on one line: `a/b`, `√(x)`, figures raised and lowered."""

from collections.abc import Iterator
from typing import Any

from hub.domain.figure_heights import Height
from ingest.extraction.docx_elements import shown_children

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA_TAGS = (f"{_M}oMath", f"{_M}oMathPara")
_MAX_DEPTH = 40

Parts = Iterator[tuple[str, Height]]


def formula_parts(element: Any, height: Height = Height.normal, depth: int = 0) -> Parts:
    """The parts of a formula, in reading order."""
    if depth > _MAX_DEPTH:
        yield "".join(element.itertext()), height
        return
    for child in shown_children(element):
        name = child.tag.removeprefix(_M)
        if name == "t" or child.tag.endswith("}t"):
            yield child.text or "", height
        elif name == "f":
            yield from _bracketed_side(child.find(f"{_M}num"), height, depth)
            yield "/", height
            yield from _bracketed_side(child.find(f"{_M}den"), height, depth)
        elif name in ("sSup", "sSub", "sSubSup"):
            yield from _argument(child, "e", height, depth)
            yield from _argument(child, "sub", Height.lowered, depth)
            yield from _argument(child, "sup", Height.raised, depth)
        elif name == "rad":
            yield from _argument(child, "deg", Height.raised, depth)
            yield "√(", height
            yield from _argument(child, "e", height, depth)
            yield ")", height
        elif name == "d":
            begin, end = (_sign(child, side, default) for side, default in (("begChr", "("), ("endChr", ")")))
            yield begin, height
            yield from formula_parts(child, height, depth + 1)
            yield end, height
        elif name == "nary":
            yield _sign(child, "chr", "∫"), height
            yield from _argument(child, "sub", Height.lowered, depth)
            yield from _argument(child, "sup", Height.raised, depth)
            yield from _argument(child, "e", height, depth)
        elif not name.endswith("Pr"):
            yield from formula_parts(child, height, depth + 1)


def _argument(element: Any, name: str, height: Height, depth: int) -> Parts:
    found = element.find(f"{_M}{name}")
    if found is not None:
        yield from formula_parts(found, height, depth + 1)


def _bracketed_side(element: Any, height: Height, depth: int) -> Parts:
    """The parts of one side of a fraction, in brackets when they are more than one."""
    if element is None:
        return
    parts = list(formula_parts(element, height, depth + 1))
    is_simple = "".join(text for text, _ in parts).isalnum()
    yield "" if is_simple else "(", height
    yield from parts
    yield "" if is_simple else ")", height


def _sign(element: Any, name: str, default: str) -> str:
    found = element.find(f"{_M}{element.tag.removeprefix(_M)}Pr/{_M}{name}")
    return default if found is None else found.get(f"{_M}val", default)
