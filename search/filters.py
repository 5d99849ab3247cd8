"""A search's filters in the words of each engine: pure, and side by side so that they stay the same.

Days are compared as numbers (20261124) in the index and as dates in Postgres. A day that is not known is `null` in
the index, which no comparison meets, and NULL in Postgres, the same.
"""

from datetime import date
from typing import Any

from hub.search.filters import Consultation
from hub.search.port import SearchQuery
from search.meilisearch.client import quote

_CODE_SETS = {"agencies": "agency", "issuers": "issuers", "topics": "topics", "places": "places"}
"""Members of `Narrow` that hold codes, with the member of the indexed documents (and column of the views)."""


CONSULTATION_SQL = """CASE WHEN opens_on > CAST(:day AS date) THEN 'upcoming'
    WHEN closes_on < CAST(:day AS date) THEN 'closed' WHEN opens_on IS NOT NULL THEN 'open' END"""
IN_FORCE_SQL = """CASE WHEN effective_on <= CAST(:day AS date)
    AND (expires_on IS NULL OR expires_on > CAST(:day AS date)) THEN 'true' END"""
"""Where an item stands on `:day`, from the columns of its view; the index is told by `search.meilisearch.documents`."""


def day_number(day: date) -> int:
    """A day as the index holds it."""
    return day.year * 10_000 + day.month * 100 + day.day


def in_filter(member: str, values: object) -> str:
    """A member that holds one of these values."""
    return f"{member} IN [{', '.join(quote(str(value)) for value in values)}]"  # type: ignore[attr-defined]


def meili_filters(query: SearchQuery) -> list[str]:
    """What the index is asked beside the words; all must hold."""
    narrow = query.filters
    found = [f"kind = {quote(query.kind)}"] if query.kind else []
    for name, member in _CODE_SETS.items():
        if (codes := getattr(narrow, name)) is not None:
            found.append(in_filter(member, codes))
    if narrow.type is not None:
        found.append(f"type = {quote(narrow.type)}")
    if narrow.year is not None:
        found.append(f"year = {narrow.year}")
    if narrow.high_impact is not None:
        found.append(f"high_impact = {str(narrow.high_impact).lower()}")
    if narrow.issued_from is not None:
        found.append(f"issued_on >= {day_number(narrow.issued_from)}")
    if narrow.issued_to is not None:
        found.append(f"issued_on <= {day_number(narrow.issued_to)}")
    if narrow.in_force_on is not None:
        day = day_number(narrow.in_force_on)
        found += [f"effective_on <= {day}", f"expires_on IS NULL OR expires_on > {day}"]
    if narrow.replaced:
        found.append(f"NOT {in_filter('document_id', narrow.replaced)}")
    if narrow.consultation is not None and narrow.today is not None:
        day = day_number(narrow.today)
        found += {
            Consultation.open: [f"opens_on <= {day}", f"closes_on >= {day}"],
            Consultation.upcoming: [f"opens_on > {day}"],
            Consultation.closed: [f"closes_on < {day}"],
        }[narrow.consultation]
    return found


def postgres_conditions(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """The same as conditions on `published_view`, each beginning with ` AND `, and the values they name (`f_…`).

    The text depends only on which filters are given, so there are few different statements.
    """
    narrow = query.filters
    asked: list[tuple[str, dict[str, Any]]] = []
    if query.kind:
        asked.append(("kind = :f_kind", {"f_kind": str(query.kind)}))
    for name, column in _CODE_SETS.items():
        if (codes := getattr(narrow, name)) is not None:
            listed = f"CAST(:f_{name} AS text[])"
            condition = f"{column} = ANY({listed})" if column == "agency" else f"{column} && {listed}"
            asked.append((condition, {f"f_{name}": list(codes)}))
    if narrow.type is not None:
        asked.append(("doc_type = :f_type", {"f_type": narrow.type}))
    if narrow.year is not None:
        first, last = date(narrow.year, 1, 1), date(narrow.year, 12, 31)
        asked.append(("issued_on BETWEEN :f_first AND :f_last", {"f_first": first, "f_last": last}))
    if narrow.high_impact is not None:
        asked.append(("high_impact = :f_high", {"f_high": narrow.high_impact}))
    if narrow.issued_from is not None:
        asked.append(("issued_on >= :f_from", {"f_from": narrow.issued_from}))
    if narrow.issued_to is not None:
        asked.append(("issued_on <= :f_to", {"f_to": narrow.issued_to}))
    if narrow.in_force_on is not None:
        condition = "effective_on <= :f_force AND (expires_on IS NULL OR expires_on > :f_force)"
        asked.append((condition, {"f_force": narrow.in_force_on}))
    if narrow.replaced:
        asked.append(("document_id <> ALL(CAST(:f_replaced AS uuid[]))", {"f_replaced": list(narrow.replaced)}))
    if narrow.consultation is not None and narrow.today is not None:
        condition = {
            Consultation.open: "opens_on <= :f_today AND closes_on >= :f_today",
            Consultation.upcoming: "opens_on > :f_today",
            Consultation.closed: "closes_on < :f_today",
        }[narrow.consultation]
        asked.append((condition, {"f_today": narrow.today}))
    values: dict[str, Any] = {}
    for _, named in asked:
        values |= named
    return "".join(f" AND {condition}" for condition, _ in asked), values
