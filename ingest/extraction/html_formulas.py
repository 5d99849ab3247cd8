"""Formulas of pages (MathML) as text on one line."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

from lxml import etree

from hub.text import remove_invalid_xml
from ingest.extraction.docx_elements import to_int
from ingest.extraction.formula_text import APART, divide, enclose, extract_root, lower_text, raise_text, stack

_UNREAD = frozenset(("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"))
_ABSENT = frozenset(("none", "mprescripts"))
_OPERATORS = {"\u2061": APART, "\u2062": "", "\u2063": APART, "\u2064": APART}
"""Operators that are not seen: of a function, a product, a list and a sum."""
_MAX_DEPTH = 30


def flatten_formulas(tree: Any) -> None:
    """Replace each formula of a tree by its text, in which `APART` stands."""
    for formula in list(tree.iter("math")):
        inner = etree.Element("span")
        text = _read(formula, 0)
        # A reference such as `&#1;` is read as a character that cannot be written.
        text = remove_invalid_xml(text)
        inner.text = f"{APART}{text}{APART}" if formula.get("display") == "block" else text
        inner.tail = remove_invalid_xml(formula.tail or "")
        if formula.getparent() is not None:
            formula.getparent().replace(formula, inner)


def _shown_children(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str) and child.tag not in _UNREAD]


def _read_all(elements: list[Any], depth: int) -> str:
    """Read elements with the words between them, which stand in no element of their own."""
    return "".join(_read(element, depth) + " ".join((element.tail or "").split()) for element in elements)


def _read(element: Any, depth: int) -> str:
    children = _shown_children(element)
    if depth > _MAX_DEPTH or (not children and element.tag != "mspace"):
        return _read_token(element)
    if (read := _READERS.get(element.tag)) is not None:
        return read(element, children, depth + 1)
    return _read_all(children, depth + 1)


def _read_token(element: Any) -> str:
    text = APART.join(" ".join(part.split()) for part in element.itertext() if part.strip())
    return "".join(_OPERATORS.get(letter, letter) for letter in text)


def _read_fraction(element: Any, children: list[Any], depth: int) -> str:
    sides = [_read(child, depth) for child in children]
    if len(sides) != 2:
        return APART.join(sides)
    has_line = not (element.get("linethickness") or "1").startswith("0")
    return divide(*sides) if has_line else stack(sides)


def _read_root(element: Any, children: list[Any], depth: int) -> str:
    if element.tag == "mroot":
        inner, *degree = [_read(child, depth) for child in children]
        return extract_root(inner, "".join(degree))
    return extract_root(_read_all(children, depth))


def _read_enclosed(element: Any, children: list[Any], depth: int) -> str:
    inner = _read_all(children, depth)
    return extract_root(inner) if "radical" in (element.get("notation") or "") else inner


def _read_scripts(element: Any, children: list[Any], depth: int) -> str:
    base, *scripts = [_read(child, depth) for child in children]
    writers = (raise_text,) if element.tag in ("msup", "mover") else (lower_text, raise_text)
    return base + "".join(write(script) for write, script in zip(writers, scripts, strict=False))


def _read_limits(element: Any, children: list[Any], depth: int) -> str:
    """The parts above and below a sign as its scripts; those of a word or number stand apart from it."""
    base, *limits = [_read(child, depth) for child in children]
    if not base.isalnum():
        return _read_scripts(element, children, depth) + APART
    is_accent = [child.tag == "mo" for child in children[1:]]
    return base + "".join(
        limit if accent else f"{APART}{limit}{APART}" for limit, accent in zip(limits, is_accent, strict=True)
    )


def _read_multiscripts(element: Any, children: list[Any], depth: int) -> str:
    """The scripts before and after a base, in pairs of a lower and an upper one."""
    tags = [child.tag for child in children]
    middle = tags.index("mprescripts") if "mprescripts" in tags else len(tags)
    before, after = (
        "".join(
            write("" if script.tag in _ABSENT else _read(script, depth))
            for write, script in zip(cycle((lower_text, raise_text)), scripts, strict=False)
        )
        for scripts in (children[middle + 1 :], children[1:middle])
    )
    base = _read(children[0], depth) if middle else ""
    return f"{APART if before else ''}{before}{base}{after}"


def _read_fences(element: Any, children: list[Any], depth: int) -> str:
    signs = "".join(element.get("separators", ",").split())
    parts = [_read(child, depth) for child in children]
    return enclose(parts, element.get("open", "("), element.get("close", ")"), signs)


def _read_table(element: Any, children: list[Any], depth: int) -> str:
    return stack(" ".join(_read(cell, depth) for cell in _shown_children(row)) or _read_token(row) for row in children)


def _read_action(element: Any, children: list[Any], depth: int) -> str:
    place = to_int(element.get("selection"), 1)
    return _read(children[place - 1 if 0 < place <= len(children) else 0], depth)


def _read_space(element: Any, children: list[Any], depth: int) -> str:
    return " "


_READERS: dict[str, Callable[[Any, list[Any], int], str]] = {
    "mfrac": _read_fraction,
    "msqrt": _read_root,
    "mroot": _read_root,
    "menclose": _read_enclosed,
    "msup": _read_scripts,
    "msub": _read_scripts,
    "msubsup": _read_scripts,
    "mover": _read_limits,
    "munder": _read_limits,
    "munderover": _read_limits,
    "mmultiscripts": _read_multiscripts,
    "mfenced": _read_fences,
    "mtable": _read_table,
    "maction": _read_action,
    "mspace": _read_space,
}
