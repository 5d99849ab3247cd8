"""Publication: views are built, opened and logged in one transaction; nothing becomes public in any other way.

Every public change goes through `append_views` or `append_empty_views`: publications, corrections, withdrawals, and
changes by the calendar alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.damage import delete_damage
from hub.content.file_references import delete_published_files, replace_published_files
from hub.content.models import Document, Edition, PublishedRelation, PublishedView
from hub.content.passages import PassageSource, delete_passages, replace_passages
from hub.content.publication_registry import PublicChange, announce_publication, collect_additions
from hub.content.validation import invalid_input, published_content
from hub.content.view_names import CodeSet, NameLookup
from hub.db import table
from hub.domain.kinds import KINDS
from hub.domain.lifecycle import DocumentState
from hub.domain.types import Withdrawal
from hub.domain.view_builder import BuiltView, ViewSource, build_view
from hub.errors import InvalidInput
from hub.log.append import Event, NewEntry, append_entries, lock_head
from hub.log.models import LogHead
from hub.problem_texts.templates import fill
from hub.times import VIETNAM

EDITION, VIEW, RELATION = table(Edition), table(PublishedView), table(PublishedRelation)

MAX_INDEXED_CHARACTERS = 400_000
"""Characters of a text that the Postgres engine indexes: a tsvector holds at most one megabyte."""

_WORDS = ("words_title", "words_summary", "words_body")
_INSERT_VIEW = insert(VIEW).values(words=func.hub_words(*(bindparam(name) for name in _WORDS)))

_CLOSE_VIEWS = text(
    """UPDATE published_view SET seq_to = :first + given.place - 1, body = NULL, words = NULL, next_due = NULL
    FROM unnest(CAST(:documents AS uuid[]), CAST(:languages AS text[]))
         WITH ORDINALITY AS given (document_id, lang, place)
    WHERE published_view.document_id = given.document_id AND published_view.lang = given.lang AND seq_to IS NULL"""
)

EMPTY_SHA256 = sha256(b"").hexdigest()
"""Hash in log entries that show no text: gone or redirected."""


@dataclass(frozen=True)
class NewView:
    """A view to be opened, with the facts of its log entry."""

    edition: Edition
    source: ViewSource
    event: Event
    at: datetime
    due: datetime | None = None


async def load_view_sources(
    session: AsyncSession,
    editions: Sequence[Edition],
    documents: Mapping[UUID, Document],
    *,
    as_of: datetime,
    withdrawal: Withdrawal | None = None,
    were_public: bool = True,
    unpublished_at: datetime | None = None,
) -> list[ViewSource]:
    """Load everything that the views of public editions are built from.

    `published_at` of a document stays the time of its first publication. Editions that were public before are read
    by `published_content`, new ones strictly. Documents that were never public count as published at
    `unpublished_at`, for a look ahead.
    """
    query = (
        select(EDITION.c.document_id, func.min(EDITION.c.published_at))
        .where(EDITION.c.document_id.in_(documents), EDITION.c.published_at.is_not(None))
        .group_by(EDITION.c.document_id)
    )
    first: dict[UUID, datetime] = dict((await session.execute(query)).all())
    if unpublished_at is not None:
        first = dict.fromkeys(documents, unpublished_at) | first
    return [
        ViewSource(
            document_id=edition.document_id,
            kind=documents[edition.document_id].kind,
            owner=documents[edition.document_id].owner,
            lang=edition.lang,
            edition=edition.number,
            update_type=edition.update_type,
            change_note=edition.change_note,
            correction_of=edition.correction_of,
            content=published_content(documents[edition.document_id].kind, edition.content, edition.document_id)
            if were_public
            else edition.content,
            published_at=first[edition.document_id],
            modified_at=edition.published_at or first[edition.document_id],
            as_of=as_of,
            withdrawal=withdrawal,
        )
        for edition in editions
    ]


async def append_views(session: AsyncSession, openings: Sequence[NewView]) -> int:
    """Close the open views of these editions' languages, open new ones and log it; returns their last position.

    Entries of other rooms (`hub/content/publication_registry.py`) follow in the same append. The caller holds the
    documents' locks. The head of the log is locked as late as possible: everything that does not need a position is
    done before.
    """
    codes = CodeSet()
    for opening in openings:
        codes.add(opening.source.owner, opening.source.content)
    registry = await NameLookup.load(session, codes)
    built = [(opening, build_named_view(opening.source, registry)) for opening in openings]
    columns, more_entries = await collect_additions(session, openings)
    await announce_publication(session, [_public_change(opening, view) for opening, view in built])
    head = await lock_head(session)
    sources = [opening.source for opening, _ in built]
    await _close_views(session, [(source.document_id, source.lang) for source in sources], head.seq + 1)
    rows = [
        _row(opening, view, seq) | columns[opening.source.document_id]
        for seq, (opening, view) in enumerate(built, start=head.seq + 1)
    ]
    await session.execute(_INSERT_VIEW, rows)
    await _replace_relations(session, sources)
    await replace_published_files(session, sources)
    await replace_passages(session, [passage_source(opening.source, view) for opening, view in built])
    entries = [_new_entry(opening, view.sha256) for opening, view in built]
    await append_entries(session, head, [*entries, *more_entries])
    return head.seq + len(rows)


async def append_empty_views(
    session: AsyncSession,
    documents: Mapping[UUID, Document],
    event: Event,
    at: datetime,
    redirect_to: UUID | None = None,
) -> int:
    """Replace the open views of documents with rows without text (gone or redirected) and append log entries.

    Returns the last position.
    """
    query = select(VIEW).where(VIEW.c.document_id.in_(documents), VIEW.c.seq_to.is_(None)).order_by(VIEW.c.id)
    opened = (await session.execute(query)).mappings().all()
    await announce_publication(session, [_empty_change(row, event, at) for row in opened])
    head: LogHead = await lock_head(session)
    rows, entries = [], []
    await _close_views(session, [(row["document_id"], row["lang"]) for row in opened], head.seq + 1)
    for seq, row in enumerate(opened, start=head.seq + 1):
        blank = {"card": None, "full": None, "body": None, "change_note": None, "next_due": None}
        kept = {name: row[name] for name in row if name not in ("id", "seq_to", "words")}
        rows.append(
            kept
            | blank
            | {"state": event.value, "seq_from": seq, "sha256": EMPTY_SHA256, "redirect_to": redirect_to}
            | dict.fromkeys(_WORDS, "")
        )
        entries.append(NewEntry(event, at, row["kind"], row["document_id"], row["lang"], row["edition"], EMPTY_SHA256))
    if rows:
        await session.execute(_INSERT_VIEW, rows)
        await session.execute(delete(RELATION).where(RELATION.c.document_id.in_(documents)))
        await delete_published_files(session, documents)
        await delete_passages(session, documents)
        await delete_damage(session, [str(document_id) for document_id in documents])
        await append_entries(session, head, entries)
    return head.seq + len(rows)


async def _close_views(session: AsyncSession, places: Sequence[tuple[UUID, str]], first: int) -> None:
    """Close the open views of documents in languages, each at its position; the first one at `first`."""
    if places:
        documents, languages = (list(part) for part in zip(*places, strict=True))
        parameters = {"documents": documents, "languages": languages, "first": first}
        await session.execute(_CLOSE_VIEWS, parameters)


def _row(opening: NewView, view: BuiltView, seq: int) -> dict[str, Any]:
    source = opening.source
    return (
        view.columns(source)
        | {
            "document_id": source.document_id,
            "edition_id": opening.edition.id,
            "kind": source.kind,
            "lang": source.lang,
            "state": DocumentState.withdrawn.value if source.withdrawal else DocumentState.live.value,
            "seq_from": seq,
            "redirect_to": None,
        }
        | dict(zip(_WORDS, searchable_text(source, view), strict=True))
    )


def _public_change(opening: NewView, view: BuiltView) -> PublicChange:
    source = opening.source
    return PublicChange(
        source.document_id,
        source.kind,
        source.owner,
        source.lang,
        source.edition,
        opening.event,
        opening.at,
        source.update_type,
        view.full,
        view.index.channels,
        view.index.priority,
    )


def _empty_change(row: RowMapping, event: Event, at: datetime) -> PublicChange:
    return PublicChange(
        row["document_id"],
        row["kind"],
        row["agency"],
        row["lang"],
        row["edition"],
        event,
        at,
        row["update_type"],
        None,
    )


def _new_entry(opening: NewView, digest: str) -> NewEntry:
    source = opening.source
    return NewEntry(
        event=opening.event,
        at=opening.at,
        due=opening.due,
        kind=source.kind,
        document_id=source.document_id,
        lang=source.lang,
        edition=source.edition,
        view_sha256=digest,
    )


async def _replace_relations(session: AsyncSession, sources: Sequence[ViewSource]) -> None:
    """Replace the relations of views; relations count only while the view that states them is live."""
    places = [(source.document_id, source.lang) for source in sources]
    await session.execute(delete(RELATION).where(tuple_(RELATION.c.document_id, RELATION.c.lang).in_(places)))
    rows = [
        {
            "document_id": source.document_id,
            "lang": source.lang,
            "type": relation["type"],
            "target_id": relation["id"],
            "note": relation.get("note"),
        }
        for source in sources
        if source.withdrawal is None
        for relation in {(r["type"], r["id"]): r for r in source.content.get("relations", ())}.values()
    ]
    if rows:
        await session.execute(insert(RELATION), rows)


def build_named_view(source: ViewSource, registry: NameLookup) -> BuiltView:
    """Build the view of a source, with the names that were valid on the item's own date.

    Raises `InvalidInput` for a content that was saved before a rule which it breaks.
    """
    kind = KINDS[source.kind]
    first_day = source.published_at.astimezone(VIETNAM).date()
    try:
        content = kind.content.model_validate(source.content)
    except ValidationError as problem:
        raise invalid_input(problem, within="content") from problem
    if missing := getattr(content, "missing", ()):
        raise InvalidInput(fill("The content has no {name}.", name=missing[0]), field=f"content.{missing[0]}")
    index = kind.index(content, first_day)
    names = registry.names(
        source.lang,
        on=index.issued_on,
        first_day=first_day,
        today=source.as_of.astimezone(VIETNAM).date(),
    )
    return build_view(source, content, index, names)


def passage_source(source: ViewSource, view: BuiltView) -> PassageSource:
    """Build the input of `replace_passages`; a withdrawn view has no passages."""
    if source.withdrawal:
        return PassageSource(source.document_id, source.lang)
    return PassageSource(source.document_id, source.lang, view.full, view.body[:MAX_INDEXED_CHARACTERS])


def searchable_text(source: ViewSource, view: BuiltView) -> tuple[str, str, str]:
    """Return the parts that the Postgres engine weighs differently: title with number, summary, text.

    Words that the registry does not know are found like those of the summary.
    """
    title = f"{source.content['title']} {source.content.get('number') or ''}"
    words = (source.content.get("summary"), *(each["text"] for each in source.content.get("unmapped", ())))
    return title, "\n".join(filter(None, words)), view.body[:MAX_INDEXED_CHARACTERS]
