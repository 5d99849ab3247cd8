"""What a public question costs in SQL statements is written down, and does not grow with the data."""

import tomllib
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hub.app import create_app
from hub.registry import hierarchy
from hub.settings import Settings
from search.text import synonyms
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish

BUDGETS = tomllib.loads(Path(__file__).with_name("budgets.toml").read_text("utf-8"))


async def spent(app: FastAPI, client: httpx.AsyncClient, kind: str, question: str) -> int:
    """How many statements one question took."""
    database = app.state.hub.database
    before = database.statements
    if kind == "rest":
        answer = await client.get(question)
    else:
        answer = await client.post("/graphql", json={"query": question})
        assert "errors" not in answer.json(), answer.json()
    assert answer.status_code == 200, answer.text
    return database.statements - before


@pytest.mark.parametrize("documents", [1, 101])
async def test_every_question_costs_what_its_budget_says(
    settings: Settings, publish_edition: Publish, documents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a process remembers for some seconds is read by its first search; the budgets are those of the others.
    for remembering in (hierarchy, synonyms):
        monkeypatch.setattr(remembering, "CACHE_SECONDS", 3_600)
    for n in range(documents):
        document = await publish_edition("policy", contents.policy(title=f"Kế hoạch số {n}"))
    app = create_app(settings)
    async with running(app) as client:
        await client.get("/api/v1/search?q=ke+hoach")
        for kind, budget in BUDGETS.items():
            for question, allowed in budget.items():
                asked = question.replace("{id}", str(document))
                assert await spent(app, client, kind, asked) == allowed, question
