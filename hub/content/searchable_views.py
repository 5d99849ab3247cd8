"""The items that a search found, as they are public now: one statement."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from hub.content.as_of import currently_open
from hub.content.fixed_statements import FixedStatement, ReadSource, execute_built, fix_statement
from hub.content.language_fallback import best_language
from hub.content.now import current_members, now_columns
from hub.content.view_facts import read_facts
from hub.content.visibility import SEARCHED_STATES, VIEW, ViewRow
from hub.db import Database
from hub.times import day_of, now


def _select_found(ids: Sequence[UUID], lang: str, day: date, text: bool) -> Select[Any]:
    """Compose the statement of the items that a search found."""
    payload = VIEW.c.full if text else VIEW.c.card
    query = select(VIEW.c.document_id, VIEW.c.kind, VIEW.c.lang, VIEW.c.seq_from, payload.label("json"))
    return query.add_columns(*now_columns(day)).where(
        VIEW.c.document_id == func.any(literal(ids, ARRAY(Uuid))),
        currently_open(VIEW),
        VIEW.c.state.in_(SEARCHED_STATES),
        best_language(lang),
    )


@lru_cache(maxsize=2)
def _fix_found(text: bool) -> FixedStatement:
    stand_ins: dict[str, Any] = {"ids": [UUID(int=1_000_003)], "lang": "\ue000lang", "day": date(1, 2, 2)}
    return fix_statement(_select_found(**stand_ins, text=text), stand_ins)


async def get_searchable_views(
    source: ReadSource, ids: Sequence[UUID], *, lang: str, text: bool = False
) -> dict[UUID, ViewRow]:
    """Return those of the documents that a search may show now, by id, with the facts of today, in one statement."""
    if not ids:
        return {}
    moment, given = now(), list(ids)
    rows: Sequence[Any]
    if isinstance(source, Database):
        rows = await _fix_found(text).fetch(source, {"ids": given, "lang": lang, "day": day_of(moment)})
    else:
        rows = await execute_built(source, _select_found(given, lang, day_of(moment), text))
    return {
        row.document_id: ViewRow(
            row.document_id,
            row.kind,
            row.lang,
            row.seq_from,
            row.json,
            beside=current_members(row, facts, moment),
            eli=facts.eli,
        )
        for row in rows
        if (facts := read_facts(row.json, row.document_id, "search", full=text)) is not None
    }
