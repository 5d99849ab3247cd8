"""Writing XML with lxml: names with namespaces, and only characters that XML 1.0 knows."""

import re
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from lxml.html import fragment_fromstring

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Element = Any
"""An element of lxml."""


def strip_invalid(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return _NOT_XML.sub("", text)


def add_child(
    parent: Element, namespace: str | None, name: str, text: str | None = None, /, **attributes: str | None
) -> Element:
    """A new last child. Attributes that are None are left out; `lang` is written as `xml:lang`."""
    child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    if text is not None:
        child.text = strip_invalid(text)
    for key, value in attributes.items():
        if value is not None:
            child.set(f"{{{XML}}}lang" if key == "lang" else key, strip_invalid(value))
    return child


def xhtml(html: str) -> Element:
    """A `div` in XHTML around safe HTML, well-formed whatever the HTML left open."""
    div = fragment_fromstring(strip_invalid(html), create_parent="div")
    for element in div.iter():
        if isinstance(element.tag, str):
            element.tag = f"{{{XHTML}}}{element.tag}"
    etree.cleanup_namespaces(div, top_nsmap={None: XHTML})
    return div


def stylesheet(href: str) -> Element:
    """The instruction that makes a browser lay the document out."""
    return etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{href}"')


def serialize(root: Element) -> bytes:
    """The document in UTF-8 with its declaration and what stands in front of the root."""
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True))


def rfc3339(moment: datetime) -> str:
    """A moment in UTC to the millisecond, as Atom writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
