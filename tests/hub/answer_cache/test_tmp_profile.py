import asyncio, cProfile, pstats, time
import orjson
from hub.app import create_app
from hub.settings import Settings
from tests.support import contents
from tests.support.in_process import in_process
from tests.support.servers import Publish
from tests.bench.__main__ import GRAPHQL
from hub.answer_cache import figures


async def test_profile(settings: Settings, publish_edition: Publish) -> None:
    for n in range(20):
        await publish_edition("policy", contents.policy(title=f"KH {n}"))
    async with in_process(settings.model_copy(update={"rate_anonymous": "9999999/minute"})) as hub:
        from hub.layers import AnswerCache

        look = None
        for what in ("list", "graphql"):

            async def one():
                if what == "list":
                    return await hub.ask("GET", "/api/v1/policies", params={"limit": 20})
                return await hub.ask("POST", "/graphql", GRAPHQL)

            for _ in range(3):
                a = await one()
                print(
                    what,
                    a.status,
                    len(a.body),
                    a.headers.get("cache-control"),
                    figures.HIT._value.get(),
                    figures.MISS._value.get(),
                    figures.STALE._value.get(),
                )
            before = hub.app.state.hub.database.statements
            prof = cProfile.Profile()
            t = time.process_time()
            for _ in range(20):
                await asyncio.gather(*[one() for _ in range(16)])
            print(
                what,
                "us each",
                (time.process_time() - t) / 320 * 1e6,
                "looks",
                hub.app.state.hub.database.statements - before,
            )
            prof.enable()
            for _ in range(20):
                await asyncio.gather(*[one() for _ in range(16)])
            prof.disable()
            st = pstats.Stats(prof)
            print("calls each", st.total_calls / 320)
            st.sort_stats("tottime").print_stats(28)
