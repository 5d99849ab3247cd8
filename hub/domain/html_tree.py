"""Small trees of HTML that a cleaner has written: well-formed, without comments, scripts and raw text."""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from hub.problem_texts.templates import fill

VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
"""Elements without an end tag."""
MAX_TREE_DEPTH = 128
"""Levels of a tree; what is deeper is refused, since readers of trees call themselves."""


@dataclass
class Element:
    """An element with its attributes and children; the root has no name."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)


Node = Element | str


def parse_tree(html: str) -> Element:
    """Parse cleaned HTML. Raises `ValueError` for a tree deeper than `MAX_TREE_DEPTH`."""
    parser = _TreeBuilder()
    parser.feed(html)
    parser.close()
    return parser.root


def write_html(nodes: list[Node]) -> str:
    """Write nodes as HTML."""
    parts: list[str] = []
    _write(nodes, parts)
    return "".join(parts)


def _write(nodes: list[Node], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(node, quote=False))
            continue
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
        parts.append(f"<{node.name}{attributes}>")
        if node.name not in VOID:
            _write(node.children, parts)
            parts.append(f"</{node.name}>")


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)
            if len(self._open) > MAX_TREE_DEPTH:
                raise ValueError(
                    fill("HTML may not be nested more than {max_tree_depth} levels deep", max_tree_depth=MAX_TREE_DEPTH)
                )

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
