"""Calendar of consultations on drafts (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import ENTRY, currently_open
from hub.content.filter_expansion import ExpandedFilters
from hub.content.language_fallback import best_language
from hub.content.queries import filter_conditions
from hub.content.sort_order import CLOSES_FIRST
from hub.content.stored_views import parse_view, render_view
from hub.content.visibility import VIEW
from hub.domain.consultations import ConsultationStage, first_day, last_day
from hub.domain.filters import Filters
from hub.domain.kinds.draft import DRAFT
from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.feeds.queries import PAST_VIEW, SHOWN_STATES
from hub.i18n.catalogues import translate
from hub.times import midnight
from hub.web.public_urls import page_path, urn

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
MAX_EVENTS = 1_000
"""Maximum number of events: the latest ones."""
_TAKEN_AWAY = [
    state
    for state in DocumentState
    if state not in SHOWN_STATES and SHOWS[state][Surface.feed] is not Visibility.nothing
]
PAST_DAYS = 365
"""Days for which a consultation stays in the calendar after its end."""


@dataclass(frozen=True)
class CalendarConsultation:
    """A consultation with the JSON of its draft's card, or one that is cancelled."""

    document_id: UUID
    lang: str
    sequence: int
    at: datetime
    opens_on: date
    closes_on: date
    json: bytes | None
    is_cancelled: bool


async def read_consultations(
    connection: AsyncConnection, filters: Filters, expanded: ExpandedFilters, *, lang: str, today: date
) -> list[CalendarConsultation]:
    """Read consultations on drafts, latest end first: one statement.

    A consultation is cancelled if it was dropped, or if its draft was withdrawn, is gone, was redirected, or no
    longer matches the filters.
    """
    # Drafts that match and are shown have their end in an index; the others are few, or were found by what they were.
    wanted = func.coalesce(and_(VIEW.c.opens_at.is_not(None), *filter_conditions(filters, expanded)), False)
    was = (
        PAST_VIEW.c.kind == DRAFT.name,
        PAST_VIEW.c.seq_to.is_not(None),
        PAST_VIEW.c.state.in_(SHOWN_STATES),
        PAST_VIEW.c.opens_at.is_not(None),
        *filter_conditions(filters, expanded, PAST_VIEW),
    )
    earlier = (
        select(PAST_VIEW.c.opens_at, PAST_VIEW.c.closes_at)
        .where(PAST_VIEW.c.document_id == VIEW.c.document_id, *was)
        .order_by(PAST_VIEW.c.seq_from.desc())
        .limit(1)
        .lateral("earlier")
    )
    first_end = midnight(today - timedelta(days=PAST_DAYS))
    of_drafts = VIEW.c.kind == literal(DRAFT.name, literal_execute=True)
    is_listed = VIEW.c.state == literal(DocumentState.live.value, literal_execute=True)
    current = (
        _select_rows(true(), VIEW.c.opens_at, VIEW.c.closes_at)
        .select_from(VIEW.join(ENTRY, ENTRY.c.seq == VIEW.c.seq_from))
        .where(of_drafts, is_listed, currently_open(VIEW), best_language(lang))
        .where(first_end < CLOSES_FIRST, VIEW.c.opens_at.is_not(None), *filter_conditions(filters, expanded))
        .order_by(CLOSES_FIRST.desc(), VIEW.c.document_id)
        .limit(MAX_EVENTS)
    )
    opens_at = case((wanted, VIEW.c.opens_at), else_=earlier.c.opens_at)
    closes_at = case((wanted, VIEW.c.closes_at), else_=earlier.c.closes_at)
    others = (
        _select_rows(false(), opens_at, closes_at)
        .select_from(VIEW.join(ENTRY, ENTRY.c.seq == VIEW.c.seq_from).outerjoin(earlier, true()))
        .where(VIEW.c.kind == DRAFT.name, currently_open(VIEW), best_language(lang), closes_at > first_end)
    )
    left = others.where(VIEW.c.state.in_(SHOWN_STATES), ~wanted, VIEW.c.document_id.in_(_select_ids(was)))
    taken_away = others.where(VIEW.c.state.in_(_TAKEN_AWAY))
    found = union_all(*(select(part.subquery()) for part in (current, left, taken_away))).subquery("found")
    query = select(found).order_by(found.c.closes_at.desc(), found.c.document_id).limit(MAX_EVENTS)
    rows = (await connection.execute(query)).all()
    return [
        CalendarConsultation(
            row.document_id,
            row.lang,
            row.sequence,
            row.at,
            first_day(row.opens_at),
            last_day(row.closes_at),
            row.json,
            row.is_cancelled,
        )
        for row in rows
    ]


def _select_rows(
    is_shown: ColumnElement[bool], opens_at: ColumnElement[datetime], closes_at: ColumnElement[datetime]
) -> Select[Any]:
    """Select the columns of a calendar's row."""
    shown = and_(is_shown, ~func.coalesce(VIEW.c.consultation_stage == ConsultationStage.dropped, False))
    # Both only grow, so their sum grows with every change of either.
    sequence = VIEW.c.seq_from + func.coalesce(VIEW.c.consultation_version, 0)
    return select(
        VIEW.c.document_id,
        VIEW.c.lang,
        sequence.label("sequence"),
        ENTRY.c.at,
        opens_at.label("opens_at"),
        closes_at.label("closes_at"),
        case((shown, VIEW.c.card)).label("json"),
        (~shown).label("is_cancelled"),
    )


def _select_ids(conditions: Sequence[ColumnElement[bool]]) -> Select[tuple[UUID]]:
    return select(PAST_VIEW.c.document_id).where(*conditions)


def render_calendar(found: Sequence[CalendarConsultation], *, base: str, source: str, lang: str) -> bytes:
    """Render the calendar. Events are whole days in Việt Nam and keep their UID; `SEQUENCE` grows."""
    from icalendar import Calendar  # large, and seldom asked for

    calendar = Calendar()
    for name, value in (
        ("prodid", "-//policy-hub//consultations//VI"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", translate(lang, "feeds.calendar")),
        ("x-wr-calname", translate(lang, "feeds.calendar")),
        ("x-wr-timezone", "Asia/Ho_Chi_Minh"),
        ("url", source),
    ):
        calendar.add(name, value)
    calendar.add("refresh-interval", timedelta(hours=1), {"VALUE": "DURATION"})
    calendar.add("source", source, {"VALUE": "URI"})
    for consultation in found:
        event = render_view(
            consultation.document_id,
            "calendar",
            partial(_event, consultation, base, lang),
            partial(_plain_event, consultation, base, lang),
        )
        if event is not None:
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _plain_event(one: CalendarConsultation, base: str, lang: str) -> Event:
    """Build the event of a consultation whose draft cannot be rendered: its days and its link."""
    event = _whole_days(one, base)
    event.add("status", "CONFIRMED")
    event.add("summary", translate(lang, "document.consultation"))
    return event


def _whole_days(one: CalendarConsultation, base: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", urn(one.document_id))
    event.add("sequence", one.sequence)
    for name in ("dtstamp", "last-modified"):
        event.add(name, one.at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", one.opens_on)
    # The end of an all-day event is exclusive: the day after its last day.
    event.add("dtend", one.closes_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", base + page_path(one.document_id))
    return event


def _event(one: CalendarConsultation, base: str, lang: str) -> Event:
    event = _whole_days(one, base)
    if one.is_cancelled:
        event.add("status", "CANCELLED")
        event.add("summary", f"{translate(lang, 'feeds.cancelled')}: {translate(lang, 'document.consultation')}")
        return event
    draft = parse_view(one.json, one.document_id, "calendar")
    if draft is None:
        return _plain_event(one, base, lang)
    # An edition may leave the window out; what was announced stands.
    window = draft["consultation"] or {}
    event.add("status", "CONFIRMED")
    event.add("summary", f"{translate(one.lang, 'document.consultation')}: {draft['title']}", {"LANGUAGE": one.lang})
    about = [draft["summary"], draft["agency"]["name"], window.get("url"), base + page_path(one.document_id)]
    event.add("description", "\n\n".join(part for part in about if part))
    if window.get("contact"):
        event.add("contact", window["contact"])
    if draft["topics"]:
        event.add("categories", [topic["name"] for topic in draft["topics"]])
    return event
