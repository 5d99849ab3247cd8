"""The entry documents name only what is there, in the language that is asked for, at the public address."""

from typing import Any

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from tests.support.asgi import running

ENTRIES = ("/api", "/api/v1")
STREAMS = ("events",)
"""Answers without end."""


def links_of(entry: dict[str, Any]) -> list[dict[str, str]]:
    return [link for member in ("versions", "resources", "links") for link in entry.get(member, ())]


async def test_a_parameter_that_is_unknown_is_refused_and_nothing_is_written_there(client: httpx.AsyncClient) -> None:
    for path in ENTRIES:
        unknown = await client.get(path, params={"page": 2})
        written = await client.post(path, json={})

        assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_parameter")
        assert (written.status_code, written.headers["allow"]) == (405, "GET, HEAD")


async def test_every_address_answers_with_the_media_type_that_is_told(
    client: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for path in ENTRIES:
        for link in links_of((await client.get(path)).json()):
            if link["name"] in STREAMS:
                continue
            with subtests.test(f"{path}: {link['name']}"):
                params = {"query": "{__typename}"} if link["name"] == "graphql" else {}
                answer = await client.get(link["url"], params=params)

                assert answer.status_code == 200, answer.text
                assert answer.headers["content-type"].partition(";")[0] == link["media_type"]


async def test_every_link_of_the_header_answers(client: httpx.AsyncClient) -> None:
    for path in ENTRIES:
        links = (await client.get(path)).headers["link"].split(", ")
        relations = {link.partition('rel="')[2].partition('"')[0] for link in links}
        targets = [link.partition("<")[2].partition(">")[0] for link in links]

        assert {"service-desc", "service-doc", "status", "alternate"} < relations
        assert [target for target in targets if (await client.get(target)).status_code != 200] == []


async def test_names_stay_and_titles_are_in_the_language_that_is_asked_for(client: httpx.AsyncClient) -> None:
    for path in ENTRIES:
        vietnamese = await client.get(path)
        english = await client.get(path, headers={"accept-language": "en"})
        chosen = await client.get(path, params={"lang": "en"})

        assert [each["name"] for each in links_of(vietnamese.json())] == [
            each["name"] for each in links_of(english.json())
        ]
        assert vietnamese.json()["name"] == "Cổng chính sách Huế"
        assert chosen.content == english.content
        assert (vietnamese.headers["content-language"], english.headers["content-language"]) == ("vi", "en")
        assert vietnamese.json()["summary"] != english.json()["summary"]


async def test_addresses_are_those_of_the_public_url(settings: Settings) -> None:
    changes = {"public_url": "https://chinhsach.hue.gov.vn/hub"}
    behind = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    async with running(create_app(behind)) as client:
        for path in ENTRIES:
            answer = await client.get(path, headers={"host": "chinhsach.hue.gov.vn"})

            assert {
                each["url"].startswith("https://chinhsach.hue.gov.vn/hub/") for each in links_of(answer.json())
            } == {True}
            assert all(link.startswith("</hub/") for link in answer.headers["link"].split(", "))
