"""The resolver: 303, 300 or 404, however a citation is typed, and never a word of what is not public."""

import httpx

from hub.db import Database
from tests.hub.citations.test_follower import dated, decree, follow
from tests.support import contents
from tests.support.servers import Publish


async def asked(client: httpx.AsyncClient, q: str, path: str = "/api/v1/cite", accept: str = "*/*") -> httpx.Response:
    return await client.get(path, params={"q": q}, headers={"accept": accept})


async def test_a_question_that_is_not_right_is_a_problem_with_its_field(client: httpx.AsyncClient) -> None:
    for query, field in (("", "q"), ("q=", "q"), ("q=x&lang=vi", "lang"), ("q=" + "a" * 501, "q")):
        answer = await client.get(f"/api/v1/cite?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_what_nobody_published_is_not_found_and_says_how_it_was_understood(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", decree(), published=False)
    await publish_edition("draft", contents.draft(title="Nghị định số 09/2017/NĐ-CP"))
    await follow(database)

    answer = await asked(client, "khoản 2 Điều 5 nđ 09/2017/NĐ-CP ngày 9/2/2017")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "citation_unresolved"
    assert answer.json()["understood"] == {
        "type": "Nghị định",
        "number": "09/2017/NĐ-CP",
        "year": 2017,
        "dates": ["2017-02-09"],
        "parts": ["dieu-5/khoan-2"],
    }
    nothing = await asked(client, "xin chào")
    assert (nothing.status_code, nothing.json().get("understood")) == (404, None)
    page = await asked(client, "xin chào", "/cite", "text/html")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_every_spelling_leads_to_the_document_and_to_the_article_that_is_named(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    target = await publish_edition("policy", decree())
    law = await publish_edition(
        "policy", contents.policy(type="Luật", number="31/2024/QH15", title="Luật Đất đai", dates=dated("2024-01-18"))
    )
    await follow(database)

    for q in (
        "Nghị định số 09/2017/NĐ-CP ngày 09/02/2017 của Chính phủ",
        "nghi dinh 9/2017/nd-cp", "09/2017/NÐ-CP", "09/2017/NĐCP", "9 2017 nd cp", "nd 09/2017", "Nghị định 9",
    ):  # fmt: skip
        answer = await asked(client, q)
        assert (answer.status_code, answer.headers.get("location")) == (
            303,
            f"http://hub.test/api/v1/policies/{target}",
        ), q
    for q in ("Điều 1 Luật Đất đai 2024", "dieu 1 luat dat dai", "khoản 7 điều 1 luật số 31/2024/QH15"):
        assert (await asked(client, q)).headers["location"] == f"http://hub.test/api/v1/policies/{law}#dieu-1", q
    page = await asked(client, "Luật Đất đai", "/cite", "text/html")
    assert page.headers["location"] == f"http://hub.test/d/{law}"


async def test_a_number_without_a_year_offers_year_and_issuer_and_a_date_or_issuer_decides(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    old = await publish_edition("policy", contents.policy(dates=dated("2024-05-06")))
    new = await publish_edition("policy", contents.policy(dates=dated("2025-07-08")))
    await follow(database)

    answer = await asked(client, "17/KH-UBND")
    assert answer.status_code == 300
    choices = answer.json()["choices"]
    assert [(one["id"], one["year"], one["issuers"]) for one in choices] == [
        (str(new), 2025, ["Ủy ban nhân dân thành phố Huế"]),
        (str(old), 2024, ["Ủy ban nhân dân thành phố Huế"]),
    ]
    page = await asked(client, "17/KH-UBND", "/cite", "text/html")
    assert (page.status_code, page.text.count("<li>")) == (300, 2)
    for q in ("17/KH-UBND ngày 06/5/2024", "kế hoạch 17/KH-UBND năm 2024", "kh 17 nam 2024"):
        assert (await asked(client, q)).headers.get("location", "").endswith(str(old)), q
    near = await asked(client, "17/KH-UBNDT ngày 08/7/2025")
    assert (near.status_code, [one["id"] for one in near.json()["choices"]]) == (300, [str(new)])
