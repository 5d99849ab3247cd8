"""References of contents to files: checked when editions are saved, stored when views open or close."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.file_models import PublishedFile, StoredFile
from hub.db import table
from hub.domain.file_names import file_url, parse_file_url
from hub.errors import InvalidInput, UnknownReference

FILE, PUBLISHED = table(StoredFile), table(PublishedFile)

_CHECKED_FIELDS = ("media_type", "size", "sha256")


class ReferencingView(Protocol):
    """The facts of a view to be opened that file references need."""

    @property
    def document_id(self) -> UUID: ...
    @property
    def lang(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


def find_file_references(content: Mapping[str, Any]) -> Iterator[tuple[str, UUID, Mapping[str, Any]]]:
    """Yield every part of a content that refers to a file of the hub: its field path, the file's id, the part."""
    for name, value in content.items():
        parts = enumerate(value) if isinstance(value, list | tuple) else [(None, value)]
        for number, part in parts:
            url = part.get("url") if isinstance(part, Mapping) else None
            if isinstance(url, str) and (found := parse_file_url(url)) is not None:
                yield name if number is None else f"{name}.{number}", found, part


async def check_file_references(session: AsyncSession, document_id: UUID, content: Mapping[str, Any]) -> None:
    """Check that a content refers only to files of its own document and states their facts correctly; mark them used.

    Raises `UnknownReference` or `InvalidInput`. A file of another document would become public with this one.
    """
    named = list(find_file_references(content))
    if not named:
        return
    query = select(FILE).where(FILE.c.document_id == document_id, FILE.c.id.in_({found for _, found, _ in named}))
    files = {row.id: row for row in await session.execute(query.with_for_update(key_share=True))}
    for place, found, part in named:
        row = files.get(found)
        if row is None or part["url"] != file_url(found, row.name):
            raise UnknownReference(
                f"The document has no file {part['url']}.",
                field=f"{place}.url",
                expected="the `url` that its upload returned",
            )
        for fact in _CHECKED_FIELDS:
            if part.get(fact) not in (None, getattr(row, fact)):
                raise InvalidInput(
                    f"`{fact}` does not match the file.", field=f"{place}.{fact}", expected=str(getattr(row, fact))
                )
    await session.execute(update(FILE).where(FILE.c.id.in_(files), ~FILE.c.used).values(used=True))


async def replace_published_files(session: AsyncSession, sources: Sequence[ReferencingView]) -> None:
    """Replace the stored file references of views with those of the views that open now."""
    views = [(source.document_id, source.lang) for source in sources]
    await session.execute(delete(PUBLISHED).where(tuple_(PUBLISHED.c.document_id, PUBLISHED.c.lang).in_(views)))
    wanted = {
        (source.document_id, source.lang, found)
        for source in sources
        for _, found, _ in find_file_references(source.content)
    }
    if not wanted:
        return
    owners = select(FILE.c.id, FILE.c.document_id).where(FILE.c.id.in_({found for _, _, found in wanted}))
    owner = {row.id: row.document_id for row in await session.execute(owners)}
    rows = [
        {"file_id": found, "document_id": document_id, "lang": lang}
        for document_id, lang, found in sorted(wanted)
        if owner.get(found) == document_id
    ]
    if rows:
        await session.execute(insert(PUBLISHED), rows)


async def delete_published_files(session: AsyncSession, document_ids: Collection[UUID]) -> None:
    """Delete the file references of documents that are gone or redirected."""
    await session.execute(delete(PUBLISHED).where(PUBLISHED.c.document_id.in_(document_ids)))
