"""Rendering of JSON Feed 1.1, with `hubs` for WebSub and the extension `_hub` for positions and tombstones."""

from typing import Any

import orjson

from hub.content.stored_views import render_view
from hub.feeds.model import SURFACE, FeedDocument, FeedEntry, Tombstone
from hub.times import format_rfc3339
from hub.web import assets
from hub.web.item_html import Item

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "/docs"
"""Path of the documentation of the extension, which JSON Feed requires."""


def render_json_feed(feed_document: FeedDocument) -> bytes:
    """Render a page as a JSON Feed."""
    links = feed_document.links()
    found = {
        "version": VERSION,
        "title": feed_document.title,
        "description": feed_document.subtitle,
        "home_page_url": feed_document.absolute_url("/"),
        "feed_url": feed_document.self_url,
        "next_url": links.get("next"),
        "icon": feed_document.absolute_url(assets.asset_url("icon.svg")),
        "language": feed_document.feed.lang,
        "hubs": [{"type": "WebSub", "url": feed_document.hub_url}],
        "_hub": {
            "about": feed_document.absolute_url(ABOUT),
            "first_url": links["first"],
            "previous_url": links.get("previous"),
            "updated": format_rfc3339(feed_document.updated),
            "deleted": [_tombstone(entry) for entry in feed_document.entries if isinstance(entry, Tombstone)],
        },
        "items": [item for item in map(_item_or_plain, feed_document.entries) if item is not None],
    }
    return orjson.dumps({name: value for name, value in found.items() if value is not None})


def _tombstone(entry: Tombstone) -> dict[str, Any]:
    return {
        "id": entry.id,
        "when": format_rfc3339(entry.when),
        "event": entry.event,
        "kind": entry.kind,
        "position": entry.position,
        "comment": entry.comment,
        "url": entry.successor or entry.page,
    }


def _item_or_plain(entry: FeedEntry | Tombstone) -> dict[str, Any] | None:
    if isinstance(entry, Tombstone):
        return None
    return render_view(entry.document_id, SURFACE, lambda: _item(entry), lambda: _item(entry.plain()), part="json")


def _item(entry: FeedEntry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": entry.id,
        "url": entry.page,
        "external_url": entry.via,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.picture["url"] if entry.picture else None,
        "date_published": format_rfc3339(entry.published),
        "date_modified": format_rfc3339(entry.updated),
        "authors": [{"name": entry.author}],
        "tags": [category.label for category in entry.categories],
        "language": entry.lang,
        "attachments": [_attachment(file) for file in entry.files] or None,
        "_hub": {"position": entry.position, "event": entry.event, "kind": entry.kind, "json_url": entry.rest},
    }
    if entry.picture:
        found["_hub"] |= {"image": entry.picture}
    return {name: value for name, value in found.items() if value is not None}


def _attachment(file: Item) -> dict[str, Any]:
    found = {"url": file["url"], "mime_type": file["media_type"], "title": file["name"], "size_in_bytes": file["size"]}
    return {name: value for name, value in found.items() if value is not None}
