"""Reads of the press watch for editors: figures, the headlines behind them, and bursts with their answers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.content.models import PublishedView
from hub.content.stored_views import parse_view
from hub.db import table
from hub.errors import Forbidden, InvalidInput
from hub.paging import day_part, decode_cursor, encode_cursor, list_digest, moment_part, position_part
from hub.press.answers import AnswerCandidate, AnswerCriteria, answer_deadline, find_first_answer
from hub.press.baseline import TrendSubject
from hub.press.burst_refresh import BURST, BURST_COLUMNS, CODE_COLUMNS, ITEM, ITEM_DAY, BurstRow, days_condition
from hub.press.lexicon import topic_codes
from hub.press.views import (
    BurstAnswer,
    BurstParams,
    BurstState,
    TrendBurst,
    TrendBurstPage,
    TrendFigure,
    TrendItem,
    TrendItemPage,
    TrendItemParams,
    TrendParams,
    TrendPeriod,
    Trends,
    TrendSeries,
    TrendStep,
)
from hub.problem_texts.templates import fill
from hub.registry.hierarchy import Registry
from hub.times import now, today

VIEW = table(PublishedView)

DEFAULT_DAYS = {TrendStep.day: 28, TrendStep.week: 26 * 7}
"""Default range of the figures, in days."""
MAX_DAYS = {TrendStep.day: 100, TrendStep.week: 700}


def require_read(by: Principal) -> None:
    """Require the scope `read:working`, of any agency: headlines belong to no agency. Raises `Forbidden`."""
    if Scope.read_working not in by.scopes:
        raise Forbidden(
            fill("This needs the scope `{read_working}`.", read_working=Scope.read_working),
            expected="a key with the scope read:working",
        )


def resolve_range(first: date | None, last: date | None, *, default_days: int, max_days: int) -> tuple[date, date]:
    """The first and last day of a requested range. Raises `InvalidInput` for an empty or too long range."""
    end = last or today()
    begin = first or end - timedelta(days=default_days - 1)
    if begin > end:
        raise InvalidInput(
            fill("{begin} is after {end}.", begin=begin, end=end),
            field="from",
            expected=fill("a day until {end}", end=end),
        )
    if (end - begin).days >= max_days:
        earliest = end - timedelta(days=max_days - 1)
        raise InvalidInput(
            fill("The range is longer than {max_days} days.", max_days=max_days),
            field="from",
            expected=fill("{earliest} or later", earliest=earliest),
        )
    return begin, end


def _family(known: Registry, by: TrendSubject, code: str) -> list[str]:
    """The codes that a filter by this one includes: its descendants, and the predecessors and successors of a place."""
    family = known.topic_with_descendants(code) if by is TrendSubject.topic else known.place_with_descendants(code)
    return sorted({code, *family})


def _check_codes(known: Registry, topic: str | None, place: str | None) -> None:
    """Raise `UnknownReference` for a code that neither the registry nor the lexicon of the press has."""
    known.check_codes(topic=() if topic in topic_codes() else [topic], place=[place])


def _filter_by_codes(
    query: Select[Any], columns: Any, known: Registry, topic: str | None, place: str | None
) -> Select[Any]:
    if topic is not None:
        query = query.where(columns.topics.overlap(_family(known, TrendSubject.topic, topic)))
    if place is not None:
        query = query.where(columns.places.overlap(_family(known, TrendSubject.place, place)))
    return query


def display_name(known: Registry, by: TrendSubject, code: str) -> str:
    """The current name of a topic or place; its code when the registry no longer has it."""
    return (known.topics.get(code) if by is TrendSubject.topic else known.place_name(code)) or code


async def read_trends(connection: AsyncConnection, known: Registry, params: TrendParams) -> Trends:
    """Read the figures in two statements, whatever the range. Raises `UnknownReference`."""
    _check_codes(known, params.topic, params.place)
    first, last = resolve_range(
        params.from_, params.to, default_days=DEFAULT_DAYS[params.step], max_days=MAX_DAYS[params.step]
    )
    on: Any = ITEM_DAY
    if params.step is TrendStep.week:
        first -= timedelta(days=first.weekday())
        on = func.date_trunc("week", ITEM_DAY).cast(Date)
    counts = select(on.label("on"), func.count().label("items"), func.count(ITEM.c.outlet.distinct()).label("outlets"))
    rows = (await connection.execute(counts.where(days_condition(first, last)).group_by("on").order_by("on"))).all()
    periods = [TrendPeriod(on=row.on, items=row.items, outlets=row.outlets) for row in rows]
    return Trends(
        by=params.by,
        step=params.step,
        first_on=first,
        last_on=last,
        periods=periods,
        series=await _read_series(
            connection, known, params, on, first, last, {each.on: each.items for each in periods}
        ),
    )


async def _read_series(
    connection: AsyncConnection,
    known: Registry,
    params: TrendParams,
    on: Any,
    first: date,
    last: date,
    totals_by_day: dict[date, int],
) -> list[TrendSeries]:
    items = select(on.label("on"), func.unnest(CODE_COLUMNS[params.by]).label("code"), ITEM.c.tone).where(
        days_condition(first, last)
    )
    item = _filter_by_codes(items, ITEM.c, known, params.topic, params.place).subquery()
    tone_counts = [func.count().filter(item.c.tone == tone) for tone in (1, -1, 0)]
    query = select(item.c.on, item.c.code, func.count(), *tone_counts)
    # Of a headline about two topics, only the requested one is counted.
    requested = params.topic if params.by is TrendSubject.topic else params.place
    if requested is not None:
        query = query.where(item.c.code.in_(_family(known, params.by, requested)))
    query = query.group_by(item.c.on, item.c.code).order_by(item.c.on)
    by_topic = params.by is TrendSubject.topic
    found: defaultdict[str, list[TrendFigure]] = defaultdict(list)
    for day, code, count, *tones in await connection.execute(query):
        share = round(count / totals_by_day[day], 5)
        by_tone = dict(zip(("positive", "negative", "balanced"), tones, strict=True))
        found[code].append(TrendFigure(on=day, items=count, share=share, **(by_tone if by_topic else {})))
    totals = {code: sum(figure.items for figure in figures) for code, figures in found.items()}
    return [
        TrendSeries(
            code=code,
            name=display_name(known, params.by, code),
            items=totals[code],
            share=round(totals[code] / sum(totals_by_day.values()), 5),
            figures=found[code],
        )
        for code in sorted(found, key=lambda code: (-totals[code], code))
    ]


def _cursor_name(list_name: str, params: TrendItemParams | BurstParams) -> str:
    return list_digest("press", list_name, params.model_dump(exclude={"limit", "cursor"}))


def item_cursor(params: TrendItemParams, item: TrendItem) -> str:
    """The cursor after a headline of this list."""
    return encode_cursor(_cursor_name("items", params), item.at.isoformat(), item.id)


def burst_cursor(params: BurstParams, burst: TrendBurst) -> str:
    """The cursor after a burst of this list."""
    return encode_cursor(_cursor_name("bursts", params), burst.first_on, burst.id)


async def list_items(connection: AsyncConnection, known: Registry, params: TrendItemParams) -> TrendItemPage:
    """List the headlines behind a figure, newest first. Raises `UnknownReference`."""
    _check_codes(known, params.topic, params.place)
    first, last = resolve_range(params.from_, params.to, default_days=28, max_days=MAX_DAYS[TrendStep.week])
    name = _cursor_name("items", params)
    query = _filter_by_codes(select(ITEM).where(days_condition(first, last)), ITEM.c, known, params.topic, params.place)
    if params.cursor is not None:
        position = decode_cursor(name, params.cursor, moment_part, position_part)
        query = query.where(tuple_(ITEM.c.at, ITEM.c.id) < tuple(position))
    query = query.order_by(ITEM.c.at.desc(), ITEM.c.id.desc()).limit(params.limit + 1)
    rows = (await connection.execute(query)).all()
    own = [each for each in TrendItem.model_fields if each != "time"]
    items = [
        TrendItem(time=row.time_kind, **{each: row._mapping[each] for each in own}) for row in rows[: params.limit]
    ]
    following = item_cursor(params, items[-1]) if len(rows) > params.limit else None
    return TrendItemPage(items=items, next=following)


async def list_bursts(connection: AsyncConnection, known: Registry, params: BurstParams) -> TrendBurstPage:
    """List the bursts that overlap with these days, those that began last first, each with its first answer.

    Raises `UnknownReference`.
    """
    _check_codes(known, params.topic, params.place)
    if params.from_ and params.to and params.from_ > params.to:
        raise InvalidInput(
            fill("{from_} is after {to}.", from_=params.from_, to=params.to),
            field="from",
            expected=fill("until {to}", to=params.to),
        )
    name = _cursor_name("bursts", params)
    query = _filter_by_codes(select(*BURST_COLUMNS), BURST.c, known, params.topic, params.place)
    if params.by is not None:
        query = query.where(BURST.c.kind == params.by.value)
    if params.from_ is not None:
        query = query.where(BURST.c.last_on >= params.from_)
    if params.to is not None:
        query = query.where(BURST.c.first_on <= params.to)
    if params.cursor is not None:
        position = decode_cursor(name, params.cursor, day_part, position_part)
        query = query.where(tuple_(BURST.c.first_on, BURST.c.id) < tuple(position))
    query = query.order_by(BURST.c.first_on.desc(), BURST.c.id.desc()).limit(params.limit + 1)
    rows = [BurstRow(*row) for row in await connection.execute(query)]
    bursts = rows[: params.limit]
    candidates = await _load_candidates(connection, bursts, known)
    moment = now()
    items = [_burst_view(burst, known, candidates, moment) for burst in bursts]
    following = burst_cursor(params, items[-1]) if len(rows) > params.limit else None
    return TrendBurstPage(items=items, next=following)


def _answer_criteria(row: BurstRow, known: Registry) -> AnswerCriteria:
    by = TrendSubject(row.kind)
    other, company = (TrendSubject.place, row.places) if by is TrendSubject.topic else (TrendSubject.topic, row.topics)
    return AnswerCriteria(
        by=by,
        subject=frozenset(_family(known, by, row.subject)),
        company=frozenset(code for each in company for code in _family(known, other, each)),
        phrases=frozenset(row.phrases),
        began_at=row.began_at,
        deadline=answer_deadline(row.last_on),
    )


async def _load_candidates(
    connection: AsyncConnection, bursts: Sequence[BurstRow], known: Registry
) -> list[AnswerCandidate]:
    """Load the live statements and bulletins that may answer one of these bursts, in one statement."""
    if not bursts:
        return []
    criteria = [_answer_criteria(burst, known) for burst in bursts]
    topics = {code for each in criteria for code in (each.subject if each.by is TrendSubject.topic else each.company)}
    places = {code for each in criteria for code in (each.subject if each.by is TrendSubject.place else each.company)}
    query = select(VIEW.c.document_id, VIEW.c.kind, VIEW.c.topics, VIEW.c.places, VIEW.c.published_at, VIEW.c.card)
    query = query.where(
        VIEW.c.seq_to.is_(None),
        VIEW.c.state == "live",
        VIEW.c.kind.in_(("statement", "bulletin")),
        VIEW.c.published_at >= min(each.began_at for each in criteria),
        VIEW.c.published_at < max(each.deadline for each in criteria),
        or_(VIEW.c.topics.overlap(sorted(topics)), VIEW.c.places.overlap(sorted(places))),
    )
    parsed = ((row, parse_view(row.card, row.document_id, "press")) for row in await connection.execute(query))
    return [_answer_candidate(*row[:-1], card) for row, card in parsed if card is not None]


def _answer_candidate(
    id_: UUID, kind: str, topics: Sequence[str], places: Sequence[str], published_at: datetime, texts: dict[str, Any]
) -> AnswerCandidate:
    parts = (texts.get(name) for name in ("title", "summary", "lead", "occasion"))
    return AnswerCandidate(
        id=id_,
        kind=kind,
        title=texts["title"],
        text=". ".join(part for part in parts if part),
        topics=frozenset(topics),
        places=frozenset(places),
        published_at=published_at,
    )


def _burst_view(row: BurstRow, known: Registry, candidates: Sequence[AnswerCandidate], moment: datetime) -> TrendBurst:
    found = find_first_answer(_answer_criteria(row, known), candidates)
    answer = None
    if found is not None:
        one, because = found
        answer = BurstAnswer(
            id=one.id,
            kind=one.kind,
            title=one.title,
            published_at=one.published_at,
            after_hours=_hours(one.published_at - row.began_at),
            because=list(because),
        )
    own = ("id", "first_on", "last_on", "peak_on", "over", "expected", "score", "outlets", "phrases", "topics")
    return TrendBurst(
        by=TrendSubject(row.kind),
        code=row.subject,
        name=display_name(known, TrendSubject(row.kind), row.subject),
        items=row.observed,
        places=row.places,
        began_at=row.began_at,
        state=BurstState.open if answer is None else BurstState.answered,
        open_hours=None if answer else _hours(moment - row.began_at),
        answer=answer,
        **{each: getattr(row, each) for each in own},
    )


def _hours(duration: timedelta) -> float:
    return round(duration / timedelta(hours=1), 1)
