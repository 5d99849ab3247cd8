"""XML writing with lxml: namespaced names, and only characters that XML 1.0 allows."""

from datetime import UTC, datetime
from typing import Any

from lxml import etree
from lxml.html import fragment_fromstring

from hub.text import remove_invalid_xml

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"

Element = Any
"""An element of lxml."""


def add_child(
    parent: Element, namespace: str | None, name: str, text: str | None = None, /, **attributes: str | None
) -> Element:
    """Append a child element. Attributes that are None are left out; `lang` is written as `xml:lang`."""
    child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    if text is not None:
        child.text = remove_invalid_xml(text)
    for key, value in attributes.items():
        if value is not None:
            child.set(f"{{{XML}}}lang" if key == "lang" else key, remove_invalid_xml(value))
    return child


def xhtml(html: str) -> Element:
    """Parse safe HTML into an XHTML `div`; elements that the HTML leaves open are closed."""
    div = fragment_fromstring(remove_invalid_xml(html), create_parent="div")
    for element in div.iter():
        if isinstance(element.tag, str):
            element.tag = f"{{{XHTML}}}{element.tag}"
    etree.cleanup_namespaces(div, top_nsmap={None: XHTML})
    return div


def stylesheet(href: str) -> Element:
    """A processing instruction that links a style sheet, for documents opened in a browser."""
    return etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{href}"')


def serialize(root: Element) -> bytes:
    """Serialize the document in UTF-8 with its XML declaration and the processing instructions before the root."""
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True))


def rfc3339(moment: datetime) -> str:
    """Format a time as Atom does: RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
