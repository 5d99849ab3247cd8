"""Of two laws that answer alike the one in force comes first, and the answer says which is not; none is hidden."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.search.filters import EngineFilters
from hub.search.port import SearchQuery
from search.ranking.answers import PassageCandidate, rank_answers
from search.ranking.bm25 import PassageFields, Question
from search.ranking.vocabulary import Vocabulary
from tests.search.conftest import Engine, Hub, Publish, node
from tests.support.contents import policy

ASKED = "Chủ lồng bè nuôi cá phải neo bè cách luồng bao nhiêu mét?"
TEXT = "Chủ lồng bè nuôi cá phải neo bè cách luồng {} mét."


def dates(issued: str, expiry: str | None = None) -> list[dict[str, Any]]:
    pairs = (("issued", issued), ("effective", issued), ("expiry", expiry))
    return [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in pairs if on]


def law(number: str, title: str, metres: int, **more: Any) -> dict[str, Any]:
    nodes = [node("dieu-3", "article", TEXT.format(metres), heading="Neo lồng bè")]
    return policy(number=number, type="Quyết định", title=title, summary=None, nodes=nodes, **more)


@pytest.fixture
async def laws(each_engine: Engine, publish_edition: Publish) -> dict[str, UUID]:
    """Three regulations of the same words: in force, replaced by it, and expired; published last is the oldest."""
    replaced = await publish_edition(
        "policy", law("31/2015/QĐ-UBND", "Quy định lồng bè", 40, dates=dates("2015-04-01"))
    )
    relation = [{"type": "replaces", "id": str(replaced)}]
    valid = await publish_edition(
        "policy", law("62/2024/QĐ-UBND", "Quy định lồng bè", 60, dates=dates("2024-05-01"), relations=relation)
    )
    expired = await publish_edition(
        "policy", law("13/2009/QĐ-UBND", "Quy định lồng bè", 20, dates=dates("2009-06-01", "2014-12-31"))
    )
    await each_engine[0].catch_up()
    return {"valid": valid, "replaced": replaced, "expired": expired}


async def found(engine: Engine, asked: str, **more: Any) -> list[UUID]:
    return [hit.document_id for hit in (await engine[1].search(SearchQuery(asked, **more))).hits]


async def test_law_in_force_comes_first_and_no_older_law_is_hidden(each_engine: Engine, laws: dict[str, UUID]) -> None:
    first, *others = await found(each_engine, ASKED)
    assert first == laws["valid"]
    assert set(others) == {laws["replaced"], laws["expired"]}


async def test_the_older_law_comes_first_for_who_names_it_or_its_day(
    each_engine: Engine, laws: dict[str, UUID]
) -> None:
    for asked in ("Quyết định 31/2015/QĐ-UBND", f"Theo Quyết định 31/2015/QĐ-UBND, {ASKED}", f"Năm 2015 {ASKED}"):
        assert (await found(each_engine, asked))[0] == laws["replaced"], asked
    then = EngineFilters(in_force_on=date(2012, 1, 1))
    assert await found(each_engine, ASKED, filters=then) == [laws["expired"]]


async def test_the_answer_says_what_is_not_in_force(
    searching: Hub, laws: dict[str, UUID], client: httpx.AsyncClient
) -> None:
    answer = await client.get("/api/v1/search", params={"q": ASKED})
    said = {item["id"]: item["document"]["now"]["legal_force"] for item in answer.json()["items"]}
    assert said == {
        str(laws["valid"]): "in_force",
        str(laws["replaced"]): "expired",
        str(laws["expired"]): "expired",
    }


def test_a_law_that_answers_better_comes_first_though_it_has_lapsed() -> None:
    question = Question("Chủ lồng bè nuôi cá phải neo bè cách luồng bao nhiêu mét?")
    better, worse, equal = uuid4(), uuid4(), uuid4()
    pool = [
        PassageCandidate(name, "vi", 1, 1, "dieu-3", "Điều 3", PassageFields("Quy định", "Neo", text), {}, 0, lapsed)
        for name, text, lapsed in (
            (better, TEXT.format(40), True),
            (worse, "Chủ lồng bè đăng ký với phường.", False),
            (equal, TEXT.format(60), False),
        )
    ]
    ranked = [one.best.document_id for one in rank_answers(question, pool, Vocabulary({}), "vi")]
    assert ranked == [equal, better, worse]
