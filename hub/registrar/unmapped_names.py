"""Words that the registry does not know, listed with proposals (chưa ánh xạ)."""

from collections.abc import Sequence

from pydantic import BaseModel, Field
from rapidfuzz import fuzz
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import SQLModel

from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES
from hub.domain.scalars import Line
from hub.domain.types import Content, UnmappedField, View
from hub.errors import Forbidden
from hub.legal.types import TYPES
from hub.problem_texts.templates import fill
from hub.registrar.commands import TOP_LEVELS
from hub.registry.models import Agency, Place, Topic
from hub.text import fold
from hub.web.parameters import NoParams

MIN_SCORE = 60
"""Likeness in percent from which an entry of the registry is proposed."""
_WORKING = ", ".join(f"'{state}'" for state in sorted(WORKING_STATES))
OPEN_EDITIONS = (
    f"""e.content ? 'unmapped' AND (e.state IN ({_WORKING}) OR (e.state = 'published' AND d.state = 'live'))"""
)
WORDS = text(
    f"""SELECT word->>'field' AS field, word->>'text' AS text, count(DISTINCT e.document_id) AS documents
    FROM edition e JOIN document d ON d.id = e.document_id, jsonb_array_elements(e.content->'unmapped') word
    WHERE {OPEN_EDITIONS} AND (CAST(:field AS text) IS NULL OR word->>'field' = :field)
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"""  # noqa: S608 - names of states
)


class UnmappedParams(NoParams):
    """Query parameters of the list of words."""

    field: UnmappedField | None = Field(None, description="Only words of this field.")
    limit: int = Field(100, ge=1, le=500, description="Maximum number of words.")


class NameProposal(View):
    """An entry of the registry with a name like the words (đề xuất)."""

    target: str = Field(description="Code of the entry, or the name of the type.", examples=["kinh-te"])
    name: str = Field(description="Name of the entry.", examples=["Kinh tế"])
    score: int = Field(description="Likeness in percent.", examples=[82])


class UnmappedWords(View):
    """Words of documents that the registry does not know (chưa ánh xạ)."""

    field: UnmappedField = Field(description="Field that the words belong to.")
    text: str = Field(description="Words of the sources.", examples=["Kinh tế tập thể"])
    documents: int = Field(description="Number of documents with these words.", examples=[12])
    proposal: NameProposal | None = Field(None, description="Entry with the name that is most like them.")


class UnmappedList(BaseModel):
    """Words that the registry does not know, those of the most documents first."""

    items: list[UnmappedWords] = Field(description="Words.")
    total: int = Field(description="Number of all of them.")


class MapWords(Content):
    """The meaning of words that the registry does not know."""

    field: UnmappedField = Field(description="Field that the words belong to.")
    text: Line = Field(max_length=500, description="Words as they are listed.", examples=["Kinh tế tập thể"])
    target: Line = Field(max_length=80, description="Code of the registry; of a type, its name.", examples=["kinh-te"])


class MapResult(BaseModel):
    """The progress of a mapping; repeat the request until nothing waits."""

    mapped: int = Field(description="Number of editions that were changed now.")
    waiting: int = Field(description="Number of editions that still have the words.")


async def list_unmapped(session: AsyncSession | AsyncConnection, params: UnmappedParams) -> UnmappedList:
    """List the words, each with the entry of the registry that is most like it."""
    found = (await session.execute(WORDS, {"field": params.field})).all()
    known = await proposable(session)
    items = [
        UnmappedWords(
            field=UnmappedField(row.field),
            text=row.text,
            documents=row.documents,
            proposal=_propose(row.text, known[UnmappedField(row.field)]),
        )
        for row in found[: params.limit]
    ]
    return UnmappedList(items=items, total=len(found))


async def proposable(session: AsyncSession | AsyncConnection) -> dict[UnmappedField, list[tuple[str, str]]]:
    fields: dict[UnmappedField, type[SQLModel]] = {
        UnmappedField.issuers: Agency,
        UnmappedField.topics: Topic,
        UnmappedField.places: Place,
    }
    known: dict[UnmappedField, list[tuple[str, str]]] = {UnmappedField.type: [(name, name) for name in TYPES]}
    for field, model in fields.items():
        rows = await session.execute(select(table(model).c.code, table(model).c.name))
        known[field] = [(row.code, row.name) for row in rows]
    return known


def _propose(words: str, known: Sequence[tuple[str, str]]) -> NameProposal | None:
    folded = fold(words)
    scored = [(max(fuzz.ratio(folded, fold(name)), fuzz.ratio(folded, fold(code))), code, name) for code, name in known]
    score, code, name = max(scored, key=lambda each: (each[0], each[1]), default=(0, "", ""))
    return NameProposal(target=code, name=name, score=round(score)) if score >= MIN_SCORE else None


async def require_mapper(session: AsyncSession | AsyncConnection, by: Principal) -> None:
    """Require the scope `admin` and an agency at the level of a province: words belong to documents of all agencies."""
    by.require(Scope.admin, by.agency)
    query = select(table(Agency).c.level).where(table(Agency).c.code == by.agency)
    if (await session.execute(query)).scalar_one_or_none() not in TOP_LEVELS:
        raise Forbidden(
            fill("`{who}` belongs to {agency}.", who=by.label or by.id, agency=by.agency),
            expected="a key of the province",
        )
