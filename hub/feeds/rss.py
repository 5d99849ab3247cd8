"""Rendering of RSS 2.0, with elements of Atom for links, tombstones and the time of the last change."""

from datetime import UTC
from email.utils import format_datetime

from lxml import etree

from hub.feeds.atom import add_enclosures, add_entries, add_help, add_links, add_media
from hub.feeds.model import FeedDocument, FeedEntry
from hub.i18n.catalogues import translate
from hub.text import remove_invalid_xml
from hub.web import assets
from hub.web.xml import (
    ATOM,
    MEDIA,
    TOMBSTONES,
    XHTML,
    Element,
    add_child,
    rfc3339,
    serialize,
    stylesheet,
)

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_NAMESPACES = {"atom": ATOM, "at": TOMBSTONES, "content": CONTENT, "dc": DUBLIN_CORE, "media": MEDIA}


def render_rss(feed_document: FeedDocument) -> bytes:
    """Render a page as an RSS document."""
    root = etree.Element("rss", nsmap=_NAMESPACES)
    root.set("version", "2.0")
    root.addprevious(stylesheet(feed_document.absolute_url(assets.asset_url("feed.css"))))
    channel = add_child(root, None, "channel")
    add_child(channel, None, "title", feed_document.title)
    add_child(channel, None, "link", feed_document.absolute_url("/"))
    add_child(channel, None, "description", feed_document.subtitle)
    add_child(channel, None, "language", feed_document.feed.lang)
    add_child(channel, None, "lastBuildDate", format_datetime(feed_document.updated.astimezone(UTC), usegmt=True))
    add_child(channel, None, "docs", "https://www.rssboard.org/rss-specification")
    add_links(channel, feed_document)
    add_help(channel, feed_document)
    add_entries(channel, feed_document, _add_item)
    return serialize(root)


def _add_item(channel: Element, entry: FeedEntry, _lang: str) -> None:
    item = add_child(channel, None, "item")
    add_child(item, None, "title", entry.title)
    add_child(item, None, "link", entry.page)
    add_child(item, None, "guid", entry.id, isPermaLink="false")
    add_child(item, None, "pubDate", format_datetime(entry.published.astimezone(UTC), usegmt=True))
    add_child(item, ATOM, "updated", rfc3339(entry.updated))
    add_child(item, DUBLIN_CORE, "creator", entry.author)
    add_child(item, DUBLIN_CORE, "language", entry.lang)
    for category in entry.categories:
        add_child(item, None, "category", category.label, domain=category.scheme)
    # An RSS item has at most one enclosure, with a length; other files are Atom links.
    if entry.files:
        first = entry.files[0]
        length = str(first["size"] or 0)
        add_child(item, None, "enclosure", url=first["url"], type=first["media_type"], length=length)
        add_enclosures(item, entry, skip=1)
    add_media(item, entry)
    if entry.via:
        add_child(item, ATOM, "link", rel="via", href=entry.via)
    if entry.summary:
        add_child(item, None, "description", _escape_html(entry.summary))
    add_child(item, CONTENT, "encoded").text = etree.CDATA(remove_invalid_xml(entry.html).replace("]]>", "]]&gt;"))
    link = etree.SubElement(item, f"{{{XHTML}}}a", nsmap={None: XHTML})
    link.set("href", entry.page)
    link.text = translate(entry.lang, "feeds.read_on")


def _escape_html(text: str) -> str:
    """Escape plain text for an element that readers interpret as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
