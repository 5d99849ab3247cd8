"""Elements of WordprocessingML: the ones that Word shows, by namespace, wrapper and tracked change."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATE = f"{_MC}AlternateContent"
_KNOWN_NAMESPACES = (
    "http://schemas.microsoft.com/office/word/",
    "http://schemas.microsoft.com/office/drawing/",
    "http://schemas.openxmlformats.org/",
)
"""Namespaces that Word knows, by their beginning, so that it takes the alternative that needs them."""
REMOVED = frozenset(map(qn, ("w:del", "w:moveFrom")))
"""Tracked deletions, and the places that text was moved away from."""
_PROPERTIES = frozenset(
    map(qn, ("w:pPr", "w:rPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sdtPr", "w:sdtEndPr"))
)
OFF = ("0", "false", "off", "none")


def shown_children(element: Any) -> Iterator[Any]:
    """The children that Word shows: without properties and removed text, one branch of alternatives.

    Content controls and other wrappers are given as they are; the walk goes into them.
    """
    for child in element:
        if not isinstance(child.tag, str) or child.tag in REMOVED or child.tag in _PROPERTIES:
            continue
        if child.tag == ALTERNATE:
            branch = _chosen_branch(child)
            if branch is not None:
                yield from shown_children(branch)
        else:
            yield child


def find_shown(element: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """The outermost shown elements with a tag, inside any wrappers, in document order."""
    for child in shown_children(element):
        if child.tag in tags:
            yield child
        else:
            yield from find_shown(child, tags)


def _chosen_branch(alternate: Any) -> Any:
    """The first choice whose namespaces Word knows, or else the fallback."""
    choices = alternate.findall(f"{_MC}Choice")
    for choice in choices:
        needed = [choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split()]
        if all(namespace.startswith(_KNOWN_NAMESPACES) for namespace in needed):
            return choice
    fallback = alternate.find(f"{_MC}Fallback")
    return fallback if fallback is not None else next(iter(choices), None)


def value(element: Any, name: str) -> str | None:
    """The `w:val` of a child; None without one."""
    found = None if element is None else element.find(qn(name))
    return None if found is None else found.get(qn("w:val"))


def number(element: Any, name: str, default: int) -> int:
    """The `w:val` of a child as a whole number; `default` when it is missing or none."""
    return to_int(value(element, name), default)


def to_int(text: str | None, default: int) -> int:
    """Parse a whole number; `default` for anything else."""
    try:
        return int(text or "")
    except ValueError:
        return default


def switch(element: Any, name: str) -> bool | None:
    """An on-off property; None when it is not set."""
    found = None if element is None else element.find(qn(name))
    return None if found is None else (found.get(qn("w:val")) or "1") not in OFF
