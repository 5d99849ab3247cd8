"""Markdown of guides to HTML: anchors on headings, links in the language of the page, sections for the search. Pure.

The HTML names the hub by `EXAMPLE_URL` and its pages by paths from the root of its host; `fill_in` puts the public
address in their place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from hub.text import fold

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

EXAMPLE_URL = "http://127.0.0.1:8000"
"""The hub in examples, as `make run` starts it."""

_NOT_IN_ANCHORS = re.compile(r"[^0-9a-z]+")
_GUIDE_LINK = re.compile(r"(/guide(?:/[a-z]+)?)(#[0-9a-z-]+)?")


@dataclass(frozen=True)
class Section:
    """The text below one heading, for the search; `anchor` is None for what stands before the first one."""

    anchor: str | None
    heading: str
    level: int
    text: str


@dataclass(frozen=True)
class Guide:
    """One guide in one language."""

    name: str
    lang: str
    title: str
    lead: str
    """The first paragraph as plain text."""
    html: str
    """All that follows the first paragraph."""
    sections: Sequence[Section]

    @property
    def path(self) -> str:
        """Path of the page in this language."""
        return f"/guide/{self.name}?lang={self.lang}"

    @property
    def contents(self) -> list[Section]:
        """The sections that the table of contents lists."""
        return [section for section in self.sections if section.level == 2]


def parse_guide(markdown: str, name: str, lang: str) -> Guide:
    """Parse a guide: a heading of level 1, a paragraph, and sections. Raises `ValueError` if it begins otherwise."""
    tokens = _parser().parse(markdown)
    if [token.type for token in tokens[:6:3]] != ["heading_open", "paragraph_open"] or tokens[0].tag != "h1":
        raise ValueError(f"the guide {name} in {lang} does not begin with its title and a paragraph")
    title, lead = _plain_text(tokens[1]), _plain_text(tokens[4])
    body = tokens[6:]
    html = _render(body, lang)
    return Guide(name, lang, title, lead, html, tuple(_split_sections(body, lead)))


def render_markdown(markdown: str) -> str:
    """Render Markdown without anchors. Links to files of the repository, which are not served, become plain text."""
    return _render(_parser().parse(markdown), None)


def fill_in(html: str, root: str, base: str) -> Markup:
    """Replace the addresses of the hub in rendered Markdown: `root` is the path it is mounted under, `base` its URL."""
    filled = html.replace(' href="/', f' href="{escape(root)}/')
    return Markup(filled.replace(EXAMPLE_URL, str(escape(base))))  # noqa: S704 - raw HTML of the texts is escaped


@cache
def _parser() -> "MarkdownIt":
    """Build the parser: CommonMark with tables, HTML escaped. Imported when the first guide is asked for."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _render(tokens: "Sequence[Token]", lang: str | None) -> str:
    parser = _parser()
    anchors: set[str] = set()
    for token, inline in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "inline":
            _rewrite_links(token, lang)
        if token.type == "heading_open" and inline is not None and lang is not None:
            anchor = _new_anchor(_plain_text(inline), anchors)
            token.attrSet("id", anchor)
            token.meta["anchor"] = anchor
            inline.children = [_html(f'<a href="#{anchor}">'), *(inline.children or ()), _html("</a>")]
    html: str = parser.renderer.render(tokens, parser.options, {})
    # On a phone, what is wider than the page scrolls, also by keyboard.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')


def _rewrite_links(inline: "Token", lang: str | None) -> None:
    """Add the language to links between guides, and drop links to files of the repository."""
    kept, dropped = [], 0
    for child in inline.children or ():
        if child.type == "link_open":
            href = str(child.attrGet("href"))
            if not href.startswith(("/", "#", "https://", "http://")):
                dropped += 1
                continue
            if lang is not None and (found := _GUIDE_LINK.fullmatch(href)):
                child.attrSet("href", f"{found[1]}?lang={lang}{found[2] or ''}")
        elif child.type == "link_close" and dropped:
            dropped -= 1
            continue
        kept.append(child)
    inline.children = kept


def _new_anchor(heading: str, taken: set[str]) -> str:
    """Make an anchor of a heading: its words without diacritics; a number follows where it is taken."""
    base = _NOT_IN_ANCHORS.sub("-", fold(heading)).strip("-") or "section"
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _split_sections(tokens: "Sequence[Token]", lead: str) -> Iterator[Section]:
    """Split a body that was rendered at its headings. The code of a section stands behind its words."""
    anchor: str | None = None
    heading, level, words, code = "", 1, [lead], list[str]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            yield Section(anchor, heading, level, " ".join(words + code))
            anchor, level = token.meta["anchor"], int(token.tag[1])
            heading, words, code = _plain_text(tokens[place + 1]), [], []
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            words.append(_plain_text(token))
        elif token.type == "fence":
            code.append(token.content.replace(EXAMPLE_URL, ""))
    yield Section(anchor, heading, level, " ".join(words + code))


def _plain_text(inline: "Token") -> str:
    breaks = {"softbreak": " ", "hardbreak": " "}
    parts = [breaks.get(child.type, child.content) for child in inline.children or () if child.type != "html_inline"]
    return "".join(parts)


def _html(text: str) -> "Token":
    from markdown_it.token import Token

    return Token("html_inline", "", 0, content=text)
