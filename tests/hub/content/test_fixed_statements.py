"""Hot reads are fixed statements: each gives what the builder's own statement gives, whatever is asked."""

import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import literal, select, text

from hub.content.filter_expansion import ExpandedFilters, expand_filters
from hub.content.fixed_statements import fix_statement
from hub.content.list_query import fix_list
from hub.content.queries import get_view, get_whole_view, list_views
from hub.content.searchable_views import get_searchable_views
from hub.content.visibility import VIEW
from hub.db import Database
from hub.domain.filters import DraftSort, Filters, Sort
from hub.domain.kinds import KINDS
from hub.domain.kinds.bulletin import Channel, Priority
from hub.domain.kinds.draft import ConsultationState
from hub.domain.kinds.impact import ImpactStatement
from hub.errors import HubError
from hub.feeds.params import Feed
from hub.feeds.queries import _fix_page, read_feed
from hub.times import today
from hub.web.feed_links import FeedFormat
from tests.support import contents
from tests.support.past_editions import dates, done, to
from tests.support.servers import Publish

LANGUAGES = ("vi", "en")
CHOICES: dict[str, Sequence[Any]] = {
    "agency": ("ubnd-hue", "so-xay-dung"),
    "issuer": ("ubnd-hue", "UBND TP"),
    "topic": ("moi-truong", "truyen-thong"),
    "type": ("Kế hoạch", "ke hoach", "Quyết định"),
    "place": ("46",),
    "issued_from": (date(2026, 1, 1), date(2026, 2, 4)),
    "issued_to": (date(2026, 2, 3), date(2026, 12, 31)),
    "modified_from": (date(2026, 1, 1),),
    "high_impact": (True, False),
    "impact": tuple(ImpactStatement),
    "consultation": tuple(ConsultationState),
    "closing_before": (date(2100, 1, 1),),
    "channel": (Channel.hue_s, Channel.radio),
    "priority": tuple(Priority),
}
RARE = ("modified_from", "closing_before", "place", "priority", "issuer")


@pytest.fixture
async def documents(database: Database, publish_edition: Publish) -> list[UUID]:
    """Documents of every kind and state, some in two languages, with later ones that replace or amend them."""
    day, found = today(), []
    more: dict[str, Any]
    for n in range(3):
        issued = dates(effective=str(day - timedelta(5 - 3 * n)), issued=f"2026-02-0{n + 2}")
        owner = "so-xay-dung" if n == 1 else "ubnd-hue"
        more = {"topics": ["truyen-thong"] if n else ["moi-truong"], "high_impact": n == 2, "dates": issued}
        found.append(await publish_edition("policy", contents.policy(title=f"Kế hoạch {n}", **more), owner=owner))
    last: dict[str, Any] = {
        "relations": to("replaces", found[0]) + to("amends", found[1]),
        "dates": dates(effective="2026-03-01"),
    }
    found.append(await publish_edition("policy", contents.policy(title="Thay thế", number="18/KH-UBND", **last)))
    await publish_edition("policy", contents.policy(title="A plan"), lang="en", document_id=found[1])
    for opens, closes in ((-9, -1), (-2, 4), (3, 8)):
        window = {"opens_on": str(day + timedelta(opens)), "closes_on": str(day + timedelta(closes))}
        made = contents.draft(title=f"Dự thảo {opens}", consultation=window, high_impact=opens < 0)
        found.append(await publish_edition("draft", made))
    found.append(await publish_edition("draft", contents.draft(title="Dự thảo không hạn", consultation=None)))
    found.append(await publish_edition("bulletin", contents.bulletin(priority="urgent")))
    found.append(await publish_edition("bulletin", contents.bulletin(title="Radio", channels=["radio"])))
    found.append(await publish_edition("statement", contents.statement()))
    verbs: dict[str, dict[str, Any]] = {"withdraw": {"reason": "Sai"}, "gone": {}, "redirect": {"to": found[0]}}
    for n, (verb, how) in enumerate(verbs.items()):
        taken = await publish_edition("policy", contents.policy(title=f"Thôi {n}", number=f"9{n}/QĐ"))
        await done(database, verb, taken, **how)
        found.append(taken)
    return found


def some_filters(chance: random.Random) -> Filters:
    common = [name for name in CHOICES if name not in RARE]
    names = chance.sample(common, chance.choice((0, 1, 1, 2))) + [name for name in RARE if chance.random() < 0.05]
    given = {name: chance.choice(CHOICES[name]) for name in names}
    return Filters.model_construct(**(dict.fromkeys(Filters.model_fields) | given))


def without_ties(cursor: str) -> str:
    """A cursor as it was before ties were ordered by publication."""
    name, value, *_, document = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return urlsafe_b64encode(orjson.dumps([name, value, document])).rstrip(b"=").decode()


@pytest.mark.counts(small=40, full=500, soak=20_000)
async def test_a_list_by_its_fixed_statement_is_the_builders(
    database: Database, documents: list[UUID], count: int
) -> None:
    chance, items = random.Random(count), 0  # noqa: S311 - no secret
    fix_list.cache_clear()
    for _ in range(count):
        kind = chance.choice(list(KINDS))
        filters = some_filters(chance)
        asked: dict[str, Any] = {
            "expanded": await expand_filters(database, filters),
            "lang": chance.choice(LANGUAGES),
            "sort": chance.choice(list(DraftSort if kind == "draft" else Sort)),
            "limit": chance.choice((1, 2, 3, 20)),
            "text": chance.random() < 0.3,
            "max_bytes": chance.choice((1_500, 1_000_000)),
            "with_now": chance.random() < 0.8,
        }
        cursor = None
        for page in range(3):
            fixed = await list_views(database, kind, filters, **asked, cursor=cursor)
            async with database.read() as connection:
                built = await list_views(connection, kind, filters, **asked, cursor=cursor)
            assert fixed == built, (kind, filters, asked, page)
            items += len(fixed.items)
            if (cursor := fixed.next) is None:
                break
            if chance.random() < 0.2:
                cursor = without_ties(cursor)
    assert items > count / 2
    assert fix_list.cache_info().currsize > 5


@pytest.mark.parametrize("with_facts", [False, True], ids=["stored", "with facts of today"])
async def test_an_item_by_its_fixed_statement_is_the_builders(
    database: Database, documents: list[UUID], with_facts: bool
) -> None:
    read = get_whole_view if with_facts else get_view
    outcomes = set()
    for document in [*documents, uuid4()]:
        for kind in (None, "policy", "draft"):
            for lang in LANGUAGES:
                found: list[tuple[Any, str]] = []
                async with database.read() as connection:
                    for source in (database, connection):
                        try:
                            found.append((await read(source, document, lang=lang, kind=kind), ""))
                        except HubError as problem:
                            found.append((type(problem), str(problem.expected)))
                assert found[0] == found[1], (document, kind, lang)
                outcomes.add(getattr(found[0][0], "__name__", type(found[0][0]).__name__))
    assert outcomes == {"ViewRow", "Pointer", "NotFound", "DocumentGone"}


@pytest.mark.parametrize("whole", [False, True], ids=["cards", "texts"])
async def test_found_items_by_their_fixed_statement_are_the_builders(
    database: Database, documents: list[UUID], whole: bool
) -> None:
    for lang in LANGUAGES:
        fixed = await get_searchable_views(database, [*documents, uuid4()], lang=lang, text=whole)
        async with database.read() as connection:
            built = await get_searchable_views(connection, documents, lang=lang, text=whole)
        assert fixed == built
        assert len(fixed) == len(documents) - 3


async def test_a_statement_is_compiled_once_for_all_values_of_its_shape(
    database: Database, documents: list[UUID]
) -> None:
    fix_list.cache_clear()
    for agency, type_, lang in (("ubnd-hue", "Kế hoạch", "vi"), ("so-xay-dung", "Quyết định", "en")):
        filters = Filters(agency=agency, type=type_)
        expanded = await expand_filters(database, filters)
        await list_views(database, "policy", filters, expanded=expanded, lang=lang, limit=len(agency))
    assert fix_list.cache_info().misses == len({len(found) == 1 for found in await _sizes(database)})


async def _sizes(database: Database) -> list[frozenset[str]]:
    expanded = [await expand_filters(database, Filters(agency=code)) for code in ("ubnd-hue", "so-xay-dung")]
    return [one.agencies for one in expanded if one.agencies is not None]


async def test_a_list_without_filters_is_planned_once(database: Database, documents: list[UUID]) -> None:
    asked: dict[str, Any] = {"expanded": await expand_filters(database, Filters()), "lang": "vi", "limit": 20}
    for _ in range(8):
        await list_views(database, "policy", Filters(), **asked, sort=Sort.issued_desc)
    async with database.driver() as connection:
        plans = "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE $1"
        assert await connection.fetchval(plans, "%state IN ('live')%issued_on DESC%LIMIT 21%") is True


@pytest.mark.counts(small=40, full=400, soak=10_000)
async def test_a_feed_by_its_fixed_statement_is_the_builders(
    database: Database, documents: list[UUID], count: int
) -> None:
    chance, rows = random.Random(count), 0  # noqa: S311 - no secret
    _fix_page.cache_clear()
    for _ in range(count):
        name = chance.choice([*(kind.plural for kind in KINDS.values()), "all"])
        filters = some_filters(chance) if chance.random() < 0.2 else Filters()
        expanded = await expand_filters(database, filters)
        asked = Feed(name, FeedFormat.atom, filters, chance.choice(LANGUAGES), "vi", chance.choice((2, 20)))
        most = chance.choice((1_500, 1_000_000))
        for _ in range(3):
            fixed = await read_feed(database, asked, expanded, max_bytes=most)
            async with database.read() as connection:
                built = await read_feed(connection, asked, expanded, max_bytes=most)
            assert fixed == built, asked
            rows += len(fixed.rows)
            cursors = [one for one in (fixed.next, fixed.previous) if one is not None]
            if not cursors:
                break
            asked = replace(asked, cursor=chance.choice(cursors))
    assert rows > count / 2
    assert _fix_page.cache_info().currsize > 5


async def test_a_feed_without_filters_is_planned_once(database: Database, documents: list[UUID]) -> None:
    asked = Feed("policies", FeedFormat.atom, Filters(), "vi", "vi")
    for _ in range(8):
        await read_feed(database, asked, ExpandedFilters(), max_bytes=1_000_000)
    async with database.driver() as connection:
        plans = "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE $1"
        assert await connection.fetchval(plans, "%state IN ('live')%LIMIT 21%running%") is True


async def test_a_view_that_is_damaged_after_it_was_read_is_left_out(database: Database, documents: list[UUID]) -> None:
    asked: dict[str, Any] = {"expanded": await expand_filters(database, Filters()), "lang": "vi", "limit": 20}
    before = await list_views(database, "bulletin", Filters(), **asked)
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        damage = text("UPDATE published_view SET card = '{}' WHERE document_id = :id")
        await session.execute(damage, {"id": before.items[0].document_id})
    after = await list_views(database, "bulletin", Filters(), **asked)
    assert [row.document_id for row in after.items] == [row.document_id for row in before.items[1:]]


def test_a_stand_in_that_is_no_parameter_is_refused() -> None:
    query = select(VIEW.c.id).where(VIEW.c.lang == literal("vi", literal_execute=True))
    with pytest.raises(LookupError, match="lang"):
        fix_statement(query, {"lang": "vi"})
