"""Mapping of pasted markup to the elements that a bulletin may have, with a record of what could not be kept.

Programs for texts and editors of portals write the same structure in many ways: `<b>`, `<span style="font-weight:
bold">` and `<strong>` are one. Words of different blocks stay apart: a block that is not kept becomes a paragraph, or a
line break where no paragraph may stand.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from hub.domain.figure_heights import Height
from hub.domain.file_names import parse_file_url
from hub.domain.html_tree import Element, Node
from hub.domain.style_heights import height_of_style

KEPT = frozenset(
    ("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "u", "s", "sup", "sub", "blockquote",
     "figure", "figcaption", "img", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
)  # fmt: skip
"""Elements of a bulletin."""
_RENAMED = {
    "h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "cite": "em", "dfn": "em", "var": "em",
    "strike": "s", "del": "s", "ins": "u", "menu": "ul", "dir": "ul",
}  # fmt: skip
_PARAGRAPHS = frozenset(
    ("div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "dl", "dt", "dd",
     "details", "summary", "fieldset", "hgroup", "search", "dialog", "pre", "listing")
)  # fmt: skip
"""Blocks that become paragraphs, unless they contain blocks."""
_LINES = frozenset(("option", "optgroup", "legend", "button", "select", "rt"))
"""Elements that may stand within a paragraph, and whose text stands alone."""
_INLINE = frozenset(("span", "font", "q"))
KNOWN = KEPT | _RENAMED.keys() | _PARAGRAPHS | _LINES | _INLINE | {"input", "col"}
"""Elements that mapping knows; all others are inline and only their text counts."""
_BLOCKS = frozenset(KEPT) - {"br", "a", "strong", "em", "u", "s", "sup", "sub", "img"}

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_ATTRIBUTES = {
    "a": {"href": re.compile(r".*", re.DOTALL)},
    "img": {"src": re.compile(r".*"), "alt": re.compile(r".*", re.DOTALL), "width": _NUMBER, "height": _NUMBER},
    "th": {
        "scope": re.compile(r"row|col|rowgroup|colgroup", re.IGNORECASE),
        "colspan": _NUMBER,
        "rowspan": _NUMBER,
    },
    "td": {"colspan": _NUMBER, "rowspan": _NUMBER},
    "ol": {"start": re.compile(r"-?[0-9]{1,4}"), "type": re.compile(r"[1aAiI]")},
    "li": {"value": re.compile(r"-?[0-9]{1,4}")},
}
ATTRIBUTES = {name: set(patterns) for name, patterns in _ATTRIBUTES.items()}
"""Attributes of the elements of a bulletin."""
_BREAK = Element("br", {"break": ""})
"""The end of a line between two words; left out where a block ends the line anyway."""


@dataclass
class HtmlMapping:
    """Maps one tree; `lost` counts what could not be kept, by the kind of the loss and what it was."""

    lost: Counter[tuple[str, str]] = field(default_factory=Counter)

    def map_root(self, root: Element) -> list[Node]:
        """Return the nodes of a bulletin for the children of a root."""
        return _place_breaks(self._map_children(root), is_block=True)

    def _map_children(self, element: Element) -> list[Node]:
        return [mapped for child in element.children for mapped in self._map(child)]

    def _map(self, node: Node) -> list[Node]:
        if isinstance(node, str):
            return [node]
        style = _parse_style(node)
        if style.get("display") == "none" or "hidden" in node.attributes:
            self.lost["hidden_text", ""] += 1
            return []
        name = _RENAMED.get(node.name, node.name)
        if name == "img":
            return self._map_image(node)
        if name in KEPT:
            return self._map_kept(name, node)
        if name == "input":
            self.lost["element", "input"] += 1
            return [_BREAK]
        if name == "col":
            return []
        children = self._map_children(node)
        if node.name in ("pre", "listing"):
            children = _split_lines(children)
        if name in _PARAGRAPHS:
            return _to_paragraphs(children)
        if name == "q":
            return ["“", *children, "”"]
        children = self._emphasise(style, children)
        if name in _LINES or style.get("display") in ("block", "list-item", "table", "table-row", "table-cell", "flex"):
            return [_BREAK, *children, _BREAK]
        return children

    def _map_kept(self, name: str, node: Element) -> list[Node]:
        children = self._map_children(node)
        is_block = name in _BLOCKS
        if is_block and not children and name == "figure":
            return [_BREAK]
        if name == "a":
            if not node.attributes.get("href") and node.attributes.keys() & {"name", "id"}:
                return children
            self._drop_broken_link(node)
        return [Element(name, _keep_attributes(name, node), _place_breaks(children, is_block=is_block))]

    def _drop_broken_link(self, node: Element) -> None:
        href = "".join(node.attributes.get("href", "").split()).lower()
        scheme, colon, _ = href.partition(":")
        if colon and not re.search(r"[/?#]", scheme) and not href.startswith(_SCHEMES):
            self.lost["link", f"{scheme}:"] += 1
            node.attributes.pop("href")

    def _map_image(self, node: Element) -> list[Node]:
        source = node.attributes.get("src", "").strip()
        if parse_file_url(source) is None:
            self.lost["picture", _shorten(source)] += 1
            return [" "]
        words = node.attributes.get("alt", "").strip()
        if not words:
            self.lost["alternative_text", _shorten(source)] += 1
        return [Element("img", {"src": source, "alt": words} | _keep_attributes("img", node, but=("src", "alt")))]

    def _emphasise(self, style: dict[str, str], children: list[Node]) -> list[Node]:
        """Keep what a style says with elements: raised and lowered figures, emphasis, struck words."""
        if not any(_has_words(child) for child in children) or any(map(_has_block, children)):
            return children
        weight = style.get("font-weight", "")
        declared = ";".join(f"{name}:{value}" for name, value in style.items())
        height = height_of_style(declared, "".join(map(_text_of, children)))
        wrappers = {
            "sup": height is Height.raised,
            "sub": height is Height.lowered,
            "s": "line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""),
            "em": style.get("font-style", "") in ("italic", "oblique"),
            "strong": weight in ("bold", "bolder") or (weight.isdecimal() and int(weight[:4]) >= 600),
        }
        for name, is_set in wrappers.items():
            if is_set:
                children = [Element(name, {}, children)]
        return children


def _keep_attributes(name: str, node: Element, *, but: Collection[str] = ()) -> dict[str, str]:
    """Return the valid attributes of an element that a bulletin may have."""
    patterns = _ATTRIBUTES.get(name, {})
    return {
        each: value
        for each, value in node.attributes.items()
        if each in patterns and each not in but and patterns[each].fullmatch(value)
    }


def _parse_style(element: Element) -> dict[str, str]:
    style = element.attributes.get("style")
    if not style:
        return {}
    found = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in found}


def _to_paragraphs(children: list[Node]) -> list[Node]:
    """Make a paragraph of each run of words between blocks; a block without words is a break."""
    made: list[Node] = []
    run: list[Node] = []

    def end_run() -> None:
        if any(_has_words(node) for node in run):
            made.append(Element("p", {}, _place_breaks(run, is_block=True)))
        else:
            made.append(_BREAK)
        run.clear()

    for child in children:
        if _has_block(child):
            end_run()
            made.append(child)
        else:
            run.append(child)
    end_run()
    return made


def _has_block(node: Node) -> bool:
    return isinstance(node, Element) and (node.name in _BLOCKS or any(map(_has_block, node.children)))


def _has_words(node: Node) -> bool:
    if isinstance(node, str):
        return bool(node.strip())
    return (node.name in ("img", "br") and node is not _BREAK) or any(map(_has_words, node.children))


def _text_of(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(_text_of, node.children))


def _split_lines(nodes: list[Node]) -> list[Node]:
    """End the lines of preformatted text."""
    split: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            first, *rest = node.split("\n")
            split.append(first)
            split += [part for line in rest for part in (Element("br"), line)]
        else:
            split.append(Element(node.name, node.attributes, _split_lines(node.children)) if node.children else node)
    return split


def _place_breaks(nodes: list[Node], *, is_block: bool) -> list[Node]:
    """Turn breaks between words into `<br>`, and leave out the others; `is_block`: both edges end a line."""
    placed: list[Node] = []
    ends_line, is_pending = is_block, False
    for node in nodes:
        if node is _BREAK:
            is_pending = not ends_line
        elif isinstance(node, str) and not node.strip():
            placed.append(node)
        else:
            is_boundary = isinstance(node, Element) and (node.name in _BLOCKS or node.name == "br")
            if is_pending and not is_boundary:
                placed.append(Element("br"))
            placed.append(node)
            ends_line, is_pending = is_boundary, False
    if is_pending and not is_block:
        placed.append(Element("br"))
    return placed


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
