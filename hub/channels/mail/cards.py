"""Documents as letters show them: the public view of the moment the mail is made, never an earlier one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.changes.reader import read_open_views
from hub.channels.mail.letter import MAX_SUMMARY, MAX_TITLE, LetterItem, cut
from hub.channels.mail.news import TAKEN_BACK, News, NewsKind
from hub.domain.kinds.bulletin import BULLETIN, Priority
from hub.domain.lifecycle import DocumentState
from hub.i18n.catalogues import format_date, texts
from hub.times import VIETNAM, now
from hub.web.public_urls import page_path

_WITH_REASON = frozenset({NewsKind.withdrawn, NewsKind.corrected})


@dataclass(frozen=True)
class NewsCard:
    """The facts of a document that a letter shows."""

    state: DocumentState
    card: dict[str, Any]
    """The stored card; of a document with a reason, the whole view. Empty for one that shows no text."""


class NewsCards:
    """The public views of documents in all their languages, read once for a batch of mails."""

    def __init__(self, found: dict[UUID, dict[str, NewsCard]]):
        self._found = found

    @classmethod
    async def read(
        cls, connection: AsyncConnection, news: Iterable[News], langs: Sequence[str], *, with_warnings: bool = False
    ) -> "NewsCards":
        """Read the views of the documents of news: one statement for cards, one for those with a reason.

        Cards do not tell of warnings (cảnh báo); `with_warnings` reads the whole views of bulletins instead.
        """
        pieces = list(news)
        found: dict[UUID, dict[str, NewsCard]] = {}
        with_reason = {piece.document_id for piece in pieces if piece.kind in _WITH_REASON}
        for column, documents in (
            ("card", {piece.document_id for piece in pieces} - with_reason),
            ("full", with_reason),
        ):
            keys: Collection[tuple[UUID, str]] = {(id_, lang) for id_ in documents for lang in langs}
            views = await read_open_views(connection, keys, column="card" if column == "card" else "full")
            if with_warnings and column == "card":
                bulletins = {key for key, view in views.items() if view.kind == BULLETIN.name}
                views |= await read_open_views(connection, bulletins)
            for (id_, lang), view in views.items():
                card = {} if view.json is None else orjson.loads(view.json)
                found.setdefault(id_, {})[lang] = NewsCard(view.state, card)
        return cls(found)

    def find(self, piece: News, langs: Sequence[str]) -> NewsCard | None:
        """Return the card of a piece of news in the first of these languages that the document has."""
        by_lang = self._found.get(piece.document_id, {})
        return next((by_lang[lang] for lang in langs if lang in by_lang), None)

    def best_language(self, piece: News, langs: Sequence[str]) -> str | None:
        """Return the first of these languages that the document has; None for one without a public view."""
        by_lang = self._found.get(piece.document_id, {})
        return next((lang for lang in langs if lang in by_lang), None)

    def is_worth_telling(self, piece: News, langs: Sequence[str]) -> bool:
        """Return False for what is no news by now: taken back again, a minor change, or told in a better language."""
        card = self.find(piece, langs)
        if piece.kind in TAKEN_BACK:
            return card is None or card.state is not DocumentState.live
        if card is None or card.state is not DocumentState.live or not card.card:
            return False
        return piece.kind is not NewsKind.updated or card.card.get("update_type") != "minor"

    def item(self, piece: News, langs: Sequence[str], lang: str, base: str) -> LetterItem:
        """Return a document as a letter shows it."""
        words, card = texts(lang, "mail"), self.find(piece, langs)
        url = f"{base}{page_path(piece.document_id)}"
        if card is None or not card.card or piece.kind in (NewsKind.removed, NewsKind.replaced):
            return LetterItem(words["removed_title"], url, words["news"][piece.kind.value], lang=lang)
        shown = card.card
        day = shown.get("issued_on") or shown["published_at"][:10]
        about = [texts(lang, "short_kinds")[shown["kind"]], shown.get("number"), format_date(lang, day)]
        about.append(shown["agency"]["name"])
        summary = shown.get("summary") or shown.get("lead")
        return LetterItem(
            cut(shown["title"], MAX_TITLE),
            url,
            " · ".join(str(part) for part in about if part),
            cut(summary, MAX_SUMMARY) if summary and piece.kind not in TAKEN_BACK else None,
            _note(piece.kind, shown, lang),
            shown["lang"],
            **_urgent_parts(piece.kind, shown, lang),
        )

    def priority(self, piece: News, langs: Sequence[str]) -> str | None:
        """Return the priority of a bulletin; None for everything else."""
        card = self.find(piece, langs)
        found: str | None = None if card is None else card.card.get("priority")
        return found


def _urgent_parts(kind: NewsKind, shown: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return the mark and the lines of an urgent bulletin or a warning; empty once it is over or taken back."""
    words, warning = texts(lang, "mail"), shown.get("warning") or {}
    end = warning.get("expires") or shown.get("valid_until")
    until = None if end is None else datetime.fromisoformat(end).astimezone(VIETNAM)
    is_over = kind in TAKEN_BACK or (until is not None and until <= now())
    if is_over or not (warning or shown.get("priority") == Priority.urgent):
        return {}
    lines = []
    if instruction := warning.get("instruction"):
        first, *others = (line.strip() for line in instruction.splitlines() if line.strip())
        lines += [words["instruction"].format(text=first), *others]
    if warning and until is not None:
        lines.append(words["until"].format(time=f"{until:%H:%M}", day=format_date(lang, until.date())))
    mark = words["exercise"] if warning.get("is_exercise") else words["urgent"]
    return {"mark": mark, "warning": lines}


def _note(kind: NewsKind, shown: dict[str, Any], lang: str) -> str | None:
    words = texts(lang, "mail")
    if kind is NewsKind.withdrawn and (withdrawal := shown.get("withdrawal")):
        return str(words["reason_withdrawn"]).format(reason=cut(withdrawal["reason"], MAX_SUMMARY))
    if kind is NewsKind.corrected and (note := shown.get("change_note")):
        return str(words["reason_corrected"]).format(reason=cut(note, MAX_SUMMARY))
    return None
