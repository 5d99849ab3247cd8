"""Requests to Meilisearch, hits in its answers and statements to Postgres of each kind of search are written down."""

import tomllib
from pathlib import Path

import httpx
import orjson
import pytest

from hub.app import create_app
from hub.registry import hierarchy
from hub.settings import Settings
from search.meilisearch.connection import PersistentConnection
from search.question_index import answerer
from search.text import synonyms
from tests.search.conftest import Hub, Publish, node
from tests.search.conftest import searching as searching
from tests.support import contents
from tests.support.asgi import running

BUDGETS = tomllib.loads(Path(__file__).with_name("search_budgets.toml").read_text("utf-8"))["search"]


async def _ask(client: httpx.AsyncClient, question: str) -> None:
    if question.startswith("{"):
        answer = await client.post("/graphql", json={"query": question})
        assert "errors" not in answer.json(), answer.json()
    else:
        answer = await client.get(question)
    assert answer.status_code == 200, answer.text


async def test_each_kind_of_search_costs_what_its_budget_says(
    search_settings: Settings, searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a process remembers for some seconds is read by its first search; the budgets are those of the others.
    monkeypatch.setattr(hierarchy, "CACHE_SECONDS", 3_600)
    monkeypatch.setattr(synonyms, "CACHE_SECONDS", 3_600)
    monkeypatch.setattr(answerer, "HEAD_CACHE_SECONDS", 3_600)
    for n in range(1, 41):
        nodes = [node("dieu-1", "article", f"Cơ quan phải tổ chức thu gom rác thải nhựa tại chợ số {n}.")]
        title = f"Kế hoạch số {n} về khoangsan" if n % 2 else f"Kế hoạch số {n}"
        await publish_edition("policy", contents.policy(title=title, number=f"{n}/KH-UBND", nodes=nodes))
    await publish_edition("policy", contents.policy(title="Luật Đất đai", number="31/2026/QH15", type="Luật"))
    await searching.catch_up()
    sent: list[tuple[int, bool]] = []
    request = PersistentConnection.request

    def note(self: PersistentConnection, method: str, path: str, body: bytes | None, until: float) -> tuple[int, bytes]:
        status, answer = request(self, method, path, body, until)
        # The count by filters has documents in place of searches: none.
        found = [one for one in orjson.loads(answer)["results"] if "hits" in one]
        sent.append((sum(len(one["hits"]) for one in found), any("facetDistribution" in one for one in found)))
        return status, answer

    monkeypatch.setattr(PersistentConnection, "request", note)
    app = create_app(search_settings)
    async with running(app) as client:
        database = app.state.hub.database
        for one in BUDGETS:
            await _ask(client, one["question"])
        costs = []
        for one in BUDGETS:
            before = database.statements
            sent.clear()
            await _ask(client, one["question"])
            hits, facets = sum(hits for hits, _ in sent), any(counted for _, counted in sent)
            cost = {"requests": len(sent), "hits": hits, "facets": facets, "statements": database.statements - before}
            costs.append({"question": one["question"], **cost})
    assert costs == BUDGETS
