"""Plans of lists: filters and orders that few items match or that many tie in are read from an index, never sorted."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.filter_expansion import ExpandedFilters
from hub.content.queries import list_views
from hub.db import Database
from hub.domain.filters import DraftSort, Filters, Sort
from hub.domain.kinds.bulletin import Channel, Priority
from hub.domain.kinds.draft import ConsultationState
from hub.search.facets import _read_spellings
from hub.search.filters import EngineFilters, SearchSort
from hub.search.port import SearchQuery
from hub.times import now, today
from search.postgres import by_date
from search.postgres.engine import FACETS_SQL
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


async def explain(database: Database, read: Callable[[AsyncConnection], Awaitable[object]]) -> str:
    """Return the plan of the last statement of a read, as it is sent."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        sent.append((statement, parameters))

    async with database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await read(connection)
        statement, parameters = sent[-1]
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in rows)


async def plan(database: Database, kind: str, sort: Sort | DraftSort, filters: Filters, cursor: str | None) -> str:
    """Return the plan of a list's statement, as the list sends it."""
    return await explain(
        database,
        lambda connection: list_views(
            connection,
            kind,
            filters,
            expanded=ExpandedFilters(),
            lang="vi",
            sort=sort,
            limit=20,
            cursor=cursor,
        ),
    )


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


@pytest.mark.usefixtures("many")
async def test_a_search_without_words_reads_only_kinds_that_can_match_and_from_their_indexes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Far fewer than there are of a kind, as in a large hub.
    monkeypatch.setattr(by_date, "MAX_BROWSED", 50)
    day = today()
    newest, closing = SearchSort.published_desc, SearchSort.closes_asc
    for sort, filters, kinds, indexes, may_sort in (
        (newest, EngineFilters(), "policy draft bulletin statement", "published", False),
        (closing, EngineFilters(), "policy draft bulletin statement", "published closes", False),
        (SearchSort.issued_desc, EngineFilters(), "policy draft bulletin statement", "issued", False),
        (closing, EngineFilters(consultation=ConsultationState.open, moment=now()), "draft", "closes", False),
        (newest, EngineFilters(consultation=ConsultationState.upcoming, moment=now()), "draft", "closes", True),
        (newest, EngineFilters(high_impact=True), "policy draft", "high_impact", False),
        (closing, EngineFilters(high_impact=True), "policy draft", "high_impact", True),
        (newest, EngineFilters(in_force_on=day), "policy", "", True),
        (newest, EngineFilters(priority="urgent"), "bulletin", "priority", False),
        (newest, EngineFilters(channel="radio"), "bulletin", "channels", True),
        (newest, EngineFilters(channel="radio", high_impact=True), "", "", False),
    ):
        query = SearchQuery("", sort=sort, filters=filters, browse=True)

        def read(connection: AsyncConnection, query: SearchQuery = query) -> Awaitable[object]:
            return by_date.browse(connection, query, query.sort, facets=FACETS_SQL, generation="")

        whole = await explain(database, read)
        [matched] = re.findall(r"CTE matched\n(.*?)\n\s+CTE found", whole, re.DOTALL)
        assert set(re.findall(r"\(?kind\)?(?:::text)? = '(\w+)'", matched)) <= set(kinds.split()), (sort, filters)
        assert matched.count("Limit") == len(kinds.split()), (sort, filters, matched)
        assert "Seq Scan" not in matched, (sort, filters, matched)
        for index in indexes.split():
            assert f"ix_published_view_{index}" in matched, (sort, filters, matched)
        if not may_sort:
            assert "Sort" not in matched, (sort, filters, matched)


@pytest.mark.usefixtures("many")
async def test_the_spelling_of_a_type_is_read_from_the_index_of_types(database: Database) -> None:
    found = await explain(database, lambda connection: _read_spellings(connection, ["khong co", "ke hoach"]))
    assert "ix_published_view_type" in found, found
    assert "Seq Scan on published_view" not in found, found
