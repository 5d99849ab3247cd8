"""Many writers at one document: nobody overwrites anybody, and nobody's work is lost without a word."""

import asyncio
from typing import Any

import httpx
import pytest

from hub.db import Database
from tests.support import contents
from tests.support.editors import Editor, key

WRITERS = 50


@pytest.fixture
async def writers(client: httpx.AsyncClient, database: Database) -> list[Editor]:
    """Fifty writers with five keys."""
    keys = [await key(database, "so-y-te", "write", "read:working", label=f"Người viết {n}") for n in range(5)]
    return [Editor(client, keys[n % 5]) for n in range(WRITERS)]


async def begun(writer: Editor) -> str:
    made = await writer.create(agency="so-y-te")
    assert made.status_code == 201
    return str(made.json()["id"])


async def rounds(writers: list[Editor], document: str, count: int) -> None:
    reader = writers[0]
    for n in range(count):
        before = await reader.read(document)
        titles = [f"Lượt {n} người {place}" for place in range(len(writers))]
        answers = await asyncio.gather(
            *(
                writer.do(document, "edition", before["version"], {"content": contents.policy(title=title)})
                for writer, title in zip(writers, titles, strict=True)
            )
        )

        won = [place for place, answer in enumerate(answers) if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        assert {(a.status_code, a.json()["code"], a.json()["version"]) for a in lost} == {
            (412, "version_stale", before["version"] + 1)
        }
        after = await reader.read(document)
        assert after["version"] == before["version"] + 1 == answers[won[0]].json()["version"]
        assert after["working"][0]["content"]["title"] == titles[won[0]]
        assert after == answers[won[0]].json()


async def trail(writer: Editor, document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"document": document, "limit": 100}
    while True:
        page = (await writer.client.get("/api/v1/manage/audit", params=params, headers=writer.headers)).json()
        found += page["items"]
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]


async def test_of_fifty_writers_exactly_one_wins_each_round(writers: list[Editor]) -> None:
    document = await begun(writers[0])

    await rounds(writers, document, 3)

    assert [line["version"] for line in await trail(writers[0], document)] == [4, 3, 2, 1]


@pytest.mark.full
async def test_of_fifty_writers_exactly_one_wins_each_of_thirty_rounds(writers: list[Editor]) -> None:
    document = await begun(writers[0])

    await rounds(writers, document, 30)

    assert [line["version"] for line in await trail(writers[0], document)] == list(range(31, 0, -1))


async def added(writer: Editor, document: str, word: str) -> None:
    """Add a word to the title of what is there, and read anew and try again when somebody was quicker."""
    while True:
        found = await writer.read(document)
        title = f"{found['working'][0]['content']['title']} {word}"
        answer = await writer.do(document, "edition", found["version"], {"content": contents.policy(title=title)})
        if answer.status_code == 200:
            return
        assert answer.status_code == 412, answer.text


async def everyone_adds(writers: list[Editor]) -> None:
    document = await begun(writers[0])
    words = [f"từ{n}" for n in range(len(writers))]

    await asyncio.gather(*(added(writer, document, word) for writer, word in zip(writers, words, strict=True)))

    found = await writers[0].read(document)
    assert sorted(found["working"][0]["content"]["title"].split()[-len(words) :]) == sorted(words)
    assert found["version"] == 1 + len(words)
    assert len(await trail(writers[0], document)) == 1 + len(words)


async def test_writers_who_read_anew_after_a_412_all_get_their_word_in(writers: list[Editor]) -> None:
    await everyone_adds(writers[:12])


@pytest.mark.full
async def test_fifty_writers_who_read_anew_after_a_412_all_get_their_word_in(writers: list[Editor]) -> None:
    await everyone_adds(writers)


async def test_two_documents_cannot_be_redirected_to_each_other_at_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    chief = Editor(client, await key(database, "ubnd-hue"))
    for _ in range(5):
        pair = [str((await chief.create(agency="so-y-te")).json()["id"]) for _ in range(2)]
        for document in pair:
            for verb in ("submit", "approve", "publish"):
                await chief.done(document, verb)

        answers = await asyncio.gather(
            *(chief.do(one, "redirect", 4, {"to": other}) for one, other in (pair, reversed(pair)))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 422]
        states = [(await chief.read(document))["state"] for document in pair]
        assert sorted(states) == ["live", "redirected"]
