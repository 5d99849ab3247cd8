"""A crowd that asks for the same new answer asks the routes once."""

import asyncio

from tests.support import contents
from tests.support.kept_hub import KeptHub, cache_layers
from tests.support.servers import Publish
from tests.support.waiting import eventually


async def test_a_crowd_that_asks_for_what_was_just_changed_asks_the_routes_once(
    hub: KeptHub, publish_edition: Publish
) -> None:
    database = hub.app.state.hub.database
    for path in ("/api/v1/bulletins", "/graphql"):
        await hub.ask(path)
        await publish_edition("bulletin", contents.bulletin(title="Bão số 5"))
        await publish_edition("policy", contents.policy(title="Kế hoạch số 5", number="5/KH-UBND"))
        before = database.statements
        await hub.ask(path)
        alone = database.statements - before
        await publish_edition("bulletin", contents.bulletin(title="Bão số 6"))
        await publish_edition("policy", contents.policy(title="Kế hoạch số 6", number="6/KH-UBND"))
        before = database.statements

        answers = await asyncio.gather(*(hub.ask(path) for _ in range(30)))

        assert database.statements - before == alone
        assert len({answer.content for answer in answers}) == 1
        assert "số 6" in answers[0].text


async def test_a_crowd_is_answered_when_the_first_of_it_goes_away(hub: KeptHub, publish_edition: Publish) -> None:
    await hub.ask("/api/v1/bulletins")
    await publish_edition("bulletin", contents.bulletin(title="Bão số 6"))
    first, *others = [asyncio.create_task(hub.ask("/api/v1/bulletins")) for _ in range(10)]
    making = next(cache_layers(hub.app))._making

    async def is_being_made() -> bool:
        return bool(making)

    await eventually(is_being_made, every=0)
    first.cancel()

    assert {"số 6" in answer.text for answer in await asyncio.gather(*others)} == {True}
