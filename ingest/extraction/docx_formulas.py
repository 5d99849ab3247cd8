"""Formulas of Word (OMML) as text on one line."""

from collections.abc import Callable, Iterable
from typing import Any

from ingest.extraction.docx_elements import OFF, shown_children
from ingest.extraction.formula_text import APART, divide, enclose, extract_root, lower_text, raise_text, stack

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA_TAGS = (f"{_M}oMath", f"{_M}oMathPara")
_MAX_DEPTH = 40


def formula_text(element: Any) -> str:
    """The text of a formula, in which `APART` stands."""
    formulas = element.findall(f"{_M}oMath") or [element]
    return APART.join(_read(formula, 0) for formula in formulas)


def _read(element: Any, depth: int) -> str:
    """The text of what an element contains."""
    if depth > _MAX_DEPTH:
        return APART.join(element.itertext())
    return "".join(_read_child(child, child.tag.removeprefix(_M), depth + 1) for child in shown_children(element))


def _read_child(element: Any, name: str, depth: int) -> str:
    if name == "t" or element.tag.endswith("}t"):
        return element.text or ""
    if name.endswith("Pr"):
        return ""
    if (read := _READERS.get(name)) is not None:
        return read(element, depth)
    return _read(element, depth)


def _read_fraction(element: Any, depth: int) -> str:
    sides = (_argument(element, "num", depth), _argument(element, "den", depth))
    return stack(sides) if _property(element, "type", "bar") == "noBar" else divide(*sides)


def _read_scripts(element: Any, depth: int) -> str:
    return _argument(element, "e", depth) + _scripts(element, depth)


def _read_prescripts(element: Any, depth: int) -> str:
    return f"{APART}{_scripts(element, depth)}{_argument(element, 'e', depth)}"


def _scripts(element: Any, depth: int) -> str:
    return lower_text(_argument(element, "sub", depth)) + raise_text(_argument(element, "sup", depth))


def _read_root(element: Any, depth: int) -> str:
    return extract_root(_argument(element, "e", depth), _argument(element, "deg", depth))


def _read_fences(element: Any, depth: int) -> str:
    begin, end, sign = (
        _property(element, name, default) for name, default in (("begChr", "("), ("endChr", ")"), ("sepChr", "|"))
    )
    return enclose([_read(each, depth) for each in element.findall(f"{_M}e")], begin, end, sign)


def _read_operator(element: Any, depth: int) -> str:
    sign = _property(element, "chr", "∫")
    return f"{sign}{_scripts(element, depth)}{APART}{_argument(element, 'e', depth)}"


def _read_matrix(element: Any, depth: int) -> str:
    rows = (_arguments(row, ("e",)) for row in _arguments(element, ("mr",)))
    return stack(" ".join(_read(each, depth) for each in row) for row in rows)


def _read_equations(element: Any, depth: int) -> str:
    return stack(_read(each, depth) for each in _arguments(element, ("e",)))


def _read_limit(element: Any, depth: int) -> str:
    return APART.join([*(_read(each, depth) for each in _arguments(element, ("fName", "e", "lim"))), ""])


def _read_phantom(element: Any, depth: int) -> str:
    """Nothing for an element that only takes its place."""
    return "" if _property(element, "show", "1") in OFF else _argument(element, "e", depth)


def _arguments(element: Any, names: tuple[str, ...]) -> Iterable[Any]:
    return (each for each in shown_children(element) if each.tag.removeprefix(_M) in names)


def _argument(element: Any, name: str, depth: int) -> str:
    found = element.find(f"{_M}{name}")
    return "" if found is None else _read(found, depth)


def _property(element: Any, name: str, default: str) -> str:
    found = element.find(f"{_M}{element.tag.removeprefix(_M)}Pr/{_M}{name}")
    return default if found is None else str(found.get(f"{_M}val", default))


_READERS: dict[str, Callable[[Any, int], str]] = {
    "f": _read_fraction,
    "sSup": _read_scripts,
    "sSub": _read_scripts,
    "sSubSup": _read_scripts,
    "sPre": _read_prescripts,
    "rad": _read_root,
    "d": _read_fences,
    "nary": _read_operator,
    "m": _read_matrix,
    "eqArr": _read_equations,
    "limLow": _read_limit,
    "limUpp": _read_limit,
    "func": _read_limit,
    "phant": _read_phantom,
}
