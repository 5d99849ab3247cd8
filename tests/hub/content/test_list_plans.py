"""Plans of lists: filters and orders that few items match or that many tie in are read from an index, never sorted."""

import re
from collections.abc import Awaitable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.filter_expansion import ExpandedFilters
from hub.content.live_counts import read_live_counts
from hub.content.queries import list_views
from hub.db import Database
from hub.domain.filters import DraftSort, Filters, Sort
from hub.domain.kinds import KINDS
from hub.domain.kinds.bulletin import Channel, Priority
from hub.domain.kinds.draft import ConsultationState
from hub.feeds.params import Feed
from hub.feeds.queries import read_feed
from hub.home.queries import read_home_position, read_home_summary
from hub.ops.verify import _read_batch
from hub.search.facets import _read_spellings
from hub.search.filters import EngineFilters, SearchSort
from hub.search.port import SearchQuery
from hub.times import now, today
from hub.web.feed_links import ALL, FeedFormat
from search.postgres import by_date
from search.postgres.engine import FACETS_SQL
from tests.support import contents
from tests.support.plans import copy_views, count_pages, explain
from tests.support.servers import Publish


@pytest.fixture
async def many(database: Database, publish_edition: Publish) -> None:
    for kind in ("draft", "bulletin", "policy"):
        await publish_edition(kind, contents.MADE[kind]())
    await copy_views(database, today() + timedelta(20))


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
        query = SearchQuery("", sort=sort, filters=filters, browse=True, facets=True)

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


BOUND = 250
"""Pages that a read may touch; the views of one kind fill more than three times as many."""

EVERYTHING = ExpandedFilters()


@pytest.mark.usefixtures("many")
async def test_what_few_documents_have_or_none_costs_as_little_as_what_many_have(database: Database) -> None:
    day = today()
    for kind, filters, in_force_on, sort in (
        ("policy", Filters(type="Không có"), None, Sort.published_desc),
        ("policy", Filters(type="Sắc lệnh"), None, Sort.published_desc),
        ("policy", Filters(type="Sắc lệnh"), None, Sort.title_asc),
        ("policy", Filters(type="Kế hoạch"), None, Sort.published_desc),
        ("policy", Filters(type="Kế hoạch"), None, Sort.title_asc),
        ("statement", Filters(type="Kế hoạch"), None, Sort.published_desc),
        ("bulletin", Filters(type="Kế hoạch"), None, Sort.published_desc),
        ("policy", Filters(), date(1900, 1, 1), Sort.published_desc),
        ("policy", Filters(), day, Sort.published_desc),
        # Far down in every order that most people ask for.
        ("policy", Filters(), date(2026, 2, 14) - timedelta(3_500), Sort.published_desc),
        ("policy", Filters(issued_to=date(1900, 1, 1)), None, Sort.published_desc),
        ("policy", Filters(issued_from=day + timedelta(300)), None, Sort.published_desc),
        ("policy", Filters(modified_from=day + timedelta(3)), None, Sort.published_desc),
        ("draft", Filters(type="Không có", high_impact=True), None, Sort.published_desc),
    ):
        read = partial(list_views, kind=kind, filters=filters, expanded=EVERYTHING, lang="vi", sort=sort, limit=20)
        found = await explain(database, partial(read, in_force_on=in_force_on), options="(ANALYZE, BUFFERS)")
        assert count_pages(found) <= BOUND, (kind, filters, in_force_on, sort, found)


@pytest.mark.usefixtures("many")
async def test_the_numbers_of_the_front_page_and_of_sitemaps_are_not_counted_anew(database: Database) -> None:
    async def read_home(connection: AsyncConnection) -> None:
        await read_home_summary(connection, await read_home_position(connection), "vi")

    # The front page sorts the documents of the newest day, of which there are eighty of each kind.
    for read, bound in ((read_live_counts, BOUND), (read_home, BOUND * 5)):
        found = await explain(database, read, options="(ANALYZE, BUFFERS)")
        assert count_pages(found) <= bound, found


@pytest.mark.usefixtures("many")
async def test_a_feed_reads_a_page_whatever_its_filters_find(database: Database) -> None:
    for kind, wanted in ((None, "Kế hoạch"), ("policy", "Sắc lệnh"), ("policy", "Không có"), (None, "Không có")):
        name = ALL if kind is None else KINDS[kind].plural
        feed = Feed(name, FeedFormat.atom, Filters(type=wanted), "vi", "vi", limit=20)
        read = partial(read_feed, feed=feed, expanded=EVERYTHING, max_bytes=10**9)
        found = await explain(database, read, options="(ANALYZE, BUFFERS)")
        assert count_pages(found) <= BOUND * 2, (kind, wanted, found)


@pytest.mark.usefixtures("many")
async def test_the_log_is_verified_by_the_index_of_each_document(database: Database) -> None:
    found = await explain(database, lambda connection: _read_batch(connection, 0, 10))
    assert "ix_published_view_history" in found, found
