"""Order by date in Meilisearch: right with misspelt matches among the others, and without fetching every match."""

from uuid import UUID

from hub.search.filters import SearchSort
from hub.search.port import SearchQuery
from search.meilisearch.by_date import by_date_page, within_query
from tests.search.conftest import Hub, Publish
from tests.support.contents import draft, policy


def dates(day: str) -> list[dict[str, str]]:
    return [{"role": "issued", "on": day, "source": "Văn bản gốc"}]


async def _publish(publish_edition: Publish) -> tuple[list[UUID], list[UUID]]:
    """Six policies that hold the word, and two newer ones that hold it with another letter."""
    exact = [
        await publish_edition("policy", policy(title=f"Bãi khoangsan {n}", number=f"{n}/TB-VP", dates=dates(day)))
        for n, day in enumerate(("2020-01-01", "2020-01-02", "2020-01-03", "2020-01-03", "2020-01-04", "2020-01-05"), 1)
    ]
    misspelt = [
        await publish_edition("policy", policy(title=f"Bãi khoangsam {n}", number=f"{n}/TB-UB", dates=dates(day)))
        for n, day in enumerate(("2025-01-01", "2020-01-03"), 1)
    ]
    return exact, misspelt


async def test_a_misspelt_match_has_the_place_of_its_date_on_every_page(
    searching: Hub, publish_edition: Publish
) -> None:
    exact, misspelt = await _publish(publish_edition)
    await searching.catch_up()
    pages: list[UUID] = []
    for offset in range(0, 8, 2):
        query = SearchQuery("khoangsan", limit=2, offset=offset, sort=SearchSort.issued_desc)
        found = await searching.engine.primary.search(query)
        assert found.total == 8
        pages += [hit.document_id for hit in found.hits]
    newest = [misspelt[0], *reversed(exact[4:]), misspelt[1], exact[3], exact[2], exact[1], exact[0]]
    assert pages == newest


async def test_what_has_no_end_comes_after_what_ends_soonest_although_it_is_spelt_right(
    searching: Hub, publish_edition: Publish
) -> None:
    endless = [
        await publish_edition("policy", policy(title=f"Bãi khoangsan {n}", number=f"{n}/TB-VP")) for n in (1, 2, 3)
    ]
    ending = await publish_edition("draft", draft(title="Bãi khoangsam"))
    await searching.catch_up()
    found = await searching.engine.primary.search(SearchQuery("khoangsan", limit=2, sort=SearchSort.closes_asc))
    assert [hit.document_id for hit in found.hits] == [ending, endless[-1]]


async def test_the_second_request_is_bound_by_the_end_of_the_page_in_both_directions() -> None:
    def hit(number: int, **members: int) -> dict[str, object]:
        return {"document_id": str(UUID(int=number)), **members}

    query = SearchQuery("x", limit=2)
    found = [hit(1, issued_on=20200102, published_at=9), hit(2, issued_on=20200101, published_at=7)]
    (*_, within) = within_query("i", query, SearchSort.issued_desc, "x", found)["filter"]
    assert within == "issued_on > 20200101 OR (issued_on = 20200101 AND published_at >= 7)"
    (*_, within) = within_query("i", query, SearchSort.published_desc, "x", found)["filter"]
    assert within == "published_at >= 7"
    endless = [hit(1, closes_at=5, published_at=9), hit(2, published_at=7)]
    (*_, within) = within_query("i", query, SearchSort.closes_asc, "x", endless)["filter"]
    assert within == "closes_at EXISTS AND closes_at IS NOT NULL OR published_at >= 7"
    assert by_date_page(endless[::-1], query, SearchSort.closes_asc) == endless
