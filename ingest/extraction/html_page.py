"""Web pages as trees: parsed from text of any quality, with the address that their links are relative to."""

import re
import unicodedata
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from hub.domain.figure_heights import Height, height_of_style
from ingest.extraction.errors import BrokenFile
from ingest.extraction.html_formulas import flatten_formulas

_LAST_CLASS = re.compile(r"\.([A-Za-z_][\w-]{0,60})\s{0,4}(?=,|$)")
_MAX_SHEET = 200_000
_ALIGNMENTS = {Height.raised: "super", Height.lowered: "sub", Height.normal: "baseline"}
_DECLARATION = re.compile(r"^\s*+<\?xml[^>]*+>")


def parse_page(text: str) -> Any:
    """Parse the text of a page. Raises `BrokenFile` for nothing, and for nothing but comments."""
    text = _DECLARATION.sub("", unicodedata.normalize("NFC", text.replace("\x00", "")), count=1)
    try:
        parser = lxml.html.HTMLParser(remove_comments=True, huge_tree=False, recover=True, no_network=True)
        tree = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as problem:
        raise BrokenFile("The page cannot be parsed.", expected="HTML") from problem
    flatten_formulas(tree)
    _style_heights_of_classes(tree)
    return tree


def _style_heights_of_classes(tree: Any) -> None:
    """Give elements the height of their class, which programs for texts keep in a style sheet of the page."""
    heights: dict[str, str] = {}
    for sheet in tree.iter("style"):
        for rule in (sheet.text or "")[:_MAX_SHEET].split("}"):
            names, _, style = rule.partition("{")
            if (height := height_of_style(style)) is not None:
                heights |= dict.fromkeys(_LAST_CLASS.findall(names), _ALIGNMENTS[height])
    if not heights:
        return
    for element in tree.xpath("//*[@class]"):
        found = next((heights[name] for name in element.get("class").split() if name in heights), None)
        if found is not None and "vertical-align" not in (element.get("style") or ""):
            element.set("style", f"{element.get('style') or ''};vertical-align:{found}")


def base_url(tree: Any, url: str | None) -> str | None:
    """The URL that the links of a page are relative to: that of its first `<base>` with one, or else its own."""
    declared = next((str(found).strip() for found in tree.xpath("//base/@href")), None)
    try:
        base = urljoin(url or "", declared) if declared else url or ""
        parts = urlsplit(base)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return url
    return base if is_address else url
