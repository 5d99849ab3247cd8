"""Queries of the registry: keyset pages in Vietnamese alphabetical order, one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Table, Text, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.domain.types import View
from hub.errors import UnknownReference
from hub.paging import day_part, decode_cursor, encode_cursor, list_digest, text_part
from hub.problem_texts.templates import fill
from hub.registry.models import UNKNOWN_FIRST_DAY, Agency, AgencySuccessor, Place, PlaceSuccessor, Spokesperson, Topic
from hub.registry.names import VIETNAMESE, name_in
from hub.registry.views import AgencyView, PlaceSuccessorView, PlaceView, SpokespersonView, TopicView

AGENCY, AGENCY_SUCCESSOR, SPOKESPERSON = table(Agency), table(AgencySuccessor), table(Spokesperson)
PLACE, PLACE_SUCCESSOR, TOPIC = table(Place), table(PlaceSuccessor), table(Topic)

V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class RegistryPage(Generic[V]):
    """A page of the registry, with the cursor after each item."""

    items: Sequence[V]
    cursors: Sequence[str]
    next: str | None


async def _read_page(
    connection: AsyncConnection,
    query: Select[Any],
    target: Table,
    view: type[V],
    *,
    limit: int,
    cursor: str | None,
    lang: str = VIETNAMESE,
) -> RegistryPage[V]:
    keys = [target.c.sort_key, *target.primary_key]
    name = list_digest(target.name, str(query.whereclause), sorted(map(str, query.compile().params.values())))
    query = query.order_by(*keys).limit(limit + 1)
    if cursor is not None:
        parts = [day_part if key.type.python_type is date else text_part for key in keys]
        there = decode_cursor(name, cursor, *parts)
        query = query.where(tuple_(*keys) > tuple_(*there))
    rows = (
        (await connection.execute(query.add_columns(*(key.label(f"key_{key.name}") for key in keys)))).mappings().all()
    )
    cursors = [encode_cursor(name, *(str(row[f"key_{key.name}"]) for key in keys)) for row in rows[:limit]]
    items = [view.model_validate(_view_members(row, view, lang)) for row in rows[:limit]]
    return RegistryPage(items, cursors, cursors[-1] if len(rows) > limit else None)


def _view_members(row: Mapping[Any, Any], view: type[View], lang: str) -> dict[str, Any]:
    """The members of a view, with its name in a language."""
    members = {name: row[name] for name in view.model_fields}
    if members.get("valid_from") == UNKNOWN_FIRST_DAY:
        members["valid_from"] = None
    if "name_en" in members:
        members["name"] = name_in(lang, members["name"], members["name_en"])
    return members


def _valid_on_conditions(target: Table, day: date | None) -> list[ColumnElement[bool]]:
    if day is None:
        return []
    return [
        (target.c.valid_from.is_(None)) | (target.c.valid_from <= day),
        (target.c.valid_to.is_(None)) | (target.c.valid_to > day),
    ]


async def require_agency(connection: AsyncConnection | AsyncSession, code: str | None) -> None:
    """Raise `UnknownReference` for the code of a filter that no agency has; None is no filter."""
    if code is None:
        return
    query = select(AGENCY.c.code).where(AGENCY.c.code == code)
    if (await connection.execute(query)).scalar_one_or_none() is None:
        raise UnknownReference(
            fill("There is no agency `{code}`.", code=code), field="agency", expected="a code of the registry"
        )


def agency_with_descendants(code: ColumnElement[str]) -> ColumnElement[list[str]]:
    """Build the SQL expression for the codes of an agency and of all agencies below it."""
    return func.hub_family(code, type_=ARRAY(Text))


async def has_agencies(connection: AsyncConnection | AsyncSession) -> bool:
    """Return True if the registry has agencies: without one nothing can be written."""
    return bool((await connection.execute(select(select(AGENCY.c.code).exists()))).scalar_one())


async def list_agencies(
    connection: AsyncConnection,
    *,
    valid_on: date | None = None,
    lang: str = VIETNAMESE,
    limit: int,
    cursor: str | None = None,
) -> RegistryPage[AgencyView]:
    """Return a page of agencies, with the codes of their successors."""
    successors = (
        select(
            func.coalesce(
                func.array_agg(aggregate_order_by(AGENCY_SUCCESSOR.c.successor, AGENCY_SUCCESSOR.c.successor)),
                literal_column("'{}'"),
            )
        )
        .where(AGENCY_SUCCESSOR.c.code == AGENCY.c.code)
        .scalar_subquery()
        .label("successors")
    )
    query = select(AGENCY, successors).where(*_valid_on_conditions(AGENCY, valid_on))
    return await _read_page(connection, query, AGENCY, AgencyView, limit=limit, cursor=cursor, lang=lang)


async def list_topics(
    connection: AsyncConnection, *, lang: str = VIETNAMESE, limit: int, cursor: str | None = None
) -> RegistryPage[TopicView]:
    """Return a page of topics."""
    return await _read_page(connection, select(TOPIC), TOPIC, TopicView, limit=limit, cursor=cursor, lang=lang)


async def list_spokespersons(
    connection: AsyncConnection,
    *,
    agency: str | None = None,
    valid_on: date | None = None,
    limit: int,
    cursor: str | None = None,
) -> RegistryPage[SpokespersonView]:
    """Return a page of spokespersons, of one agency or of all. Raises `UnknownReference`."""
    query = select(SPOKESPERSON).where(*_valid_on_conditions(SPOKESPERSON, valid_on))
    if agency is not None:
        query = query.where(SPOKESPERSON.c.agency == agency)
    page = await _read_page(connection, query, SPOKESPERSON, SpokespersonView, limit=limit, cursor=cursor)
    if not page.items:
        await require_agency(connection, agency)
    return page


async def list_places(
    connection: AsyncConnection,
    *,
    valid_on: date | None = None,
    lang: str = VIETNAMESE,
    limit: int,
    cursor: str | None = None,
) -> RegistryPage[PlaceView]:
    """Return a page of administrative units, with their successors."""
    one = func.jsonb_build_object(
        "code",
        PLACE_SUCCESSOR.c.successor,
        "valid_from",
        func.nullif(PLACE_SUCCESSOR.c.successor_from, UNKNOWN_FIRST_DAY),
        "whole",
        PLACE_SUCCESSOR.c.whole,
    )
    successors = (
        select(
            func.coalesce(
                func.jsonb_agg(aggregate_order_by(one, PLACE_SUCCESSOR.c.successor)), literal_column("'[]'::jsonb")
            )
        )
        .where(PLACE_SUCCESSOR.c.code == PLACE.c.code, PLACE_SUCCESSOR.c.valid_from == PLACE.c.valid_from)
        .scalar_subquery()
        .label("successors")
    )
    query = select(PLACE, successors).where(*_valid_on_conditions(PLACE, valid_on))
    return await _read_page(connection, query, PLACE, PlaceView, limit=limit, cursor=cursor, lang=lang)


__all__ = ["PlaceSuccessorView", "RegistryPage", "list_agencies", "list_places", "list_spokespersons", "list_topics"]
