"""Reads of inquiries of the press, for editors of the agencies that were asked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.clocks.queries import CLOCK, IS_OPEN, read_clocks
from hub.clocks.views import ClockView
from hub.db import table
from hub.domain.working_days import TermDoubt
from hub.errors import Forbidden, NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, moment_part, uuid_part
from hub.press_inquiries.models import PressInquiry
from hub.press_inquiries.views import InquiryState, PressInquiryPage, PressInquiryParams, PressInquiryView
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency

INQUIRY = table(PressInquiry)
KIND = "press_inquiry"
"""Kind of the subject of its clocks."""
ANSWER_RULE, FIRST_WORD_RULE = "press.answer", "press.first_word"
"""Rules of the terms to answer, and to say a first word on an incident."""

_STATES: Mapping[InquiryState, ColumnElement[bool]] = {
    InquiryState.open: and_(INQUIRY.c.answered_at.is_(None), INQUIRY.c.closed_at.is_(None)),
    InquiryState.answered: INQUIRY.c.answered_at.is_not(None),
    InquiryState.closed: INQUIRY.c.closed_at.is_not(None),
}
_STORED = frozenset(PressInquiryView.model_fields) - {"state", "document", "clocks", "doubts"}


def require_reader(by: Principal, agency: str | None) -> None:
    """Require the scope `read:working`, for one agency or at all. Raises `Forbidden`."""
    if agency is not None:
        by.require(Scope.read_working, agency)
    elif Scope.read_working not in by.scopes:
        raise Forbidden(
            fill("This requires the scope `{read_working}`.", read_working=Scope.read_working),
            expected="a key with this scope",
        )


async def list_inquiries(connection: AsyncConnection, by: Principal, params: PressInquiryParams) -> PressInquiryPage:
    """Read the inquiries to the agencies of a principal, asked last first: two statements.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    await require_agency(connection, params.agency)
    require_reader(by, params.agency)
    name = inquiries_digest(params)
    query = select(INQUIRY).where(INQUIRY.c.agency.in_([params.agency] if params.agency else sorted(by.agencies)))
    if params.state is not None:
        query = query.where(_STATES[params.state])
    if params.overdue is not None:
        overdue = exists().where(
            CLOCK.c.subject_kind == KIND,
            CLOCK.c.subject_id == INQUIRY.c.id,
            IS_OPEN,
            CLOCK.c.due_at <= func.clock_timestamp(),
        )
        query = query.where(overdue if params.overdue else ~overdue)
    if params.cursor is not None:
        there = decode_cursor(name, params.cursor, moment_part, uuid_part)
        query = query.where(tuple_(INQUIRY.c.asked_at, INQUIRY.c.id) < tuple_(*there))
    query = query.order_by(INQUIRY.c.asked_at.desc(), INQUIRY.c.id.desc()).limit(params.limit + 1)
    items = await _views(connection, query)
    kept = items[: params.limit]
    return PressInquiryPage(items=kept, next=inquiry_cursor(name, kept[-1]) if len(items) > params.limit else None)


async def read_inquiry(connection: AsyncConnection | AsyncSession, by: Principal, inquiry: UUID) -> PressInquiryView:
    """Read an inquiry to an agency of the principal. Raises `Forbidden` or `NotFound`."""
    require_reader(by, None)
    return await read_inquiry_unchecked(connection, by, inquiry)


async def read_inquiry_unchecked(
    connection: AsyncConnection | AsyncSession, by: Principal, inquiry: UUID
) -> PressInquiryView:
    """Read an inquiry to an agency of the principal, whatever its scopes. Raises `NotFound`."""
    found = await _views(
        connection, select(INQUIRY).where(INQUIRY.c.id == inquiry, INQUIRY.c.agency.in_(sorted(by.agencies)))
    )
    if not found:
        raise NotFound("There is no inquiry with this id.", field="id")
    return found[0]


def inquiries_digest(params: PressInquiryParams) -> str:
    """The digest of a list of inquiries."""
    return list_digest("press-inquiries", **params.model_dump(mode="json", exclude={"limit", "cursor"}))


def inquiry_cursor(name: str, item: PressInquiryView) -> str:
    """The cursor of an inquiry in its list."""
    return encode_cursor(name, item.asked_at.isoformat(), str(item.id))


async def _views(connection: AsyncConnection | AsyncSession, query: Select[Any]) -> list[PressInquiryView]:
    rows = (await connection.execute(query)).mappings().all()
    clocks = await read_clocks(connection, KIND, [row["id"] for row in rows])
    return [_view(row, clocks[row["id"]]) for row in rows]


def _view(row: Mapping[Any, Any], clocks: list[ClockView]) -> PressInquiryView:
    started = {clock.rule for clock in clocks}
    expected = {ANSWER_RULE} | ({FIRST_WORD_RULE} if row["incident_at"] is not None else set())
    state = InquiryState.open
    if row["answered_at"] is not None or row["closed_at"] is not None:
        state = InquiryState.answered if row["closed_at"] is None else InquiryState.closed
    return PressInquiryView(
        **{name: row[name] for name in _STORED},
        state=state,
        document=row["document_id"],
        clocks=clocks,
        doubts=[] if expected <= started else [TermDoubt.no_rule],
    )
