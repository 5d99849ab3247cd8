"""Web pages as trees: parsed from text of any quality, with the address that their links are relative to."""

import unicodedata
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from ingest.extraction.charset import remove_declaration
from ingest.extraction.errors import BrokenFile
from ingest.extraction.html_class_styles import copy_class_styles
from ingest.extraction.html_formulas import flatten_formulas
from ingest.extraction.html_scripts import flatten_nested_scripts


def parse_page(text: str) -> Any:
    """Parse the text of a page. Raises `BrokenFile` for nothing, and for nothing but comments."""
    text = unicodedata.normalize("NFC", remove_declaration(text))
    try:
        parser = lxml.html.HTMLParser(remove_comments=True, huge_tree=False, recover=True, no_network=True)
        tree = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as problem:
        raise BrokenFile("The page cannot be parsed.", expected="HTML") from problem
    flatten_formulas(tree)
    flatten_nested_scripts(tree)
    copy_class_styles(tree)
    return tree


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
