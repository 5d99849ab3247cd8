"""Citations that depend on a changed document, in the texts of other documents: they are resolved again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy import bindparam, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.citations.catalogue import load_catalogue
from hub.citations.eraser import CITATION
from hub.citations.resolution import find_target, with_target_refs
from hub.citations.rows import TARGET_COLUMNS, CitationTarget, DependentCitation
from hub.content.as_of import currently_open
from hub.content.visibility import VIEW
from hub.legal.citations.resolver import InMemoryCatalogue, citation_keys
from hub.legal.citations.types import CitationKind

REFRESH_BATCH = 1_000
"""Dependent citations that are resolved again at once."""
_KEY_COLUMNS = ("document_id", "lang", "place")
_UPDATE_TARGET = (
    update(CITATION)
    .where(*(CITATION.c[name] == bindparam(f"its_{name}") for name in _KEY_COLUMNS))
    .values({name: bindparam(f"new_{name}") for name in TARGET_COLUMNS})
)
_DEPENDENT_COLUMNS = [
    VIEW.c.issued_on if field.name == "issued_on" else CITATION.c[field.name] for field in fields(DependentCitation)
]


async def refresh_dependents(
    session: AsyncSession, keys: Iterable[str], targets: Collection[UUID], excluded: Sequence[UUID]
) -> None:
    """Re-resolve citations with one of these lookup keys or targets, in batches.

    `excluded` are the documents of the running refresh, whose citations are replaced anyway.
    """
    affected = or_(
        CITATION.c.lookup.overlap(sorted(keys)),
        CITATION.c.target_id.in_(targets),
        CITATION.c.choices.overlap(sorted(targets)),
    )
    key_columns = [CITATION.c[name] for name in _KEY_COLUMNS]
    query = (
        select(*_DEPENDENT_COLUMNS)
        .select_from(CITATION)
        .join(VIEW, (VIEW.c.document_id == CITATION.c.document_id) & (VIEW.c.lang == CITATION.c.lang))
        .where(currently_open(VIEW), CITATION.c.kind != CitationKind.here.value)
        .where(affected, CITATION.c.document_id.not_in(excluded))
        .order_by(*key_columns)
        .limit(REFRESH_BATCH)
        .with_for_update(of=CITATION, key_share=True)
    )
    after: tuple[UUID, str, int] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*key_columns) > tuple_(*after))
        dependents = [DependentCitation(**row) for row in (await session.execute(page)).mappings()]
        if not dependents:
            return
        last = dependents[-1]
        after = (last.document_id, last.lang, last.place)
        catalogue = await load_catalogue(session, {key for row in dependents for key in row.lookup})
        resolved = [(_resolve_again(row, catalogue), row.citation()) for row in dependents]
        changes = [
            {f"its_{name}": getattr(row, name) for name in _KEY_COLUMNS}
            | {f"new_{name}": value for name, value in asdict(target).items()}
            for row, target in zip(dependents, await with_target_refs(session, resolved), strict=True)
            if target != row.target()
        ]
        if changes:
            connection = await session.connection()
            await connection.execute(_UPDATE_TARGET, changes)


def _resolve_again(row: DependentCitation, catalogue: InMemoryCatalogue) -> CitationTarget:
    citation = row.citation()
    return find_target(citation, row.reading, catalogue.find_by_keys(citation_keys(citation)), row.issued_on)
