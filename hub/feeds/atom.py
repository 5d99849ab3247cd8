"""Atom 1.0 (RFC 4287) with paging (RFC 5005), tombstones (RFC 6721) and a stylesheet for people who open it."""

from lxml import etree

from hub.feeds.model import Entry, Issue, Tombstone
from hub.feeds.params import FeedForm
from hub.i18n.feeds import word
from hub.web import assets
from hub.web.xml import ATOM, TOMBSTONES, XHTML, XML, Element, rfc3339, stylesheet, sub, written, xhtml


def atom(issue: Issue) -> bytes:
    """The page as an Atom document."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "at": TOMBSTONES})
    feed.set(f"{{{XML}}}lang", issue.feed.lang)
    feed.addprevious(stylesheet(issue.address(assets.address("feed.css"))))
    sub(feed, ATOM, "id", issue.id)
    sub(feed, ATOM, "title", issue.title)
    sub(feed, ATOM, "subtitle", issue.subtitle)
    sub(feed, ATOM, "updated", rfc3339(issue.updated))
    sub(feed, ATOM, "icon", issue.address(assets.address("icon.svg")))
    add_links(feed, issue)
    add_help(feed, issue)
    for entry in issue.entries:
        if isinstance(entry, Tombstone):
            add_tombstone(feed, entry)
        else:
            _add_entry(feed, entry, issue.feed.lang)
    return written(feed)


def add_links(parent: Element, issue: Issue) -> None:
    """Links of the feed itself: this page, the WebSub hub, the other pages, the other forms."""
    sub(parent, ATOM, "link", rel="self", href=issue.self, type=issue.feed.form.media_type)
    sub(parent, ATOM, "link", rel="hub", href=issue.hub)
    for rel, href in issue.links().items():
        sub(parent, ATOM, "link", rel=rel, href=href, type=issue.feed.form.media_type)
    sub(parent, ATOM, "link", rel="alternate", href=issue.address("/"), type="text/html")
    for form in FeedForm:
        if form is not issue.feed.form:
            href = issue.address(issue.feed.path(form=form))
            sub(parent, ATOM, "link", rel="alternate", href=href, type=form.media_type)


def add_help(parent: Element, issue: Issue) -> None:
    """One sentence for whoever opens the feed in a browser; feed readers pass over it."""
    note = etree.SubElement(parent, f"{{{XHTML}}}p", nsmap={None: XHTML})
    note.text = word(issue.feed.lang, "feed_help")
    for rel, href in issue.links().items():
        if rel != "first" or issue.feed.cursor is not None:
            note.append(_arrow(rel, href, issue.feed.lang))


def _arrow(rel: str, href: str, lang: str) -> Element:
    link = etree.Element(f"{{{XHTML}}}a", nsmap={None: XHTML})
    link.set("href", href)
    link.set("rel", rel)
    link.text = word(lang, rel)
    return link


def add_tombstone(parent: Element, entry: Tombstone) -> None:
    """A deleted entry (RFC 6721); a redirected one links to what stands in its place."""
    deleted = sub(parent, TOMBSTONES, "deleted-entry", ref=entry.id, when=rfc3339(entry.when))
    sub(deleted, TOMBSTONES, "comment", entry.comment)
    sub(deleted, ATOM, "link", rel="alternate", href=entry.successor or entry.page, type="text/html")


def _add_entry(feed: Element, entry: Entry, lang: str) -> None:
    found = sub(feed, ATOM, "entry", lang=None if entry.lang == lang else entry.lang)
    sub(found, ATOM, "id", entry.id)
    sub(found, ATOM, "title", entry.title)
    sub(found, ATOM, "published", rfc3339(entry.published))
    sub(found, ATOM, "updated", rfc3339(entry.updated))
    sub(sub(found, ATOM, "author"), ATOM, "name", entry.author)
    for category in entry.categories:
        sub(found, ATOM, "category", term=category.term, scheme=category.scheme, label=category.label)
    sub(found, ATOM, "link", rel="alternate", href=entry.page, type="text/html", hreflang=entry.lang)
    sub(found, ATOM, "link", rel="alternate", href=entry.rest, type="application/json", hreflang=entry.lang)
    add_enclosures(found, entry)
    if entry.via:
        sub(found, ATOM, "link", rel="via", href=entry.via)
    if entry.summary:
        sub(found, ATOM, "summary", entry.summary)
    sub(found, ATOM, "content", type="xhtml").append(xhtml(entry.html))


def add_enclosures(parent: Element, entry: Entry, *, but: int = 0) -> None:
    """Links to the entry's files, but for the first few."""
    for file in entry.files[but:]:
        size = None if file["size"] is None else str(file["size"])
        attributes = {"href": file["url"], "type": file["media_type"], "length": size, "title": file["name"]}
        sub(parent, ATOM, "link", rel="enclosure", **attributes)
