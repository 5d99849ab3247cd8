"""The subset of HTML that a bulletin may contain: structure only, mapped and sanitised when it is saved."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import nh3

from hub.domain.html_mapping import ATTRIBUTES, KEPT, KNOWN, HtmlMapping
from hub.domain.html_text import html_to_text
from hub.domain.html_tree import parse_tree, write_html
from hub.problem_texts.templates import fill, list_names
from hub.text import clean
from hub.urls import parse_web_url

__all__ = ["HTML_FIELDS", "MAX_LENGTH", "TAGS", "HtmlChange", "find_html_changes", "html_to_text", "sanitise_html"]

TAGS = set(KEPT)
HTML_FIELDS = frozenset({"body"})
"""Members of contents that are HTML."""
_DANGEROUS = {"script", "iframe", "object", "embed", "form", "svg", "math", "applet", "frameset", "portal"}
"""Elements that are refused: what they show would be lost."""
_INVISIBLE = {"style", "script", "title", "template", "noscript", "rp", "datalist", "audio", "video", "canvas"}
"""Elements that are left out with their text, which no reader sees."""
_UNNESTED = {
    "p", "br", "hr", "img", "input", "li", "thead", "tbody", "tfoot", "tr", "th", "td", "wbr", "col", "colgroup",
    "meta", "link", "base", "area", "source", "track", "param", "embed", "dt", "dd", "option", "optgroup", "rt", "rp",
}  # fmt: skip
"""Elements that may stay open; they do not count towards the depth."""
MAX_DEPTH = 32
MAX_LENGTH = 200_000
"""Characters of HTML. Cleaning takes seconds for megabytes of text that only looks like character references."""
MAX_PASSES = 4
"""Times that HTML is cleaned until cleaning it again changes nothing."""
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][^\s/<>]*+)(?P<attributes>[^<>]*+)")
_HANDLER = re.compile(r"(?:^|[\s\"'/])(on[a-z]++)\s*=", re.IGNORECASE)
_COMMENT_END = re.compile(r"--!?>")
_FORMAT = re.compile(r"\s(?:style|class|align|color|face|bgcolor|size)\s*+=", re.IGNORECASE)
_SILENT = frozenset({"html", "head", "body", "meta", "link", "base", "colgroup", "wbr", "label", "small", "big", "tt"})
"""Elements that say nothing about the text."""
ELEMENTS = KNOWN | _SILENT
"""Elements that cleaning knows and whose words it keeps."""
_STYLE = re.compile(r"<style\b", re.IGNORECASE)
_STYLE_END = re.compile(r"</style\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class HtmlChange:
    """A change that cleaning makes to HTML: a stable code, and the words for the editor."""

    code: str
    detail: str


def sanitise_html(html: str) -> str:
    """Return the HTML with the elements of a bulletin only; others are mapped to them, and no words run together.

    Raises `ValueError` for content that would run a script or cannot be shown, for too deep nesting, and for unclosed
    elements that make the result too long or too deep.
    """
    html = _drop_comments(html)
    if bad := _find_active_content(html):
        raise ValueError(
            fill(
                "HTML may not contain {bad}; the allowed tags are {tags}",
                bad=list_names(bad),
                tags=list_names(sorted(TAGS)),
            )
        )
    if _is_too_deep(html):
        raise ValueError(fill("HTML may not be nested more than {max_depth} levels deep", max_depth=MAX_DEPTH))
    cleaned = html
    for _ in range(MAX_PASSES):
        before, cleaned = cleaned, _clean_once(cleaned)[0].strip()
        if cleaned == before:
            break
    # Cleaning closes open elements. Stored HTML is validated again when it is read, so it must keep these limits too.
    if len(cleaned) > MAX_LENGTH or _is_too_deep(cleaned):
        raise ValueError("HTML must close the elements that it opens")
    return cleaned


def find_html_changes(html: str) -> tuple[HtmlChange, ...]:
    """List what `sanitise_html` cannot keep of HTML that it accepts, for the editor who sent it."""
    html = clean(html).strip()
    html = _drop_comments(html)
    return tuple(_describe(_clean_once(html)[1], html))


def _clean_once(html: str) -> tuple[str, Counter[tuple[str, str]]]:
    """Parse as browsers do, map the elements, and clean; returns the HTML and a count of what was lost."""
    styled = {name: {"style", "hidden"} | ATTRIBUTES.get(name, set()) for name in KNOWN}
    styled["a"] |= {"name", "id"}
    parsed = nh3.clean(
        html,
        tags=set(KNOWN),
        attributes=styled,
        clean_content_tags=_INVISIBLE,
        url_schemes={"http", "https", "mailto", "tel", "data", "file", "cid", "blob", "ftp"},
        link_rel=None,
    )
    mapping = HtmlMapping()
    mapped = write_html(mapping.map_root(parse_tree(parsed)))
    cleaned = nh3.clean(
        mapped,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        attribute_filter=_drop_broken_link,
    )
    # References such as `&#1;` have become characters that no text may have.
    return clean(cleaned), mapping.lost


def _drop_broken_link(_tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute; None for a web address that no program can open."""
    if name != "href" or not value.lower().lstrip().startswith(("http:", "https:")):
        return value
    try:
        parse_web_url(value.strip())
    except ValueError:
        return None
    return value


def _describe(lost: Counter[tuple[str, str]], html: str) -> Iterator[HtmlChange]:
    by_code: dict[str, list[str]] = {}
    for (code, what), _count in lost.items():
        by_code.setdefault(code, []).append(what)
    count = Counter(code for code, _ in lost.elements())
    if named := by_code.get("picture"):
        shown = ", ".join(f"`{one}`" if one else "one without an address" for one in named[:5])
        yield HtmlChange(
            "pictures_removed",
            f"{count['picture']} pictures were left out: {shown}. Upload each to `/files` and name its `url`.",
        )
    if named := by_code.get("alternative_text"):
        yield HtmlChange("alternative_text_missing", f"Pictures have no `alt`: {', '.join(named[:5])}.")
    if named := by_code.get("link"):
        yield HtmlChange("links_removed", f"Links that pages cannot open were left out: {', '.join(named[:5])}")
    if "hidden_text" in by_code:
        yield HtmlChange("hidden_text_removed", f"{count['hidden_text']} hidden parts were left out.")
    names = Counter(tag["name"].lower() for tag in _TAG.finditer(html) if not tag["close"])
    media = sorted(f"<{name}>" for name in ("audio", "video", "canvas", "noscript", "input") if names[name])
    if media:
        yield HtmlChange("elements_removed", f"These cannot be kept: {', '.join(media)}.")
    others = sorted(f"<{name}>" for name in names if name not in ELEMENTS | _INVISIBLE)
    if others:
        yield HtmlChange("elements_removed_text_kept", f"Of these only the text was kept: {', '.join(others[:10])}.")
    if any(_FORMAT.search(tag["attributes"]) for tag in _TAG.finditer(html)):
        yield HtmlChange("formatting_removed", "Fonts, colours, sizes and alignment were left out.")
    mapped = sorted(f"<{name}>" for name in names if name in KNOWN - KEPT - {"span", "font", "col"})
    if mapped:
        yield HtmlChange("elements_mapped", f"These became other elements of the same meaning: {', '.join(mapped)}.")


def _drop_comments(html: str) -> str:
    """Remove comments and style sheets, which no reader sees: programs for texts write pages of them. Linear."""
    return _drop_between(_drop_between(html, _STYLE, _STYLE_END), re.compile("<!--"), _COMMENT_END)


def _drop_between(html: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    parts, position = [], 0
    while (begin := opening.search(html, position)) is not None:
        # `<!-->` is a whole comment.
        end = closing.search(html, begin.end() - (2 if begin[0] == "<!--" else 0))
        if end is None:
            break
        parts.append(html[position : begin.start()])
        position = end.end()
    return "".join([*parts, html[position:]])


def _find_active_content(html: str) -> list[str]:
    """List the tags and attributes that would run a script, as far as they are written openly.

    This only makes the error message clear; readers are protected by the cleaning, which removes everything outside the
    allowed lists. Each `<` is read up to the next one, so the time is linear in the length: `html.parser` would go back
    to the start of every unclosed tag and comment.
    """
    found: set[str] = set()
    for tag in _TAG.finditer(html):
        name, attributes = tag["name"].lower(), unescape(tag["attributes"])
        if tag["close"]:
            continue
        if name in _DANGEROUS:
            found.add(f"<{name}>")
        found.update(f"<{name} {handler.lower()}>" for handler in _HANDLER.findall(attributes))
        if "javascript:" in "".join(attributes.lower().split()):
            found.add("javascript:")
    return sorted(found)


def _is_too_deep(html: str) -> bool:
    """Return true if elements are nested more than `MAX_DEPTH` levels deep; cleaning would take long for them."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag["name"].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if tag["close"] else depth + 1
            if depth > MAX_DEPTH:
                return True
    return False
