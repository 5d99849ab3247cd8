"""Queries of files: one statement decides whether a file may be served."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.content.file_models import PublishedFile
from hub.content.models import Document, PublishedView
from hub.db import table
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.domain.pictures import Width
from hub.errors import NotFound
from hub.files.rows import FILE, FILE_COLUMNS, SIZE, SIZE_COLUMNS, FileRow, SizeRow
from hub.files.views import FileView, file_view

PUBLISHED, DOCUMENT, VIEW = table(PublishedFile), table(Document), table(PublishedView)

READABLE_STATES = [
    state for state in DocumentState if SHOWS[state][Surface.file] in (Visibility.text, Visibility.text_with_reason)
]
"""Document states in which the public may read files."""


@dataclass(frozen=True, slots=True)
class ServableFile:
    """A file, or one of its sizes, with the facts that decide who may read it."""

    name: str
    media_type: str
    size: int
    sha256: str
    owner: str
    public: bool
    erased: bool
    """True if its document is gone: then nobody may read it, even before its bytes are deleted."""


async def find_file(connection: AsyncConnection, file_id: UUID, width: int | None) -> ServableFile | None:
    """Find a file, in a smaller size if there is one with this width; `public` is true if an open view refers to it."""
    public = exists().where(
        PUBLISHED.c.file_id == FILE.c.id,
        VIEW.c.document_id == PUBLISHED.c.document_id,
        VIEW.c.lang == PUBLISHED.c.lang,
        VIEW.c.seq_to.is_(None),
        VIEW.c.state.in_(READABLE_STATES),
    )
    query = (
        select(
            FILE.c.name,
            func.coalesce(SIZE.c.media_type, FILE.c.media_type),
            func.coalesce(SIZE.c.size, FILE.c.size),
            func.coalesce(SIZE.c.sha256, FILE.c.sha256),
            DOCUMENT.c.owner,
            public,
            DOCUMENT.c.state == DocumentState.gone,
        )
        .join_from(FILE, DOCUMENT, DOCUMENT.c.id == FILE.c.document_id)
        .outerjoin(SIZE, and_(SIZE.c.file_id == FILE.c.id, SIZE.c.width == width))
        .where(FILE.c.id == file_id)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else ServableFile(*row)


@dataclass(frozen=True, slots=True)
class UncolouredPicture:
    """A picture without a placeholder, and the bytes of its smallest size."""

    id: UUID
    sha256: str
    size: int


async def list_uncoloured(
    connection: AsyncConnection, limit: int, *, after: UUID | None = None
) -> list[UncolouredPicture]:
    """List pictures without a placeholder in the order of their ids, from the one after `after` on."""
    query = (
        select(FILE.c.id, func.coalesce(SIZE.c.sha256, FILE.c.sha256), func.coalesce(SIZE.c.size, FILE.c.size))
        .outerjoin(SIZE, and_(SIZE.c.file_id == FILE.c.id, SIZE.c.width == Width.small))
        .where(FILE.c.width.is_not(None), FILE.c.placeholder.is_(None))
        .where(FILE.c.id > after if after else true())
        .order_by(FILE.c.id)
        .limit(limit)
    )
    return [UncolouredPicture(*row) for row in await connection.execute(query)]


def can_read_file(by: Principal | None, file: ServableFile) -> bool:
    """Return true if a principal may read a file that is not public."""
    return not file.erased and by is not None and Scope.read_working in by.scopes and file.owner in by.agencies


async def list_files(connection: AsyncConnection, by: Principal, document_id: UUID) -> list[FileView]:
    """List the files of a document for principals who may read its working editions.

    Raises `NotFound` or `Forbidden`.
    """
    query = select(DOCUMENT.c.owner, DOCUMENT.c.state).where(DOCUMENT.c.id == document_id)
    document = (await connection.execute(query)).one_or_none()
    if document is None:
        raise NotFound("There is no document with this id.", field="id")
    is_public = document.state != DocumentState.unpublished
    by.require_for_document(Scope.read_working, document.owner, is_public=is_public)
    files = select(*FILE_COLUMNS).where(FILE.c.document_id == document_id).order_by(FILE.c.uploaded_at, FILE.c.id)
    rows = [FileRow(*row) for row in await connection.execute(files)]
    sizes = select(*SIZE_COLUMNS).where(SIZE.c.file_id.in_([row.id for row in rows])).order_by(SIZE.c.width)
    found = [SizeRow(*row) for row in await connection.execute(sizes)]
    return [file_view(row, [size for size in found if size.file_id == row.id]) for row in rows]
