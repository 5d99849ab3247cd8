"""Relations between documents, stored once and listed in both directions."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hub.app import create_app
from hub.db import Database
from hub.paging import encode_cursor, list_digest
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.past_editions import at, dates, done, edition, to
from tests.support.servers import Publish


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("direction=up", "direction"),
        ("type=likes", "type"),
        ("limit=0", "limit"),
        ("of=x", "of"),
        ("cursor=x", "cursor"),
    ],
)
async def test_an_invalid_parameter_is_a_problem_with_its_field(
    client: httpx.AsyncClient, publish_edition: Publish, query: str, field: str
) -> None:
    document = await publish_edition("policy", contents.policy())

    answer = await client.get(f"/api/v1/policies/{document}/relations?{query}")

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_forged_cursor_is_refused(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    document = await publish_edition("policy", contents.policy())
    name = list_digest("relations", document, "vi", None, None)

    for position in (
        ["2026-01-01", str(uuid4()), "in"],
        ["2026-01-01", str(uuid4()), "up", "amends"],
        ["yesterday", str(uuid4()), "in", "amends"],
        [5, str(uuid4()), "in", "amends"],
        ["2026-01-01", 7, "in", "amends"],
    ):
        path = f"/api/v1/policies/{document}/relations?cursor={encode_cursor(name, *position)}"
        assert (await client.get(path)).json()["code"] == "invalid_cursor"


async def test_a_document_that_is_not_public_has_no_relations_and_is_in_none(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    hidden = await publish_edition("policy", contents.policy(), published=False)
    public = await publish_edition("policy", contents.policy(relations=to("based_on", hidden)))
    await publish_edition("bulletin", contents.bulletin(relations=to("announces", public)), published=False)

    assert (await client.get(f"/api/v1/policies/{hidden}/relations")).status_code == 404
    assert (await client.get(f"/api/v1/drafts/{public}/relations")).status_code == 404
    assert (await client.get(f"/api/v1/policies/{public}/relations")).json() == {"items": [], "next": None}


def shape(answer: httpx.Response) -> list[tuple[str, str, str, str | None]]:
    return [
        (item["direction"], item["type"], item["document"]["title"], item["note"]) for item in answer.json()["items"]
    ]


@pytest.fixture
async def family(database: Database) -> dict[str, UUID]:
    """A plan based on a law, with a bulletin and a later plan that relate to it."""
    law = await edition(database, "policy", contents.policy(title="Luật"), at("2026-01-05"))
    both = [*to("based_on", law, "Điều 4"), *to("implements", law)]
    plan = await edition(
        database,
        "policy",
        contents.policy(title="Kế hoạch", relations=both, dates=dates(issued="2026-02-01")),
        at("2026-02-01"),
    )
    announcement = contents.bulletin(title="Tin", relations=to("announces", plan))
    bulletin = await edition(database, "bulletin", announcement, at("2026-03-01"))
    later = contents.policy(
        title="Sửa", relations=to("amends", plan, "khoản 2"), dates=dates("2026-05-01", issued="2026-04-01")
    )
    return {
        "law": law,
        "plan": plan,
        "bulletin": bulletin,
        "later": await edition(database, "policy", later, at("2026-04-01")),
    }


async def test_relations_are_listed_in_both_directions(client: httpx.AsyncClient, family: dict[str, UUID]) -> None:
    async def list_relations(name: str, query: str = "") -> list[Any]:
        return shape(await client.get(f"/api/v1/policies/{family[name]}/relations{query}"))

    incoming = [("in", "amends", "Sửa", "khoản 2"), ("in", "announces", "Tin", None)]
    outgoing = [("out", "implements", "Luật", None), ("out", "based_on", "Luật", "Điều 4")]
    assert await list_relations("plan") == incoming + sorted(outgoing, reverse=True)
    assert await list_relations("plan", "?direction=in") == incoming
    assert await list_relations("plan", "?direction=out&type=based_on") == [outgoing[1]]
    assert await list_relations("plan", "?type=guides") == []
    assert await list_relations("law", "?direction=out") == []
    assert {row[:3] for row in await list_relations("law")} == {
        ("in", "based_on", "Kế hoạch"),
        ("in", "implements", "Kế hoạch"),
    }
    card = (await client.get(f"/api/v1/bulletins/{family['bulletin']}/relations")).json()["items"][0]["document"]
    assert (card["kind"], card["number"], "nodes" in card) == ("policy", "17/KH-UBND", False)


async def test_pages_do_not_overlap(client: httpx.AsyncClient, family: dict[str, UUID]) -> None:
    path = f"/api/v1/policies/{family['plan']}/relations"
    whole = shape(await client.get(path))

    for size in (1, 2, 3):
        seen, url = [], f"{path}?limit={size}"
        while url:
            answer = await client.get(url)
            seen += shape(answer)
            url = answer.links["next"]["url"] if "next" in answer.links else ""
        assert seen == whole


async def test_a_relation_shows_while_both_documents_are_live(
    client: httpx.AsyncClient, database: Database, family: dict[str, UUID]
) -> None:
    async def found(name: str) -> set[str]:
        answer = await client.get(f"/api/v1/policies/{family[name]}/relations")
        return {row[2] for row in shape(answer)}

    await done(database, "withdraw", family["later"], reason="Sai")
    assert await found("plan") == {"Tin", "Luật"}
    await done(database, "restore", family["later"])
    assert await found("plan") == {"Tin", "Luật", "Sửa"}
    await done(database, "withdraw", family["law"], reason="Sai")
    assert await found("plan") == {"Tin", "Sửa"}
    await done(database, "gone", family["bulletin"])
    assert await found("plan") == {"Sửa"}
    await edition(
        database, "policy", contents.policy(title="Không sửa nữa"), at("2026-06-01"), document_id=family["later"]
    )
    assert await found("plan") == set()


async def test_a_relation_stated_in_two_languages_is_one_with_the_note_in_the_requested_language(
    client: httpx.AsyncClient, database: Database
) -> None:
    law = await edition(database, "policy", contents.policy(), at("2026-01-05"))
    plan = await edition(
        database, "policy", contents.policy(title="VN", relations=to("based_on", law, "Điều 4")), at("2026-02-01")
    )
    english = contents.policy(title="EN", relations=to("based_on", law, "Article 4"))
    await edition(database, "policy", english, at("2026-02-02"), document_id=plan, lang="en")

    for lang, title, note in (("vi", "VN", "Điều 4"), ("en", "EN", "Article 4")):
        answer = await client.get(f"/api/v1/policies/{law}/relations?lang={lang}")
        assert shape(answer) == [("in", "based_on", title, note)]


QUESTIONS = (
    "/api/v1/policies/{id}/relations?limit=100",
    "/api/v1/policies/{id}/legal-force?on=2026-12-31",
    "/api/v1/policies/{id}?in_force_on=2026-12-31",
    "/api/v1/policies?in_force_on=2026-03-01&limit=100",
    "/api/v1/policies?as_of=2026-04-01&limit=100",
    "/api/v1/policies/{id}?as_of=2026-04-01",
    "/api/v1/policies/{id}/history?limit=100",
    "/api/v1/policies/{id}/diff?from=1&to=2",
)


@pytest.mark.parametrize("number", [1, 60])
async def test_the_resources_of_a_document_take_one_statement_each_however_many_documents_relate_to_it(
    settings: Settings, database: Database, number: int
) -> None:
    law = await edition(database, "policy", contents.policy(dates=dates("2026-02-01")), at("2026-01-05"))
    for n in range(number):
        await edition(database, "policy", contents.policy(title=f"Luật {n}"), at("2026-01-06"), document_id=law)
        related = contents.policy(
            title=f"Sửa {n}", relations=to("amends", law), dates=dates("2026-03-01", issued="2026-02-01")
        )
        await edition(database, "policy", related, at("2026-02-01"))
    app = create_app(settings)
    async with running(app) as client:
        counter = app.state.hub.database
        for question in QUESTIONS:
            before = counter.statements
            answer = await client.get(question.replace("{id}", str(law)))
            assert (answer.status_code, counter.statements - before) == (200, 1), question
        force = (await client.get(f"/api/v1/policies/{law}/legal-force?on=2026-12-31")).json()
        assert len(force["because"]) == number + 1
