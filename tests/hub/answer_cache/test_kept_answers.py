"""Kept answers are those that the routes would give, and cost one look at the versions."""

from hub.app import create_app
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish


async def test_a_kept_answer_costs_one_look(settings: Settings, publish_edition: Publish) -> None:
    document = await publish_edition("policy", contents.policy())
    app = create_app(settings)
    async with running(app) as client:
        database, look = app.state.hub.database, app.state.hub.version_look
        for path in ("/api/v1/policies", f"/api/v1/policies/{document}", "/feeds/policies.atom"):
            first = await client.get(path)
            before, looks = database.statements, look.looks
            second = await client.get(path)
            assert second.status_code == 200
            assert second.content == first.content
            assert (database.statements - before, look.looks - looks) == (0, 1), path
        query = {"query": "{ policies { edges { node { id title } } } }"}
        first = await client.post("/graphql", json=query)
        before, looks = database.statements, look.looks
        second = await client.post("/graphql", json=query)
        assert second.content == first.content
        assert (database.statements - before, look.looks - looks) == (0, 1)
