"""A hub that keeps answers, and what tells whether it has kept one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from hub.answer_cache.layer import AnswerCache
from hub.app import HubApp
from hub.db import Database

SEARCH = "/api/v1/search?kind=bulletin&q=ban+tin"
GRAPHQL = {"query": "query P($n: Int) { policies(first: $n) { edges { node { id title } } } }", "variables": {"n": 20}}


@dataclass
class KeptHub:
    """A started hub with a policy, a draft, and a bulletin."""

    app: HubApp
    client: httpx.AsyncClient
    policy: UUID
    draft: UUID
    bulletin: UUID

    async def ask(self, path: str, **headers: str) -> httpx.Response:
        if path == "/graphql":
            return await self.client.post(path, json=GRAPHQL, headers=headers)
        return await self.client.get(path, headers=headers)

    async def is_kept(self, path: str, **headers: str) -> bool:
        """Ask once more; True if no statement but the look was run for it."""
        database, look = self.app.state.hub.database, self.app.state.hub.version_look
        before = database.statements, look.looks
        answer = await self.ask(path, **headers)
        assert answer.status_code == 200, answer.text
        return (database.statements, look.looks) == (before[0], before[1] + 1)

    @property
    def paths(self) -> list[str]:
        return [
            "/api/v1/policies",
            f"/api/v1/policies/{self.policy}",
            f"/api/v1/policies/{self.policy}/history",
            f"/api/v1/policies/{self.policy}/legal-force",
            f"/api/v1/policies/{self.policy}/relations",
            f"/api/v1/policies/{self.policy}/cites",
            f"/api/v1/policies/{self.policy}/cited-by",
            f"/api/v1/drafts/{self.draft}",
            "/api/v1/bulletins?limit=5&sort=published_asc",
            "/api/v1/agencies",
            "/api/v1/topics",
            "/api/v1/places",
            "/api/v1/spokespersons",
            "/api/v1/consultations",
            SEARCH,
            "/api/v1/search/suggest?q=ban",
            f"/api/v1/search/related/{self.policy}",
            "/feeds/all.atom",
            "/feeds/policies.rss",
            "/feeds/bulletins.json",
            "/feeds/consultations.ics",
            "/sitemap.xml",
            "/sitemaps/policies-1.xml",
            f"/d/{self.policy}.jsonld",
            "/graphql",
        ]


async def index_has(database: Database, seq: int | None = None) -> None:
    """Confirm the log for the indexes of searches, up to a position or up to its head."""
    async with database.write() as session:
        await session.execute(
            text(
                "INSERT INTO follower (name, seq) SELECT name, coalesce(:seq, (SELECT seq FROM log_head))"
                " FROM unnest(CAST(:names AS text[])) AS name ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"
            ),
            {"seq": seq, "names": ["questions"]},
        )


def cache_layers(app: HubApp) -> Iterator[AnswerCache]:
    """The answer cache of an app, if it has one."""
    found: Any = app.middleware_stack
    while found is not None:
        if isinstance(found, AnswerCache):
            yield found
        found = getattr(found, "app", None)
