"""Rendering of Atom 1.0 (RFC 4287) with paging (RFC 5005), tombstones (RFC 6721) and a stylesheet for browsers."""

from collections.abc import Callable
from functools import partial

from lxml import etree

from hub.content.stored_views import render_view
from hub.feeds.model import SURFACE, FeedDocument, FeedEntry, Tombstone
from hub.i18n.catalogues import translate
from hub.web import assets
from hub.web.feed_links import FeedFormat
from hub.web.item_html import Item
from hub.web.xml import ATOM, MEDIA, TOMBSTONES, XHTML, XML, Element, add_child, rfc3339, serialize, stylesheet, xhtml


def render_atom(feed_document: FeedDocument) -> bytes:
    """Render a page as an Atom document."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "at": TOMBSTONES, "media": MEDIA})
    feed.set(f"{{{XML}}}lang", feed_document.feed.lang)
    feed.addprevious(stylesheet(feed_document.absolute_url(assets.asset_url("feed.css"))))
    add_child(feed, ATOM, "id", feed_document.id)
    add_child(feed, ATOM, "title", feed_document.title)
    add_child(feed, ATOM, "subtitle", feed_document.subtitle)
    add_child(feed, ATOM, "updated", rfc3339(feed_document.updated))
    add_child(feed, ATOM, "icon", feed_document.absolute_url(assets.asset_url("icon.svg")))
    add_links(feed, feed_document)
    add_help(feed, feed_document)
    add_entries(feed, feed_document, _add_entry)
    return serialize(feed)


def add_entries(
    parent: Element, feed_document: FeedDocument, add_entry: Callable[[Element, FeedEntry, str], None]
) -> None:
    """Add all entries. One that cannot be rendered is added in its plain form, or left out."""
    lang = feed_document.feed.lang
    for entry in feed_document.entries:
        if isinstance(entry, Tombstone):
            add_tombstone(parent, entry)
            continue
        begin = len(parent)

        def add(one: FeedEntry, begin: int = begin) -> bool:
            del parent[begin:]
            add_entry(parent, one, lang)
            return True

        if not render_view(entry.document_id, SURFACE, partial(add, entry), lambda: add(entry.plain()), part="atom"):  # noqa: B023
            del parent[begin:]


def add_links(parent: Element, feed_document: FeedDocument) -> None:
    """Add the links of the feed: this page, the WebSub hub, the other pages, the other formats."""
    add_child(parent, ATOM, "link", rel="self", href=feed_document.self_url, type=feed_document.feed.form.media_type)
    add_child(parent, ATOM, "link", rel="hub", href=feed_document.hub_url)
    for rel, href in feed_document.links().items():
        add_child(parent, ATOM, "link", rel=rel, href=href, type=feed_document.feed.form.media_type)
    add_child(parent, ATOM, "link", rel="alternate", href=feed_document.absolute_url("/"), type="text/html")
    for form in FeedFormat:
        if form is not feed_document.feed.form:
            href = feed_document.absolute_url(feed_document.feed.path(form=form))
            add_child(parent, ATOM, "link", rel="alternate", href=href, type=form.media_type)


def add_help(parent: Element, feed_document: FeedDocument) -> None:
    """Add a sentence for people who open the feed in a browser; feed readers ignore it."""
    note = etree.SubElement(parent, f"{{{XHTML}}}p", nsmap={None: XHTML})
    note.text = translate(feed_document.feed.lang, "feeds.help")
    for rel, href in feed_document.links().items():
        if rel != "first" or feed_document.feed.cursor is not None:
            note.append(_page_link(rel, href, feed_document.feed.lang))


def _page_link(rel: str, href: str, lang: str) -> Element:
    link = etree.Element(f"{{{XHTML}}}a", nsmap={None: XHTML})
    link.set("href", href)
    link.set("rel", rel)
    link.text = translate(lang, f"feeds.pages.{rel}")
    return link


def add_tombstone(parent: Element, entry: Tombstone) -> None:
    """Add a deleted entry (RFC 6721); the one of a redirected document links to its successor."""
    deleted = add_child(parent, TOMBSTONES, "deleted-entry", ref=entry.id, when=rfc3339(entry.when))
    add_child(deleted, TOMBSTONES, "comment", entry.comment)
    add_child(deleted, ATOM, "link", rel="alternate", href=entry.successor or entry.page, type="text/html")


def _add_entry(feed: Element, entry: FeedEntry, lang: str) -> None:
    element = add_child(feed, ATOM, "entry", lang=None if entry.lang == lang else entry.lang)
    add_child(element, ATOM, "id", entry.id)
    add_child(element, ATOM, "title", entry.title)
    add_child(element, ATOM, "published", rfc3339(entry.published))
    add_child(element, ATOM, "updated", rfc3339(entry.updated))
    add_child(add_child(element, ATOM, "author"), ATOM, "name", entry.author)
    for category in entry.categories:
        add_child(element, ATOM, "category", term=category.term, scheme=category.scheme, label=category.label)
    add_child(element, ATOM, "link", rel="alternate", href=entry.page, type="text/html", hreflang=entry.lang)
    add_child(element, ATOM, "link", rel="alternate", href=entry.rest, type="application/json", hreflang=entry.lang)
    add_enclosures(element, entry)
    add_media(element, entry)
    if entry.via:
        add_child(element, ATOM, "link", rel="via", href=entry.via)
    if entry.summary:
        add_child(element, ATOM, "summary", entry.summary)
    add_child(element, ATOM, "content", type="xhtml").append(xhtml(entry.html))


def add_media(parent: Element, entry: FeedEntry) -> None:
    """Add the picture of an entry in every size, and its smallest size as a thumbnail (Media RSS)."""
    picture = entry.picture
    if picture is None:
        return
    own = {"url": picture["url"], "width": picture["width"], "height": picture["height"]}
    contents = [size for size in picture["sizes"] if size["url"] != own["url"]] + [own]
    group = add_child(parent, MEDIA, "group") if len(contents) > 1 else parent
    for one in contents:
        is_default = None if group is parent else str(one is own).lower()
        add_child(group, MEDIA, "content", medium="image", isDefault=is_default, **_media_attributes(one))
    if picture["sizes"]:
        add_child(parent, MEDIA, "thumbnail", **_media_attributes(picture["sizes"][0]))


def _media_attributes(size: Item) -> dict[str, str | None]:
    return {name: None if size[name] is None else str(size[name]) for name in ("url", "width", "height")}


def add_enclosures(parent: Element, entry: FeedEntry, *, skip: int = 0) -> None:
    """Add links to the files of an entry, except the first `skip`."""
    for file in entry.files[skip:]:
        size = None if file["size"] is None else str(file["size"])
        attributes = {"href": file["url"], "type": file["media_type"], "length": size, "title": file["name"]}
        add_child(parent, ATOM, "link", rel="enclosure", **attributes)
