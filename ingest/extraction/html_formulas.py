"""Formulas of pages (MathML) as simple HTML on one line: `a/b`, `√(x)`, figures raised and lowered."""

from typing import Any

from lxml import etree

_SCRIPTS = {
    "msup": ("sup",), "msub": ("sub",), "msubsup": ("sub", "sup"), "mover": ("sup",), "munder": ("sub",),
    "munderover": ("sub", "sup"),
}  # fmt: skip
_UNREAD = ("annotation", "annotation-xml", "none", "mprescripts", "mphantom", "maligngroup", "malignmark")
_MAX_DEPTH = 30


def flatten_formulas(tree: Any) -> None:
    """Replace each formula of a tree by its text, with `sup` and `sub`."""
    for formula in list(tree.iter("math")):
        inner = etree.Element("span")
        _append_parts(inner, formula, 0)
        inner.tail = formula.tail
        if formula.getparent() is not None:
            formula.getparent().replace(formula, inner)


def _append_parts(target: Any, element: Any, depth: int) -> None:
    children = [child for child in element if isinstance(child.tag, str)]
    if depth > _MAX_DEPTH:
        _append_text(target, "".join(element.itertext()))
    elif element.tag in _SCRIPTS and children:
        _append_parts(target, children[0], depth + 1)
        for name, child in zip(_SCRIPTS[element.tag], children[1:], strict=False):
            _append_parts(etree.SubElement(target, name), child, depth + 1)
    elif element.tag == "mfrac" and len(children) == 2:
        # Spaces keep its figures apart from those beside it.
        _append_text(target, " ")
        _append_side(target, children[0], depth)
        _append_text(target, "/")
        _append_side(target, children[1], depth)
        _append_text(target, " ")
    elif element.tag in ("msqrt", "mroot"):
        _append_text(target, "√(")
        for child in children[:1] if element.tag == "mroot" else children:
            _append_parts(target, child, depth + 1)
        _append_text(target, ")")
    elif not children:
        _append_text(target, "".join(element.itertext()).strip())
    else:
        for child in children:
            if child.tag not in _UNREAD:
                _append_parts(target, child, depth + 1)
            if child.tag in ("mtd", "mtr", "mspace"):
                _append_text(target, " ")


def _append_side(target: Any, element: Any, depth: int) -> None:
    is_simple = "".join("".join(element.itertext()).split()).isalnum()
    _append_text(target, "" if is_simple else "(")
    _append_parts(target, element, depth + 1)
    _append_text(target, "" if is_simple else ")")


def _append_text(target: Any, text: str) -> None:
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text
