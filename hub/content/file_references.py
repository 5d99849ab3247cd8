"""References of contents to files: checked when editions are saved, stored when views open or close."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.file_models import PublishedFile, StoredFile
from hub.db import table
from hub.domain.file_names import file_url, parse_file_url
from hub.domain.html_files import find_hub_urls
from hub.domain.kinds.html import HTML_FIELDS
from hub.errors import InvalidInput, UnknownReference
from hub.problem_texts.templates import as_data, fill

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


@dataclass(frozen=True)
class FileReference:
    """A reference of a content to a file of the hub."""

    field: str
    """Path of the part that refers to it."""
    file_id: UUID
    url: str
    facts: Mapping[str, Any]
    is_link: bool = False
    """A link in a text, which may also lead to a file of another document."""


def find_file_references(content: Mapping[str, Any]) -> Iterator[FileReference]:
    """Yield every part of a content that refers to a file of the hub: members with a `url`, pictures and links."""
    for name, value in content.items():
        if name in HTML_FIELDS and isinstance(value, str):
            for is_link, url in find_hub_urls(value):
                if (found := parse_file_url(url)) is not None:
                    yield FileReference(name, found, url, {}, is_link)
            continue
        parts = enumerate(value) if isinstance(value, list | tuple) else [(None, value)]
        for number, part in parts:
            yield from _find_in_part(name if number is None else f"{name}.{number}", part)


def _find_in_part(place: str, part: Any) -> Iterator[FileReference]:
    if not isinstance(part, Mapping):
        return
    url = part.get("url")
    if isinstance(url, str) and (found := parse_file_url(url)) is not None:
        yield FileReference(place, found, url, part)
    # The signed original and the file of an origin are members of members.
    yield from _find_in_part(f"{place}.file", part.get("file"))


async def check_file_references(session: AsyncSession, document_id: UUID, content: Mapping[str, Any]) -> None:
    """Check that a content refers only to files of its own document and states their facts correctly; mark them used.

    Raises `UnknownReference` or `InvalidInput`. A file of another document would become public with this one; a mere
    link to one makes nothing public.
    """
    named = list(find_file_references(content))
    if not named:
        return
    query = select(FILE).where(FILE.c.document_id == document_id, FILE.c.id.in_({each.file_id for each in named}))
    files = {row.id: row for row in await session.execute(query.with_for_update(key_share=True))}
    for each in named:
        row = files.get(each.file_id)
        if row is None and each.is_link:
            continue
        if row is None or each.url != file_url(each.file_id, row.name):
            raise UnknownReference(
                fill("The document has no file {url}.", url=each.url),
                field=each.field if each.field in HTML_FIELDS else f"{each.field}.url",
                expected="the `url` that its upload returned",
            )
        for fact in _CHECKED_FIELDS:
            if each.facts.get(fact) not in (None, getattr(row, fact)):
                raise InvalidInput(
                    fill("`{fact}` does not match the file.", fact=fact),
                    field=f"{each.field}.{fact}",
                    expected=as_data(getattr(row, fact)),
                )
    await session.execute(update(FILE).where(FILE.c.id.in_(files), ~FILE.c.used).values(used=True))


async def replace_published_files(session: AsyncSession, sources: Sequence[ReferencingView]) -> None:
    """Replace the stored file references of views with those of the views that open now."""
    views = [(source.document_id, source.lang) for source in sources]
    await session.execute(delete(PUBLISHED).where(tuple_(PUBLISHED.c.document_id, PUBLISHED.c.lang).in_(views)))
    wanted = {
        (source.document_id, source.lang, each.file_id)
        for source in sources
        for each in find_file_references(source.content)
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
