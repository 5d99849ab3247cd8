"""News for a subscription, from entries of the log: pure. Several entries about one document are one piece of news.

A document that is taken back is news only for those who received it; one that was published and taken back within a
range is none. A correction reaches those who received the document, also when it no longer matches their filter.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.changes.filtering import LEFT, AnyLogged, LoggedEntry, filter_entry
from hub.changes.filters import ChangeFilter
from hub.log.append import Event


class NewsKind(StrEnum):
    """Kind of news about a document."""

    new = "new"
    updated = "updated"
    corrected = "corrected"
    restored = "restored"
    opened = "opened"
    withdrawn = "withdrawn"
    removed = "removed"
    replaced = "replaced"


TAKEN_BACK = frozenset({NewsKind.withdrawn, NewsKind.removed, NewsKind.replaced})

_KINDS = {
    Event.corrected: NewsKind.corrected,
    Event.restored: NewsKind.restored,
    Event.consultation_opened: NewsKind.opened,
    Event.withdrawn: NewsKind.withdrawn,
    Event.gone: NewsKind.removed,
    Event.redirected: NewsKind.replaced,
}
"""Events besides `published`. What is not listed (republished, expired, in force, closed) is no news."""


@dataclass(frozen=True, slots=True)
class News:
    """A piece of news about a document."""

    document_id: UUID
    lang: str
    kind: NewsKind
    seq: int


def news_kind(event: Event, edition: int) -> NewsKind | None:
    """Return the kind of news that an event is; None if it is none."""
    if event is Event.published:
        return NewsKind.new if edition == 1 else NewsKind.updated
    return _KINDS.get(event)


def documents_needing_receipt(entries: Iterable[AnyLogged]) -> set[UUID]:
    """Return the documents of entries that matter to those who received them."""
    return {
        entry.document_id
        for entry in entries
        if isinstance(entry, LoggedEntry)
        and (news_kind(entry.event, entry.edition) in TAKEN_BACK or entry.event is Event.corrected)
    }


def documents_taken_back(entries: Iterable[AnyLogged]) -> set[UUID]:
    """Return the documents that entries take back."""
    return {
        entry.document_id
        for entry in entries
        if isinstance(entry, LoggedEntry) and news_kind(entry.event, entry.edition) in TAKEN_BACK
    }


class NewsCollector:
    """Collects the news of a range of the log for one subscription."""

    def __init__(self, wanted: ChangeFilter, lang: str, received: Collection[UUID]):
        self.wanted = wanted
        self.lang = lang
        self.received = received
        self.found: dict[UUID, News] = {}

    def add(self, entry: AnyLogged) -> None:
        """Add the next entry of the range."""
        if not isinstance(entry, LoggedEntry) or (kind := news_kind(entry.event, entry.edition)) is None:
            return
        before, news = self.found.get(entry.document_id), News(entry.document_id, entry.lang, kind, entry.seq)
        if kind in TAKEN_BACK:
            if entry.document_id in self.received:
                self.found[entry.document_id] = news
            elif before is not None:
                del self.found[entry.document_id]
            return
        change = filter_entry(entry, self.wanted)
        is_wanted = change is not None and change.event != LEFT
        is_correction = kind is NewsKind.corrected and entry.document_id in self.received
        if not is_wanted and not is_correction:
            return
        if before is None:
            self.found[entry.document_id] = news
        elif before.kind in TAKEN_BACK:
            del self.found[entry.document_id]  # taken back and restored: as it was received
        else:
            self.found[entry.document_id] = self._merge(before, news)

    def _merge(self, before: News, news: News) -> News:
        kind = before.kind if before.kind in (NewsKind.new, NewsKind.corrected) else news.kind
        lang = before.lang if before.lang == self.lang else news.lang
        return News(news.document_id, lang, kind, news.seq)
