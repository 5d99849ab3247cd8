"""RSS 2.0. What it has no words for is said in Atom's: links, tombstones, when an item was last changed."""

from datetime import UTC
from email.utils import format_datetime

from lxml import etree

from hub.feeds.atom import add_enclosures, add_help, add_links, add_tombstone
from hub.feeds.model import Entry, Issue, Tombstone
from hub.i18n.feeds import word
from hub.web import assets
from hub.web.xml import ATOM, TOMBSTONES, XHTML, Element, plain, rfc3339, stylesheet, sub, written

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_NAMESPACES = {"atom": ATOM, "at": TOMBSTONES, "content": CONTENT, "dc": DUBLIN_CORE}


def rss(issue: Issue) -> bytes:
    """The page as an RSS document."""
    root = etree.Element("rss", nsmap=_NAMESPACES)
    root.set("version", "2.0")
    root.addprevious(stylesheet(issue.address(assets.address("feed.css"))))
    channel = sub(root, None, "channel")
    sub(channel, None, "title", issue.title)
    sub(channel, None, "link", issue.address("/"))
    sub(channel, None, "description", issue.subtitle)
    sub(channel, None, "language", issue.feed.lang)
    sub(channel, None, "lastBuildDate", format_datetime(issue.updated.astimezone(UTC), usegmt=True))
    sub(channel, None, "docs", "https://www.rssboard.org/rss-specification")
    add_links(channel, issue)
    add_help(channel, issue)
    for entry in issue.entries:
        if isinstance(entry, Tombstone):
            add_tombstone(channel, entry)
        else:
            _add_item(channel, entry)
    return written(root)


def _add_item(channel: Element, entry: Entry) -> None:
    item = sub(channel, None, "item")
    sub(item, None, "title", entry.title)
    sub(item, None, "link", entry.page)
    sub(item, None, "guid", entry.id, isPermaLink="false")
    sub(item, None, "pubDate", format_datetime(entry.published.astimezone(UTC), usegmt=True))
    sub(item, ATOM, "updated", rfc3339(entry.updated))
    sub(item, DUBLIN_CORE, "creator", entry.author)
    sub(item, DUBLIN_CORE, "language", entry.lang)
    for category in entry.categories:
        sub(item, None, "category", category.label, domain=category.scheme)
    # An RSS item has one enclosure, and that needs a length; the other files are links of Atom.
    if entry.files:
        first = entry.files[0]
        length = str(first["size"] or 0)
        sub(item, None, "enclosure", url=first["url"], type=first["media_type"], length=length)
        add_enclosures(item, entry, but=1)
    if entry.via:
        sub(item, ATOM, "link", rel="via", href=entry.via)
    if entry.summary:
        sub(item, None, "description", _escaped(entry.summary))
    sub(item, CONTENT, "encoded").text = etree.CDATA(plain(entry.html).replace("]]>", "]]&gt;"))
    link = etree.SubElement(item, f"{{{XHTML}}}a", nsmap={None: XHTML})
    link.set("href", entry.page)
    link.text = word(entry.lang, "read_on")


def _escaped(text: str) -> str:
    """Plain text for an element that readers take for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
