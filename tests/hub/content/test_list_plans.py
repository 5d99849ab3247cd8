"""Plans of lists: filters and orders that few items match or that many tie in are read from an index, never sorted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from hub.content.filter_expansion import ExpandedFilters
from hub.content.queries import list_views
from hub.db import Database
from hub.domain.filters import DraftSort, Filters, Sort
from hub.domain.kinds.bulletin import Channel, Priority
from hub.domain.now import ConsultationState
from hub.times import today
from tests.support import contents
from tests.support.servers import Publish

COPIES = 4_000

_COPY = """
    INSERT INTO published_view (document_id, edition_id, kind, lang, state, seq_from, schema_version, card, "full",
        sha256, agency, issuers, topics, places, doc_type, title_key, issued_on, opens_on, closes_on, high_impact,
        channels, priority, edition, update_type, published_at, modified_at)
    SELECT gen_random_uuid(), edition_id, kind, lang, state, seq_from, schema_version, card, "full", sha256, agency,
        issuers, topics, places, doc_type, title_key || n, issued_on - n % 50,
        CAST(:day AS date) - n, CAST(:day AS date) - n + 30, n % 500 = 0,
        CASE WHEN n % 500 = 0 THEN ARRAY['radio'] ELSE channels END,
        CASE WHEN kind = 'bulletin' THEN CASE WHEN n % 500 = 0 THEN 'urgent' ELSE priority END END, edition,
        update_type, published_at - n * interval '1 minute', modified_at - n % 50 * interval '1 day'
    FROM published_view, generate_series(1, :copies) AS n WHERE seq_to IS NULL
"""


@pytest.fixture
async def many(database: Database, publish_edition: Publish) -> None:
    for kind in ("draft", "bulletin", "policy"):
        await publish_edition(kind, contents.MADE[kind]())
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(_COPY), {"day": today() + timedelta(20), "copies": COPIES})
    async with database.write() as session:
        await session.execute(text("ANALYZE published_view"))


async def plan(database: Database, kind: str, sort: Sort | DraftSort, filters: Filters, cursor: str | None) -> str:
    """Return the plan of a list's statement, as the list sends it."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        sent.append((statement, parameters))

    async with database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await list_views(
            connection,
            kind,
            filters,
            expanded=ExpandedFilters(),
            lang="vi",
            sort=sort,
            limit=20,
            cursor=cursor,
        )
        statement, parameters = sent[-1]
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in rows)


@pytest.mark.usefixtures("many")
async def test_filters_and_orders_of_lists_are_read_from_their_index(database: Database) -> None:
    for kind, sort, filters, index in (
        ("draft", DraftSort.closes_asc, Filters(), "closes"),
        ("draft", DraftSort.closes_desc, Filters(), "closed"),
        ("draft", DraftSort.closes_asc, Filters(consultation=ConsultationState.open), "closes"),
        ("draft", DraftSort.closes_desc, Filters(consultation=ConsultationState.closed), "closed"),
        ("draft", DraftSort.published_desc, Filters(high_impact=True), "high_impact"),
        ("policy", Sort.issued_desc, Filters(), "issued"),
        ("policy", Sort.issued_asc, Filters(), "issued"),
        ("policy", Sort.modified_desc, Filters(), "modified"),
        ("policy", Sort.title_asc, Filters(), "title"),
        ("bulletin", Sort.published_desc, Filters(priority=Priority.urgent), "priority"),
        ("bulletin", Sort.published_desc, Filters(channel=Channel.radio), "channels"),
    ):
        cursor = None
        for page in (1, 2):
            found = await plan(database, kind, sort, filters, cursor)
            assert f"ix_published_view_{index}" in found, (kind, sort, filters, page, found)
            if index not in ("channels",) and sort is not Sort.issued_asc:
                assert "Sort" not in found, (kind, sort, filters, page, found)
            async with database.read() as connection:
                first = await list_views(
                    connection, kind, filters, expanded=ExpandedFilters(), lang="vi", sort=sort, limit=5
                )
            cursor = first.next
