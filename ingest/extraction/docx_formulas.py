"""Formulas of Word (OMML) on one line: `a/b`, `√(x)`, figures raised and lowered."""

from collections.abc import Iterator, Sequence
from typing import Any

from hub.domain.figure_heights import Height
from ingest.extraction.docx_elements import shown_children

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA_TAGS = (f"{_M}oMath", f"{_M}oMathPara")
_MAX_DEPTH = 40
_APART = "\ufdd0"
"""Stands between parts whose figures and letters are not one word."""
_ROWS = {"m": ("mr", "; "), "eqArr": ("e", "; "), "limLow": ("e lim", _APART),
         "limUpp": ("e lim", _APART), "func": ("fName e", _APART)}  # fmt: skip
"""The elements that stand beside or below each other, and the sign between them."""

Parts = Iterator[tuple[str, Height]]


def formula_parts(element: Any) -> Parts:
    """The parts of a formula, in reading order. A space keeps figures and names apart that stand beside each other."""
    before, is_apart = "", False
    for text, height in _parts(element, Height.normal, 0):
        if text == _APART:
            is_apart = True
        elif text:
            if is_apart and before.isalnum() and text[0].isalnum():
                yield " ", Height.normal
            yield text, height
            before, is_apart = text[-1], False


def _parts(element: Any, height: Height, depth: int) -> Parts:
    if depth > _MAX_DEPTH:
        yield "".join(element.itertext()), height
        return
    for child in shown_children(element):
        name = child.tag.removeprefix(_M)
        if name == "t" or child.tag.endswith("}t"):
            yield child.text or "", height
        elif name == "f":
            yield _APART, height
            yield from _bracketed_side(child.find(f"{_M}num"), height, depth)
            yield "/", height
            yield from _bracketed_side(child.find(f"{_M}den"), height, depth)
            yield _APART, height
        elif name in ("sSup", "sSub", "sSubSup"):
            yield from _argument(child, "e", height, depth)
            yield from _argument(child, "sub", Height.lowered, depth)
            yield from _argument(child, "sup", Height.raised, depth)
        elif name == "sPre":
            yield from _argument(child, "sub", Height.lowered, depth)
            yield from _argument(child, "sup", Height.raised, depth)
            yield from _argument(child, "e", height, depth)
        elif name == "rad":
            yield from _argument(child, "deg", Height.raised, depth)
            yield "√(", height
            yield from _argument(child, "e", height, depth)
            yield ")", height
        elif name == "d":
            begin, end = (_sign(child, side, default) for side, default in (("begChr", "("), ("endChr", ")")))
            yield begin, height
            yield from _join_parts(child.findall(f"{_M}e"), _sign(child, "sepChr", "|"), height, depth)
            yield end, height
        elif name == "nary":
            yield _sign(child, "chr", "∫"), height
            yield from _argument(child, "sub", Height.lowered, depth)
            yield from _argument(child, "sup", Height.raised, depth)
            yield from _argument(child, "e", height, depth)
        elif name in _ROWS:
            of, sign = _ROWS[name]
            inner = [each for each in shown_children(child) if each.tag.removeprefix(_M) in of.split()]
            yield from _join_parts(inner, sign, height, depth)
            yield _APART, height
        elif not name.endswith("Pr"):
            yield from _parts(child, height, depth + 1)
            yield _APART if name == "e" else "", height


def _join_parts(elements: Sequence[Any], sign: str, height: Height, depth: int) -> Parts:
    """The parts of elements, with a sign between them."""
    for place, element in enumerate(elements):
        if place:
            yield sign, height
        yield from _parts(element, height, depth + 1)


def _argument(element: Any, name: str, height: Height, depth: int) -> Parts:
    found = element.find(f"{_M}{name}")
    if found is not None:
        yield from _parts(found, height, depth + 1)


def _bracketed_side(element: Any, height: Height, depth: int) -> Parts:
    """The parts of one side of a fraction, in brackets when they are more than one."""
    if element is None:
        return
    parts = list(_parts(element, height, depth + 1))
    is_simple = "".join(text for text, _ in parts if text != _APART).isalnum()
    yield "" if is_simple else "(", height
    yield from parts
    yield "" if is_simple else ")", height


def _sign(element: Any, name: str, default: str) -> str:
    found = element.find(f"{_M}{element.tag.removeprefix(_M)}Pr/{_M}{name}")
    return default if found is None else found.get(f"{_M}val", default)
