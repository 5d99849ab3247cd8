"""JSON Feed 1.1, with its `hubs` for WebSub and the extension `_hub` for positions and tombstones."""

from typing import Any

import orjson

from hub.feeds.model import Entry, Issue, Tombstone
from hub.times import shown
from hub.web import assets

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "/docs"
"""Where the extension is explained, as the form asks of every extension."""


def json_feed(issue: Issue) -> bytes:
    """The page as a JSON Feed."""
    links = issue.links()
    found = {
        "version": VERSION,
        "title": issue.title,
        "description": issue.subtitle,
        "home_page_url": issue.address("/"),
        "feed_url": issue.self,
        "next_url": links.get("next"),
        "icon": issue.address(assets.address("icon.svg")),
        "language": issue.feed.lang,
        "hubs": [{"type": "WebSub", "url": issue.hub}],
        "_hub": {
            "about": issue.address(ABOUT),
            "first_url": links["first"],
            "previous_url": links.get("previous"),
            "updated": shown(issue.updated),
            "deleted": [_deleted(entry) for entry in issue.entries if isinstance(entry, Tombstone)],
        },
        "items": [_item(entry) for entry in issue.entries if isinstance(entry, Entry)],
    }
    return orjson.dumps({name: value for name, value in found.items() if value is not None})


def _deleted(entry: Tombstone) -> dict[str, Any]:
    return {
        "id": entry.id,
        "when": shown(entry.when),
        "event": entry.event,
        "kind": entry.kind,
        "position": entry.position,
        "comment": entry.comment,
        "url": entry.successor or entry.page,
    }


def _item(entry: Entry) -> dict[str, Any]:
    found = {
        "id": entry.id,
        "url": entry.page,
        "external_url": entry.via,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.picture["url"] if entry.picture else None,
        "date_published": shown(entry.published),
        "date_modified": shown(entry.updated),
        "authors": [{"name": entry.author}],
        "tags": [category.label for category in entry.categories],
        "language": entry.lang,
        "attachments": [_attachment(file) for file in entry.files] or None,
        "_hub": {"position": entry.position, "event": entry.event, "kind": entry.kind, "json_url": entry.rest},
    }
    return {name: value for name, value in found.items() if value is not None}


def _attachment(file: Any) -> dict[str, Any]:
    found = {"url": file["url"], "mime_type": file["media_type"], "title": file["name"], "size_in_bytes": file["size"]}
    return {name: value for name, value in found.items() if value is not None}
