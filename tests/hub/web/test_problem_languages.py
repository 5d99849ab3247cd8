"""Errors in the language of the reader: problems, their pages, and errors of GraphQL, with the same codes in both."""

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from tests.support.asgi import running

VI = {"accept-language": "vi-VN,vi;q=0.9,en;q=0.5"}
EN = {"accept-language": "en-GB,en;q=0.9"}


async def test_a_program_that_names_no_language_gets_english_and_the_codes_are_the_same(
    client: httpx.AsyncClient,
) -> None:
    plain, english, vietnamese = [
        await client.get("/api/v1/policies?limit=0", headers=headers) for headers in ({}, EN, VI)
    ]

    assert plain.content == english.content
    assert [each.status_code for each in (plain, vietnamese)] == [422, 422]
    assert [each.headers["content-language"] for each in (plain, vietnamese)] == ["en", "vi"]
    assert {each.headers["vary"] for each in (plain, vietnamese)} == {"Accept-Language"}
    stable = ("type", "status", "code", "field")
    assert [plain.json()[name] for name in stable] == [vietnamese.json()[name] for name in stable]
    assert plain.json()["detail"] == "limit: must be at least 1"
    assert vietnamese.json()["title"] == "Dữ liệu gửi lên không hợp lệ"
    assert vietnamese.json()["detail"] == "limit: phải từ 1 trở lên"
    assert vietnamese.json()["errors"] == [{"field": "limit", "detail": "phải từ 1 trở lên"}]


@pytest.mark.parametrize(
    ("path", "detail", "expected"),
    [
        ("/api/v1/policies/17", "id: phải là một UUID như 0190a5b8-7c1e-7d3a-9f52-3c1b2a4d5e6f", None),
        ("/api/v1/changes?wait=soon", "wait: phải là số nguyên", None),
        ("/oembed?url=ftp%3A%2F%2Fx.vn%2F", "Đây không phải là URL.", "URL của một tài liệu, hoặc URL lấy từ /embed"),
        ("/api/v1/policies?lang=fr", "Hệ thống không có ngôn ngữ `fr`.", "vi hoặc en"),
        ("/api/v1/policies?cursor=x", "Con trỏ bị hỏng.", "giá trị `next` do hệ thống này trả về"),
        ("/api/v1/nothing", "Không có gì ở /api/v1/nothing.", "một địa chỉ được liệt kê ở /docs"),
        ("/feeds/nothing.atom", "Không có nguồn tin `nothing`.", None),
        ("/api/v1/policies?sort=best", None, None),
        ("/api/v1/policies?issued_from=2026-13-01", "issued_from: lịch không có ngày 2026-13-01", "2026-11-24"),
    ],
)
async def test_no_word_of_a_validator_and_no_english_reaches_a_vietnamese_reader(
    client: httpx.AsyncClient, path: str, detail: str | None, expected: str | None
) -> None:
    refused = await client.get(path, headers=VI)

    assert refused.status_code in (404, 422), refused.text
    assert refused.headers["content-language"] == "vi", refused.text
    assert "Input should" not in (await client.get(path)).text
    if detail is not None:
        assert refused.json()["detail"] == detail
    if expected is not None:
        assert refused.json()["expected"] == expected


async def test_an_unknown_parameter_is_answered_with_the_known_ones(client: httpx.AsyncClient) -> None:
    english, vietnamese = [
        (await client.get("/api/v1/policies?agencey=x", headers=headers)).json() for headers in (EN, VI)
    ]

    assert english["code"] == vietnamese["code"] == "unknown_parameter"
    assert english["detail"] == "This address has no parameter `agencey`."
    assert vietnamese["detail"] == "Địa chỉ này không có tham số `agencey`."
    known = english["expected"].split(", ")
    assert {"agency", "topic", "lang", "limit", "cursor"} <= set(known)
    assert vietnamese["expected"] == english["expected"]

    nothing = (await client.get("/api/v1/log/epochs?page=2", headers=VI)).json()
    assert (nothing["code"], nothing["expected"]) == ("unknown_parameter", "không có tham số nào")


async def test_the_page_of_problems_is_in_the_language_of_the_reader(client: httpx.AsyncClient) -> None:
    for headers, query, lang, title in (
        ({}, "", "vi", "Các mã lỗi"),
        (EN, "", "en", "Errors"),
        (EN, "?lang=vi", "vi", "Các mã lỗi"),
        (VI, "?lang=en", "en", "Errors"),
    ):
        page = await client.get(f"/problems{query}", headers=headers)
        assert page.headers["content-language"] == lang
        assert "Accept-Language" in page.headers["vary"]
        assert f'<html lang="{lang}">' in page.text
        assert f"<h1>{title}</h1>" in page.text
        assert 'id="unknown_parameter"' in page.text
    assert "Tham số không có." in (await client.get("/problems")).text


async def test_the_page_in_place_of_a_problem_tells_the_detail_in_its_own_language(client: httpx.AsyncClient) -> None:
    for headers, lang, detail in (
        ({}, "vi", "Không có nguồn tin `nothing`."),
        (VI, "vi", "Không có nguồn tin `nothing`."),
        (EN, "en", "There is no feed `nothing`."),
    ):
        page = await client.get("/feeds/nothing.atom", headers={"accept": "text/html,*/*;q=0.8"} | headers)
        assert page.status_code == 404
        assert page.headers["content-language"] == lang
        assert f'<html lang="{lang}"' in page.text
        assert detail in page.text


async def test_errors_of_graphql_are_in_the_language_of_the_request(client: httpx.AsyncClient) -> None:
    queries = {
        "{ policies(first: 0) { edges { node { id } } } }": ("invalid_input", "first: phải từ 1 trở lên"),
        '{ policies(after: "x") { edges { node { id } } } }': ("invalid_cursor", "Con trỏ bị hỏng."),
        "{ nothing }": ("graphql_validation_failed", "Kiểu 'Query' không có trường 'nothing'."),
    }
    for query, (code, message) in queries.items():
        english, vietnamese = [
            await client.post("/graphql", json={"query": query}, headers=headers) for headers in (EN, VI)
        ]
        assert english.headers["content-language"] == "en"
        assert vietnamese.headers["content-language"] == "vi", vietnamese.text
        assert "Accept-Language" in vietnamese.headers["vary"]
        errors = [each.json()["errors"][0] for each in (english, vietnamese)]
        assert [each["extensions"]["code"] for each in errors] == [code, code]
        assert errors[1]["message"] == message
        assert errors[0]["message"] != message


async def test_a_refusal_before_the_query_is_read_and_one_of_its_form_are_in_the_language_too(
    client: httpx.AsyncClient,
) -> None:
    for content, message in (
        (b"{", "Dữ liệu JSON (nội dung yêu cầu) không đúng cú pháp: dòng 1, cột 2."),
        (b"[]", "Nội dung là một danh sách yêu cầu."),
    ):
        refused = await client.post("/graphql", content=content, headers=VI | {"content-type": "application/json"})
        assert refused.json()["errors"][0]["message"] == message
        assert refused.headers["content-language"] == "vi"


async def test_a_query_whose_errors_are_in_one_language_is_never_kept_for_another(settings: Settings) -> None:
    query = {"query": '{ policies { edges { node { id } } } policy(id: "x") { id } }'}
    settings = settings.model_copy(update={"answer_cache_mb": 8})
    async with running(create_app(settings)) as client:
        messages = []
        for headers in (VI, {}, EN, VI, {}):
            answer = await client.post("/graphql", json=query, headers=headers)
            messages.append(answer.json()["errors"][0]["message"])
        assert messages[0] == messages[3] != messages[1] == messages[2] == messages[4]
        problems = [(await client.get("/api/v1/policies?limit=0", headers=each)).json() for each in (VI, {}, VI)]
        assert problems[0] == problems[2] != problems[1]


async def test_a_long_problem_becomes_a_page_too_although_the_browser_takes_compressed_answers(
    client: httpx.AsyncClient,
) -> None:
    query = "&".join(
        f"{name}=x" for name in ("limit", "as_of", "in_force_on", "issued_from", "issued_to", "modified_from")
    )
    headers = VI | {"accept-encoding": "gzip"}
    problem = await client.get(f"/api/v1/policies?{query}", headers=headers)
    assert len(problem.content) > 600

    page = await client.get(f"/api/v1/policies?{query}", headers=headers | {"accept": "text/html"})

    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")
    assert "<code>invalid_input</code>" in page.text
    assert "Địa chỉ có phần không hợp lệ." in page.text
