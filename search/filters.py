"""Filters, facets and sort columns of a search for each engine. Pure, side by side so that they stay the same.

Days are compared as numbers (20261124) in the Meilisearch index and as dates in Postgres. An unknown day is `null` in
the index, which no comparison matches, and NULL in Postgres, which behaves the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hub.domain.kinds import KINDS
from hub.domain.kinds.draft import ConsultationState
from hub.search.filters import SearchSort
from hub.search.port import SearchQuery

_CODE_SETS = {"agencies": "agency", "issuers": "issuers", "topics": "topics", "places": "places"}
"""Members of `EngineFilters` that hold codes, with the member of the indexed documents (and column of the views)."""

FACETS = {
    "kind": "kind",
    "agency": "agency",
    "issuer": "issuers",
    "topic": "topics",
    "type": "type",
    "place": "places",
    "year": "year",
    "high_impact": "high_impact",
    "channel": "channels",
    "priority": "priority",
    "consultation": "consultation",
    "in_force_on": "in_force",
}
"""Facets by the name of the API's filter, with the member of the indexed documents."""


@dataclass(frozen=True)
class DateOrder:
    """The member of the indexed documents, and column of the views, that an order by date sorts by; unknown last."""

    column: str
    descending: bool


DATE_ORDERS = {
    SearchSort.published_desc: DateOrder("published_at", True),
    SearchSort.issued_desc: DateOrder("issued_on", True),
    SearchSort.closes_asc: DateOrder("closes_at", False),
}
"""Orders by date. Ties are broken by publication, newest first, then by id.

Ordering by date only makes sense among documents that truly match: the many that share one common word with the query
would come first only because they are new. So both engines require every word; a match by typo is sorted by its date
like all others.
"""

CLOSES_SQL = "COALESCE(closes_at, '9999-12-31 00:00:00+00'::timestamptz)"
"""The end of the consultation as the index of drafts has it: those without one come last."""

CONSULTATION_SQL = """CASE WHEN closes_at <= CAST(:moment AS timestamptz) THEN 'closed'
    WHEN opens_at > CAST(:moment AS timestamptz) THEN 'upcoming' WHEN opens_at IS NOT NULL THEN 'open' END"""
IN_FORCE_SQL = """CASE WHEN effective_on <= CAST(:day AS date)
    AND (expires_on IS NULL OR expires_on > CAST(:day AS date)) THEN 'true' END"""
"""An item's status on `:day`, and that of its consultation at `:moment`, from the columns of its view.

`search.meilisearch.documents` computes the same.
"""

LAPSED_SQL = """(v.expires_on <= CAST(:day AS date) OR EXISTS (
        SELECT FROM published_relation r JOIN published_view later ON later.document_id = r.document_id
            AND later.lang = r.lang AND later.seq_to IS NULL AND later.state = 'live'
        WHERE r.target_id = v.document_id AND r.document_id <> v.document_id AND r.type = 'replaces'
            AND later.effective_on <= CAST(:day AS date)))"""
"""True for a view `v` that is no longer in force on `:day`: expired, or replaced by a document in effect.

It is read with each answer rather than indexed: a replacement changes nothing in the document it replaces.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_number(day: date) -> int:
    """Convert a day to the number that the index holds: 20261124."""
    return day.year * 10_000 + day.month * 100 + day.day


def moment_number(moment: datetime) -> int:
    """Convert a moment to the number that the index holds: milliseconds from 1970 on."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def quote(value: str) -> str:
    """Quote a value for a Meilisearch filter."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def in_filter(member: str, values: Iterable[object]) -> str:
    """Build the Meilisearch filter for a member that holds one of these values."""
    return f"{member} IN [{', '.join(quote(str(value)) for value in values)}]"


def meili_filters(query: SearchQuery) -> list[str]:
    """Build the Meilisearch filters of a search; all must hold."""
    filters = query.filters
    conditions = [f"kind = {quote(query.kind)}"] if query.kind else []
    for name, member in _CODE_SETS.items():
        if (codes := getattr(filters, name)) is not None:
            conditions.append(in_filter(member, codes))
    if filters.type is not None:
        conditions.append(f"type = {quote(filters.type)}")
    if filters.year is not None:
        conditions.append(f"year = {filters.year}")
    if filters.high_impact is not None:
        conditions.append(f"high_impact = {str(filters.high_impact).lower()}")
    if filters.channel is not None:
        conditions.append(f"channels = {quote(filters.channel)}")
    if filters.priority is not None:
        conditions.append(f"priority = {quote(filters.priority)}")
    if filters.issued_from is not None:
        conditions.append(f"issued_on >= {day_number(filters.issued_from)}")
    if filters.issued_to is not None:
        conditions.append(f"issued_on <= {day_number(filters.issued_to)}")
    if filters.in_force_on is not None:
        day = day_number(filters.in_force_on)
        conditions += [f"effective_on <= {day}", f"expires_on IS NULL OR expires_on > {day}"]
    if filters.replaced:
        conditions.append(f"NOT {in_filter('document_id', filters.replaced)}")
    if filters.consultation is not None and filters.moment is not None:
        moment = moment_number(filters.moment)
        conditions += {
            ConsultationState.open: [f"opens_at <= {moment}", f"closes_at > {moment}"],
            ConsultationState.upcoming: [f"opens_at > {moment}", f"closes_at > {moment}"],
            ConsultationState.closed: [f"closes_at <= {moment}"],
        }[filters.consultation]
    if filters.closes_by is not None:
        conditions.append(f"closes_at <= {moment_number(filters.closes_by)}")
    return conditions


_MEMBERS_OF_KINDS: dict[str, tuple[str, ...]] = {
    "issuers": ("issuers", "drafting_agency"),
    "type": ("type",),
    "in_force_on": ("effective_on",),
    "consultation": ("consultation",),
    "closes_by": ("consultation",),
    "channel": ("channels",),
    "priority": ("priority",),
}
"""Members of `EngineFilters` that items match by a member of their view, of which a kind has at least one."""


def matching_kinds(query: SearchQuery) -> tuple[str, ...]:
    """Return the kinds of content that can match the filters of a search: those whose views have what is filtered."""
    members = [names for name, names in _MEMBERS_OF_KINDS.items() if getattr(query.filters, name) is not None]
    if query.filters.high_impact:
        members.append(("high_impact",))
    return tuple(
        kind.name
        for kind in KINDS.values()
        if query.kind in (None, kind.name)
        and all(any(name in kind.full.model_fields for name in names) for names in members)
    )


def postgres_conditions(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """Build the same filters as conditions on `published_view`, each beginning with ` AND `, with their values (`f_…`).

    The text depends only on which filters are given, so there are few different statements.
    """
    filters = query.filters
    conditions: list[tuple[str, dict[str, Any]]] = []
    if query.kind:
        conditions.append(("kind = :f_kind", {"f_kind": str(query.kind)}))
    for name, column in _CODE_SETS.items():
        if (codes := getattr(filters, name)) is not None:
            listed = f"CAST(:f_{name} AS text[])"
            condition = f"{column} = ANY({listed})" if column == "agency" else f"{column} && {listed}"
            conditions.append((condition, {f"f_{name}": list(codes)}))
    if filters.type is not None:
        conditions.append(("doc_type = :f_type", {"f_type": filters.type}))
    if filters.year is not None:
        first, last = date(filters.year, 1, 1), date(filters.year, 12, 31)
        conditions.append(("issued_on BETWEEN :f_first AND :f_last", {"f_first": first, "f_last": last}))
    if filters.high_impact is not None:
        # Not compared with a value, so that the index of items with a high impact fits.
        conditions.append(("high_impact" if filters.high_impact else "NOT high_impact", {}))
    if filters.channel is not None:
        conditions.append(
            ("priority IS NOT NULL AND channels @> ARRAY[CAST(:f_channel AS text)]", {"f_channel": filters.channel})
        )
    if filters.priority is not None:
        conditions.append(("priority = :f_priority", {"f_priority": filters.priority}))
    if filters.issued_from is not None:
        conditions.append(("issued_on >= :f_from", {"f_from": filters.issued_from}))
    if filters.issued_to is not None:
        conditions.append(("issued_on <= :f_to", {"f_to": filters.issued_to}))
    if filters.in_force_on is not None:
        condition = "effective_on <= :f_force AND (expires_on IS NULL OR expires_on > :f_force)"
        conditions.append((condition, {"f_force": filters.in_force_on}))
    if filters.replaced:
        conditions.append(("document_id <> ALL(CAST(:f_replaced AS uuid[]))", {"f_replaced": list(filters.replaced)}))
    if filters.consultation is not None and filters.moment is not None:
        condition = {
            ConsultationState.open: f"{CLOSES_SQL} > :f_moment AND opens_at <= :f_moment",
            ConsultationState.upcoming: f"{CLOSES_SQL} > :f_moment AND opens_at > :f_moment",
            ConsultationState.closed: f"{CLOSES_SQL} <= :f_moment",
        }[filters.consultation]
        conditions.append((condition, {"f_moment": filters.moment}))
    if filters.closes_by is not None:
        conditions.append((f"{CLOSES_SQL} <= :f_closes", {"f_closes": filters.closes_by}))
    values: dict[str, Any] = {}
    for _, given in conditions:
        values |= given
    return "".join(f" AND {condition}" for condition, _ in conditions), values
