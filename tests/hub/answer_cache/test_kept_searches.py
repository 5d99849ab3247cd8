"""Kept searches: what is taken away is gone at once, and what is new appears with its index or after a second."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.answer_cache import layer
from hub.db import Database
from hub.public_state import look as looks
from hub.times import now
from tests.support import contents
from tests.support.kept_hub import SEARCH, KeptHub, cache_layers, index_has
from tests.support.past_editions import done
from tests.support.servers import Publish


async def shown(hub: KeptHub) -> set[str]:
    return {item["id"] for item in (await hub.ask(SEARCH)).json()["items"]}


async def test_a_search_is_kept_only_once_its_index_has_what_was_published(hub: KeptHub, database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("DELETE FROM follower"))
    await hub.ask(SEARCH)
    assert not await hub.is_kept(SEARCH)
    head = (await hub.app.state.hub.version_look.read()).seq
    await index_has(database, head - 1)
    await hub.ask(SEARCH)
    assert not await hub.is_kept(SEARCH)

    await index_has(database)
    await hub.ask(SEARCH)

    assert await hub.is_kept(SEARCH)


async def test_a_kept_search_misses_a_publication_only_until_its_index_has_it_or_for_a_second(
    hub: KeptHub, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await index_has(database)
    assert await shown(hub) == {str(hub.bulletin)}
    second = await publish_edition("bulletin", contents.bulletin(title="Bản tin thứ hai"))
    early = now() - timedelta(seconds=60)
    monkeypatch.setattr(looks, "now", lambda: early)
    monkeypatch.setattr(layer, "now", lambda: early)
    next(cache_layers(hub.app)).entries.clear()
    await index_has(database)
    assert await shown(hub) == {str(hub.bulletin), str(second)}

    third = await publish_edition("bulletin", contents.bulletin(title="Bản tin thứ ba"))
    assert str(third) not in await shown(hub)
    await index_has(database)
    assert str(third) in await shown(hub)

    fourth = await publish_edition("bulletin", contents.bulletin(title="Bản tin thứ tư"))
    assert str(fourth) not in await shown(hub)
    monkeypatch.setattr(looks, "now", lambda: early + timedelta(seconds=63))
    assert str(fourth) in await shown(hub)


@pytest.mark.parametrize("verb", ["withdraw", "correct", "gone"])
async def test_a_kept_search_never_shows_what_was_taken_away(
    hub: KeptHub, database: Database, publish_edition: Publish, verb: str
) -> None:
    await index_has(database)
    assert await shown(hub) == {str(hub.bulletin)}
    assert await hub.is_kept(SEARCH)

    if verb == "correct":
        await publish_edition("bulletin", contents.bulletin(title="Bản tin đã sửa"), document_id=hub.bulletin)
        [item] = (await hub.ask(SEARCH)).json()["items"]
        assert item["document"]["title"] == "Bản tin đã sửa"
    else:
        await (
            done(database, verb, hub.bulletin, reason="Nhầm")
            if verb == "withdraw"
            else done(database, verb, hub.bulletin)
        )
        assert await shown(hub) == set()


async def test_a_search_is_kept_for_a_few_seconds_because_synonyms_have_no_version(
    hub: KeptHub, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await index_has(database)
    await hub.ask(SEARCH)
    [entry] = next(cache_layers(hub.app)).entries._entries.values()

    assert entry.until == entry.made_at + timedelta(seconds=5)
