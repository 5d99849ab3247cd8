"""Previews of working editions: page, card and entry of a feed as they would be published now, built and never stored.

The link holds everything, encrypted and signed (Fernet): document, language, number of the edition, end. It ends at its
time, or earlier when the edition is published, discarded or its document gone.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.auth.principal import Principal, Scope
from hub.content.commands import find_working_edition, list_live_editions
from hub.content.models import Document, Edition
from hub.content.pictures import load_pictures
from hub.content.publishing import EDITION, build_named_view
from hub.content.validation import published_content
from hub.content.view_names import CodeSet, NameLookup
from hub.db import Database
from hub.domain.diff import DiffView, diff_editions
from hub.domain.lifecycle import WORKING_STATES
from hub.domain.pictures import Pictures, add_picture, find_file_ids
from hub.domain.view_builder import BuiltView, ViewSource
from hub.errors import InvalidInput, NotFound, PreviewOver, TransitionConflict
from hub.feeds.atom import render_atom
from hub.feeds.model import build_feed_document
from hub.feeds.params import parse_feed_url
from hub.feeds.queries import FeedPage, FeedRow
from hub.i18n.catalogues import translate
from hub.manage.audit_trail import append_document_entry
from hub.permalinks.page import PageContext, render_page
from hub.problem_texts.templates import fill
from hub.settings import Settings
from hub.times import VIETNAM, format_rfc3339, now
from hub.web.language import require_languages
from hub.worklist.queries import require_reader_of
from hub.worklist.views import NewPreview, PreviewLinks

PURPOSE = "preview"
MAX_TOKEN = 600
_FILES = re.compile(rb"/files/(?=[0-9a-f]{8}-)")


@dataclass(frozen=True)
class PreviewToken:
    """The contents of a link."""

    document: UUID
    lang: str
    edition: int
    expires_at: datetime

    def seal(self, settings: Settings) -> str:
        """The token for addresses."""
        facts = [PURPOSE, str(self.document), self.lang, self.edition, int(self.expires_at.timestamp())]
        return SecretCipher(settings).encrypt(orjson.dumps(facts).decode()).decode()

    @classmethod
    def open(cls, settings: Settings, token: str) -> "PreviewToken":
        """Read a token. Raises `NotFound` for one that this hub did not make, `PreviewOver` after its end."""
        try:
            purpose, document, lang, edition, end = orjson.loads(SecretCipher(settings).decrypt(token.encode()))
        except (SecretUnreadable, ValueError, TypeError) as problem:
            raise NotFound("There is no preview at this address.", field="token") from problem
        if purpose != PURPOSE:
            raise NotFound("There is no preview at this address.", field="token")
        found = cls(UUID(document), lang, edition, datetime.fromtimestamp(end, VIETNAM))
        if found.expires_at <= now():
            raise PreviewOver(
                fill("The preview ended at {expires_at}.", expires_at=format_rfc3339(found.expires_at)),
                expected="a new preview",
            )
        return found


@dataclass(frozen=True)
class Preview:
    """A working edition as it would be published now."""

    token: PreviewToken
    document: Document
    view: BuiltView
    at: datetime
    pictures: Pictures

    def page(self, base: str, token: str) -> bytes:
        """The page, with the notice that it is not public. CPU-bound."""
        notice = f"{translate(self.token.lang, 'document.preview')} {self._end()}"
        context = PageContext(
            item=orjson.loads(self.view.full),
            base=base,
            languages=(),
            json_ld={},
            related=(),
            pictures=self.pictures,
            preview=notice,
        )
        return _with_files(render_page(context), token)

    def entry(self, base: str, token: str, languages: tuple[str, ...]) -> bytes:
        """An Atom feed with the entry alone. CPU-bound."""
        _, feed = parse_feed_url(f"{base}/feeds/all.atom?lang={self.token.lang}", languages)
        row = FeedRow(
            position=0,
            hash="",
            at=self.at,
            event="published",
            document_id=self.document.id,
            kind=self.document.kind,
            lang=self.token.lang,
            json=self.view.full,
            card=self.view.card,
            is_removed=False,
        )
        return _with_files(
            render_atom(build_feed_document(feed, base, FeedPage([row], None, None), self.pictures)), token
        )

    def card(self, token: str) -> bytes:
        """The card as JSON."""
        return _with_files(add_picture(self.view.card, self.pictures), token)

    def _end(self) -> str:
        return self.token.expires_at.strftime("%H:%M %d/%m/%Y")


def _with_files(body: bytes, token: str) -> bytes:
    """Let the files of the preview be read through its link, for they are not public."""
    return _FILES.sub(f"/preview/{token}/files/".encode(), body)


async def create_preview(
    session: AsyncSession, settings: Settings, by: Principal, document_id: UUID, new: NewPreview, base: str
) -> PreviewLinks:
    """Make the links to a preview of a working edition.

    Raises `NotFound`, `Forbidden`, `TransitionConflict`, or `InvalidInput` if it could not be shown.
    """
    await require_reader_of(await session.connection(), by, document_id)
    document = await session.get_one(Document, document_id)
    by.require(Scope.read_working, document.owner)
    edition = await find_working_edition(session, document_id, new.lang)
    if edition is None:
        raise TransitionConflict(fill("There is no working edition in `{lang}`.", lang=new.lang), field="lang")
    await _build(session, document, edition)
    end = (now() + timedelta(hours=new.hours)).replace(microsecond=0)
    token = PreviewToken(document_id, new.lang, edition.number, end).seal(settings)
    await append_document_entry(session, by, "preview", document, lang=new.lang, expires_at=format_rfc3339(end))
    address = f"{base}/preview/{quote(token, safe='=')}"
    return PreviewLinks(page=address, card=f"{address}/card.json", entry=f"{address}/entry.atom", expires_at=end)


async def load_preview(session: AsyncSession, settings: Settings, token: str) -> Preview:
    """Build the preview of a link. Raises `NotFound` or `PreviewOver`."""
    opened = PreviewToken.open(settings, token)
    edition = await find_working_edition(session, opened.document, opened.lang)
    document = await session.get(Document, opened.document)
    if document is None or edition is None or edition.number != opened.edition or edition.state not in WORKING_STATES:
        raise PreviewOver("This edition is no longer being worked on.", expected="the public document")
    at = now()
    view = await _build(session, document, edition)
    return Preview(opened, document, view, at, await load_pictures(session, find_file_ids(view.full)))


async def compare_with_public(
    database: Database, settings: Settings, by: Principal, document_id: UUID, lang: str
) -> DiffView:
    """Compare the working edition with the public one, in a thread and after the transaction that reads them.

    Raises `InvalidInput` for a language that the hub does not serve, `NotFound` or `Forbidden`.
    """
    require_languages([lang], settings.languages)
    async with database.write() as session:
        await require_reader_of(await session.connection(), by, document_id)
        document = await session.get_one(Document, document_id)
        by.require(Scope.read_working, document.owner)
        edition = await find_working_edition(session, document_id, lang)
        live = next((one for one in await list_live_editions(session, document_id) if one.lang == lang), None)
        if edition is None or live is None:
            detail = (
                fill("There is no working edition in `{lang}`.", lang=lang)
                if edition is None
                else fill("There is no public edition in `{lang}`.", lang=lang)
            )
            raise NotFound(detail, field="lang")
        before, after = [
            (one.number, orjson.loads((await _build(session, document, one, was_public=one is live)).full))
            for one in (live, edition)
        ]
    return await asyncio.to_thread(diff_editions, document.kind, document_id, lang, before, after)


async def _build(session: AsyncSession, document: Document, edition: Edition, *, was_public: bool = False) -> BuiltView:
    """Build the view of an edition as if it were published now, and store nothing."""
    at = now()
    codes = CodeSet()
    codes.add(document.owner, edition.content)
    names = await NameLookup.load(session, codes)
    first = select(func.min(EDITION.c.published_at)).where(EDITION.c.document_id == document.id)
    content = edition.content
    source = ViewSource(
        document_id=document.id,
        kind=document.kind,
        owner=document.owner,
        lang=edition.lang,
        edition=edition.number,
        update_type=edition.update_type,
        change_note=edition.change_note,
        correction_of=edition.correction_of,
        content=published_content(document.kind, content, document.id) if was_public else content,
        published_at=await session.scalar(first) or at,
        modified_at=edition.published_at or at,
        as_of=at,
    )
    try:
        return build_named_view(source, names)
    except InvalidInput as problem:
        raise InvalidInput(
            fill("This edition could not be published: {detail}", detail=problem.detail),
            field=problem.field,
            expected=problem.expected,
        ) from problem
