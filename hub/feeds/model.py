"""Model of a feed page, independent of its format (Atom, RSS, JSON Feed)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any
from uuid import UUID

from hub.content.stored_views import parse_view, render_view
from hub.domain.pictures import Pictures
from hub.feeds.params import Feed
from hub.feeds.queries import FeedPage, FeedRow
from hub.i18n.catalogues import translate
from hub.times import VIETNAM
from hub.web import item_html
from hub.web.public_urls import page_path, rest_path, urn

MAX_TEXT_CHARACTERS = 8_000
"""Approximate limit of the text of an entry; a link leads to the rest."""

EMPTY_FEED_UPDATED = datetime(2025, 1, 1, tzinfo=VIETNAM)
"""`updated` of a feed without items: the first day of the city of Huế."""


@dataclass(frozen=True)
class Category:
    """A category of an entry: a topic, a place or a kind."""

    term: str
    label: str
    scheme: str


@dataclass(frozen=True)
class FeedEntry:
    """Entry of a live item."""

    position: int
    event: str
    document_id: UUID
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

    @property
    def id(self) -> str:
        """Id of the entry in every format."""
        return urn(self.document_id)

    def plain(self) -> "FeedEntry":
        """Return the entry with its title and link only, for one that a format cannot render."""
        html = f'<p><a href="{escape(self.page)}">{translate(self.lang, "feeds.read_on")}</a></p>'
        return replace(self, summary=None, html=html, categories=(), files=(), picture=None, via=None)


@dataclass(frozen=True)
class Tombstone:
    """Entry of a document that is no longer in the feed; `successor` is the page it was redirected to."""

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
    """One page of a feed, ready to be rendered."""

    feed: Feed
    base: str
    entries: Sequence[FeedEntry | Tombstone]
    next: str | None
    previous: str | None

    def absolute_url(self, path: str) -> str:
        """Return an absolute URL of the hub."""
        return self.base + path

    @property
    def id(self) -> str:
        """Id of the feed: the URL of its first page."""
        return self.absolute_url(self.feed.path())

    @property
    def self_url(self) -> str:
        """Canonical URL of this page; for the first page, the WebSub topic."""
        return self.absolute_url(self.feed.path(cursor=self.feed.cursor))

    @property
    def hub_url(self) -> str:
        """URL of the WebSub hub."""
        return self.absolute_url("/websub")

    def links(self) -> dict[str, str]:
        """Return the links to other pages (RFC 5005), by relation."""
        pages = {"next": self.next, "previous": self.previous}
        found = {"first": self.id}
        return found | {
            rel: self.absolute_url(self.feed.path(cursor=at)) for rel, at in pages.items() if at is not None
        }

    @property
    def updated(self) -> datetime:
        """Time of the latest entry in the log."""
        times = [entry.updated if isinstance(entry, FeedEntry) else entry.when for entry in self.entries]
        return max(times, default=EMPTY_FEED_UPDATED)

    @property
    def title(self) -> str:
        """Title: the name of the list and of the hub."""
        lang = self.feed.lang
        return f"{translate(lang, f'lists.{self.feed.name}')} – {translate(lang, 'hub.name')}"

    @property
    def subtitle(self) -> str:
        """Subtitle: a sentence about the content, with the filters."""
        lang = self.feed.lang
        given = [str(value) for value in self.feed.filters.model_dump().values() if value is not None]
        about = translate(lang, f"list_descriptions.{self.feed.name}")
        return f"{about} {translate(lang, 'feeds.filtered_by')}: {', '.join(given)}." if given else about


def build_feed_document(feed: Feed, base: str, page: FeedPage, pictures: Pictures) -> FeedDocument:
    """Build a page with translated texts, absolute URLs and the facts of pictures."""
    entries = [_feed_entry(row, base, feed.lang, pictures) for row in page.rows]
    return FeedDocument(feed, base, [entry for entry in entries if entry is not None], page.next, page.previous)


def _feed_entry(row: FeedRow, base: str, lang: str, pictures: Pictures) -> FeedEntry | Tombstone | None:
    """Build the entry of a row: of its card alone if the view is broken, None if that is broken too."""
    if row.is_removed:
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
    return render_view(
        row.document_id,
        SURFACE,
        lambda: _entry_of_item(row, _parse(row.json, row, full=True), base, pictures),
        lambda: _entry_of_item(row, _CARD_DEFAULTS | _parse(row.card, row, full=False), base, {}).plain(),
    )


SURFACE = "feeds"
_CARD_DEFAULTS = {"origin": None, "change_note": None, "nodes": (), "body": "", "text": None, "answers": ()}
"""Members that a card does not have."""


def _parse(json: bytes | None, row: FeedRow, *, full: bool) -> dict[str, Any]:
    item = parse_view(json, row.document_id, SURFACE, full=full)
    if item is None:
        raise ValueError("the stored view is broken")
    return item


def _entry_of_item(row: FeedRow, item: dict[str, Any], base: str, pictures: Pictures) -> FeedEntry:
    picture = item_html.picture(item, base, pictures)
    files = item_html.files(item, base)
    origin = item["origin"]
    return FeedEntry(
        position=row.position,
        event=row.event,
        document_id=row.document_id,
        kind=row.kind,
        lang=row.lang,
        title=item["title"],
        summary=item_html.lead(item),
        html=_html(item, base, files, picture, pictures),
        page=base + page_path(row.document_id),
        rest=base + rest_path(row.kind, row.document_id),
        published=datetime.fromisoformat(item["published_at"]),
        updated=row.at,
        author=item["agency"]["name"],
        categories=_categories(item, base),
        files=files,
        picture=picture,
        via=origin["url"] if origin else None,
    )


def _page_url(base: str, document_id: UUID | None) -> str | None:
    return None if document_id is None else base + page_path(document_id)


def _categories(item: item_html.Item, base: str) -> list[Category]:
    found = [Category(item["kind"], translate(item["lang"], f"kinds.{item['kind']}"), f"{base}/feeds")]
    found += [Category(topic["code"], topic["name"], f"{base}/api/v1/topics") for topic in item["topics"]]
    found += [Category(place["code"], place["name"], f"{base}/api/v1/places") for place in item["places"]]
    return found


def _html(
    item: item_html.Item,
    base: str,
    files: Sequence[item_html.Item],
    picture: item_html.Item | None,
    pictures: Pictures,
) -> str:
    """Build the HTML of an entry: picture, change note, lead, metadata, text, link to the page, files."""
    lang = item["lang"]
    parts = []
    if picture:
        parts.append(f"<p>{item_html.picture_html(picture)}</p>")
    if item["change_note"]:
        parts.append(
            f"<p><strong>{translate(lang, 'document.change_note')}:</strong> {escape(item['change_note'])}</p>"
        )
    if lead := item_html.lead(item):
        parts.append(f"<blockquote>{item_html.paragraphs(lead)}</blockquote>")
    if metadata := item_html.metadata(item):
        parts.append(f"<ul>{''.join(f'<li>{name}: {escape(value)}</li>' for name, value in metadata)}</ul>")
    parts.append(item_html.text_html(item, max_characters=MAX_TEXT_CHARACTERS, base=base, pictures=pictures))
    parts.append(f'<p><a href="{escape(base + page_path(item["id"]))}">{translate(lang, "feeds.read_on")}</a></p>')
    if files:
        listed = "".join(f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a></li>' for file in files)
        parts.append(f"<p>{translate(lang, 'document.attachments')}:</p><ul>{listed}</ul>")
    return "\n".join(part for part in parts if part)
