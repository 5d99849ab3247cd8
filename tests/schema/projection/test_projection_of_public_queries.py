"""Projection of what the database has: random public queries have the same bytes as by graphql-core alone."""

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from hub.db import Database
from schema.build import schema
from schema.dict_fields import dict_field
from schema.limits.checks import is_valid_query
from tests.support import contents
from tests.support.graphql_app import Publish, StubSearch
from tests.support.past_editions import done
from tests.support.projections import General, Projecting
from tests.support.random_documents import ATTEMPTS, DocumentMaker

PICTURE = {"url": "https://anh.example/cau-truong-tien.jpg", "alt": "Cầu Trường Tiền"}
ROOT: Any = schema._schema.query_type
IMAGE: Any = schema._schema.type_map["Image"]
WITHOUT = frozenset({"manage"}) | {name for name in ROOT.fields if "omment" in name or "pinion" in name}
"""Fields that need a key or a code: without one they have no value to project."""


@pytest.fixture
async def known(database: Database, engine: StubSearch, publish_edition: Publish) -> dict[str, list[Any]]:
    """Documents of all kinds and states, one of which is stored broken, and good values of arguments."""
    ids = []
    for kind, make in contents.MADE.items():
        ids += [await publish_edition(kind, make(title=f"Văn bản thứ {n} về giờ xe tải")) for n in range(3)]
    ids.append(await publish_edition("bulletin", contents.bulletin(title="Tin có ảnh", image=PICTURE)))
    gone, broken = ids[0], ids[1]
    await done(database, "gone", gone)
    async with database.write() as session:
        await session.execute(
            text("""UPDATE published_view SET "full" = '{"kind": "policy"}', card = '[]' WHERE document_id = :id"""),
            {"id": broken},
        )
    engine.ids = ids
    return {
        "id": [*map(str, ids), *map(str, ids), str(uuid4()), "khong-phai-id"],
        "agency": ["ubnd-hue", "so-xay-dung", "khong-co"],
        "topic": ["moi-truong"],
        "lang": ["vi", "en"],
        "query": ["giờ xe tải", "van ban"],
        "after": [""],
        "type": ["Kế hoạch"],
        "ID": ["1"],
    }


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Each resolver runs once for a document: it returns the same value to both executors."""
    outcomes: dict[Any, Any] = {}

    def remember(resolve: Any) -> Any:
        async def resolved(source: Any, info: Any, **arguments: Any) -> Any:
            place = (info.path.key, None) if source is None else (info.field_name, str(source))
            if place not in outcomes:
                try:
                    outcomes[place] = await resolve(source, info, **arguments)
                except Exception as problem:
                    outcomes[place] = problem
            if isinstance(outcomes[place], Exception):
                raise outcomes[place]
            return outcomes[place]

        return resolved

    for made in (ROOT, IMAGE):
        for field in made.fields.values():
            if dict_field(field) is None:
                monkeypatch.setattr(field, "resolve", remember(field.resolve))
    return outcomes.clear


def in_order(answer: httpx.Response) -> Any:
    """The bytes; several errors in the order of their paths: they come in the order in which their fields ended."""
    told = answer.json()
    if len(told.get("errors", ())) < 2:
        return answer.content
    return told | {"errors": sorted(told["errors"], key=lambda error: orjson.dumps(error.get("path")))}


@pytest.mark.counts(small=40, full=1_000, soak=20_000)
async def test_an_answer_from_the_database_has_the_bytes_of_graphql_core(
    graphql: httpx.AsyncClient,
    known: dict[str, list[Any]],
    forget: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    monkeypatch.setattr(Projecting, "made", [])
    documents = DocumentMaker(schema._schema, known, without=WITHOUT)
    projected = completed = failed = 0
    for number in range(count):
        chance = random.Random(f"public {number}")  # noqa: S311 - no secret
        made = (documents.make(chance) for _ in range(ATTEMPTS))
        document = next(each for each in made if is_valid_query(schema, each.text))
        body = {"query": document.text, "variables": document.variables, "extensions": {"cost": True}}
        answers = []
        for executor in (General, Projecting):
            monkeypatch.setattr(schema, "execution_context_class", executor)
            # Escaped, so that halves of surrogates can be sent, too.
            sent = json.dumps(body).encode()
            answers.append(await graphql.post("/graphql", content=sent, headers={"content-type": "application/json"}))
        general, answer = answers

        assert in_order(answer) == in_order(general), (number, document)
        assert (answer.status_code, answer.headers) == (general.status_code, general.headers)
        failed += "errors" in answer.json()
        projected += sum(each.projected for each in Projecting.made)
        completed += sum(each.completed for each in Projecting.made)
        Projecting.made.clear()
        forget()

    assert projected > 9 * completed
    assert projected > count / 2
    assert failed > count / 50
