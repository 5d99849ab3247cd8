"""What a feed says of one document, before it takes the form of Atom, RSS or JSON Feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from uuid import UUID

import orjson

from hub.feeds.params import Feed
from hub.feeds.queries import FeedPage, FeedRow
from hub.i18n.catalogues import translate
from hub.times import VIETNAM
from hub.web import item_html
from hub.web.public_urls import page_path, rest_path, urn

MAX_TEXT_CHARACTERS = 8_000
"""About how much of a text a feed carries; the rest is one link away."""

EMPTY_FEED_UPDATED = datetime(2025, 1, 1, tzinfo=VIETNAM)
"""When a feed without items says it was updated: the first day of the city of Huế."""


@dataclass(frozen=True)
class Category:
    """A topic, a place, a type or a kind."""

    term: str
    label: str
    scheme: str


@dataclass(frozen=True)
class FeedEntry:
    """A live item."""

    position: int
    event: str
    id: str
    kind: str
    lang: str
    title: str
    summary: str | None
    html: str
    page: str
    rest: str
    published: datetime
    updated: datetime
    author: str
    categories: Sequence[Category]
    files: Sequence[item_html.Item]
    picture: item_html.Item | None
    via: str | None


@dataclass(frozen=True)
class Tombstone:
    """The fact that a document is no longer in the feed; `successor` is where its readers are sent."""

    position: int
    event: str
    id: str
    kind: str
    when: datetime
    comment: str
    page: str
    successor: str | None


@dataclass(frozen=True)
class FeedDocument:
    """One page of a feed, ready to be written down."""

    feed: Feed
    base: str
    entries: Sequence[FeedEntry | Tombstone]
    next: str | None
    previous: str | None

    def absolute_url(self, path: str) -> str:
        """An absolute address of the hub."""
        return self.base + path

    @property
    def id(self) -> str:
        """The feed's own name: the address of its first page."""
        return self.absolute_url(self.feed.path())

    @property
    def self_url(self) -> str:
        """The canonical address of this page; of the first one, the WebSub topic."""
        return self.absolute_url(self.feed.path(cursor=self.feed.cursor))

    @property
    def hub_url(self) -> str:
        """Where followers subscribe by WebSub."""
        return self.absolute_url("/websub")

    def links(self) -> dict[str, str]:
        """The pages around this one (RFC 5005), by relation."""
        pages = {"next": self.next, "previous": self.previous}
        found = {"first": self.id}
        return found | {
            rel: self.absolute_url(self.feed.path(cursor=at)) for rel, at in pages.items() if at is not None
        }

    @property
    def updated(self) -> datetime:
        """When its newest entry came into the log."""
        times = [entry.updated if isinstance(entry, FeedEntry) else entry.when for entry in self.entries]
        return max(times, default=EMPTY_FEED_UPDATED)

    @property
    def title(self) -> str:
        """What it holds."""
        lang = self.feed.lang
        return f"{translate(lang, f'lists.{self.feed.name}')} – {translate(lang, 'hub.name')}"

    @property
    def subtitle(self) -> str:
        """What it holds in a sentence, with the filters."""
        lang = self.feed.lang
        given = [str(value) for value in self.feed.filters.model_dump().values() if value is not None]
        about = translate(lang, f"list_descriptions.{self.feed.name}")
        return f"{about} {translate(lang, 'feeds.filtered_by')}: {', '.join(given)}." if given else about


def build_feed_document(feed: Feed, base: str, page: FeedPage) -> FeedDocument:
    """A page with everything said in words and absolute addresses."""
    return FeedDocument(feed, base, [_feed_entry(row, base, feed.lang) for row in page.rows], page.next, page.previous)


def _feed_entry(row: FeedRow, base: str, lang: str) -> FeedEntry | Tombstone:
    if row.json is None:
        return Tombstone(
            position=row.position,
            event=row.event,
            id=urn(row.document_id),
            kind=row.kind,
            when=row.at,
            comment=translate(lang, f"feeds.removed.{row.event}"),
            page=base + page_path(row.document_id),
            successor=_page_url(base, row.successor),
        )
    item: dict[str, Any] = orjson.loads(row.json)
    files = item_html.files(item, base)
    origin = item["origin"]
    return FeedEntry(
        position=row.position,
        event=row.event,
        id=urn(row.document_id),
        kind=row.kind,
        lang=row.lang,
        title=item["title"],
        summary=item_html.lead(item),
        html=_html(item, base, files),
        page=base + page_path(row.document_id),
        rest=base + rest_path(row.kind, row.document_id),
        published=datetime.fromisoformat(item["published_at"]),
        updated=row.at,
        author=item["agency"]["name"],
        categories=_categories(item, base),
        files=files,
        picture=item_html.picture(item, base),
        via=origin["url"] if origin else None,
    )


def _page_url(base: str, document_id: UUID | None) -> str | None:
    return None if document_id is None else base + page_path(document_id)


def _categories(item: item_html.Item, base: str) -> list[Category]:
    found = [Category(item["kind"], translate(item["lang"], f"kinds.{item['kind']}"), f"{base}/feeds")]
    found += [Category(topic["code"], topic["name"], f"{base}/api/v1/topics") for topic in item["topics"]]
    found += [Category(place["code"], place["name"], f"{base}/api/v1/places") for place in item["places"]]
    return found


def _html(item: item_html.Item, base: str, files: Sequence[item_html.Item]) -> str:
    """What a feed reader shows: picture, what changed, lead, facts, text, the way to the whole, files."""
    lang = item["lang"]
    parts = []
    if image := item_html.picture(item, base):
        parts.append(f'<p><img src="{escape(image["url"])}" alt="{escape(image["alt"])}"/></p>')
    if item["change_note"]:
        parts.append(
            f"<p><strong>{translate(lang, 'document.change_note')}:</strong> {escape(item['change_note'])}</p>"
        )
    if said := item_html.lead(item):
        parts.append(f"<blockquote>{item_html.paragraphs(said)}</blockquote>")
    if known := item_html.metadata(item):
        parts.append(f"<ul>{''.join(f'<li>{name}: {escape(value)}</li>' for name, value in known)}</ul>")
    parts.append(item_html.text_html(item, max_characters=MAX_TEXT_CHARACTERS))
    parts.append(f'<p><a href="{escape(base + page_path(item["id"]))}">{translate(lang, "feeds.read_on")}</a></p>')
    if files:
        listed = "".join(f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a></li>' for file in files)
        parts.append(f"<p>{translate(lang, 'document.attachments')}:</p><ul>{listed}</ul>")
    return "\n".join(part for part in parts if part)
