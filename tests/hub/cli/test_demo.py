"""The sample content: its files are served, it was published over weeks, guides name it, and it is loaded once."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub import demo
from hub.app import create_app
from hub.cli.demo import load_demo
from hub.content.file_references import find_file_references
from hub.db import Database
from hub.domain.consultations import ConsultationStage
from hub.settings import Settings
from hub.times import parse_moment, today
from ingest.records import document_id
from tests.support.asgi import running

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def shown(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A hub whose log began before the sample content, with that content."""
    async with database.write() as session:
        await session.execute(text("UPDATE log_head SET at = '2026-10-01'"))
    await load_demo(database, settings)
    async with running(create_app(settings)) as client:
        yield client


async def items(client: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/api/v1/{kind}?limit=100")).json()["items"]
    return found


async def stored(database: Database) -> Any:
    """The head of the log, and the numbers of comments, bodies and answers."""
    names = ("comment", "consultation_body", "comment_answer", "comment_group", "audit_entry")
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    async with database.read() as connection:
        return (await connection.execute(text(f"SELECT seq, hash, {counts} FROM log_head"))).one()


async def check_guides(shown: httpx.AsyncClient) -> None:
    """Assert that the addresses of the guides, a search of the README and a feed of the tutorial find documents."""
    words = "".join((ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("tutorial", "linked"))
    paths = set(re.findall(r"/(?:eli/vn|id/policy)/[a-z0-9/-]*[0-9][a-z0-9/-]*", words))
    assert len(paths) >= 3
    for path in paths:
        assert (await shown.get(path)).status_code == 303, path
    assert (await shown.get("/api/v1/search?q=truyen+thong+chinh+sach")).json()["items"]
    assert (await shown.get("/feeds/drafts.json?topic=truyen-thong")).json()["items"]


async def check_comments(shown: httpx.AsyncClient) -> None:
    """Assert that the sample consultations have comments, a group, letters and answers."""
    found = (await shown.get("/api/v1/consultations?limit=100")).json()["items"]
    by_draft = {one["draft"]: f"/api/v1/consultations/{one['id']}" for one in found}
    samples = {one["draft"]: by_draft[str(document_id(one["draft"]))] for one in demo.sample_comments()}

    page = (await shown.get(f"{samples['demo:dt-via-he']}/comments?limit=100")).json()["items"]
    assert {item["author"]["kind"] for item in page} == {"person", "organisation", "business", "front", None}
    assert "example.org" not in str(page)
    assert "mái che" not in str(page)
    assert {item["group"]["count"] for item in page if item["group"]} == {3}
    moderation = (await shown.get(f"{samples['demo:dt-via-he']}/moderation")).json()
    assert moderation["waiting"] == 1
    bodies = (await shown.get(f"{samples['demo:dt-via-he']}/bodies")).json()["items"]
    replies = sorted((body["answered_on"] is None, body["agrees_entirely"]) for body in bodies)
    assert replies == [(False, False), (False, True), (True, False)]
    for draft, state in (("demo:dt-quy-che-phat-ngon", "answered"), ("demo:dt-phan-loai-rac", "adopted")):
        assert (await shown.get(samples[draft])).json()["state"] == state
        answers = (await shown.get(f"{samples[draft]}/answers")).json()
        assert (
            answers["counts"]["public"]
            == answers["counts"]["answered"]
            == sum(one["comments"] for one in answers["items"])
        )
        assert (await shown.get(f"{samples[draft]}/table.json")).json()["counts"]["unanswered"] == 0
    hidden = (await shown.get(f"{samples['demo:dt-xe-buyt']}/answers")).json()
    assert hidden["items"] == []


async def test_the_sample_content_has_pictures_files_weeks_and_the_documents_of_the_guides(
    shown: httpx.AsyncClient, settings: Settings, database: Database
) -> None:
    consultations = (await shown.get("/api/v1/consultations?limit=100")).json()["items"]
    states = {one["state"] for one in consultations}
    assert states >= {"closed", "answered", "adopted", "dropped"}
    if today() < date(2026, 12, 15):
        assert states == set(ConsultationStage)
    bulletins = await items(shown, "bulletins")
    pictured = [one["image"] for one in bulletins if one["image"]]
    assert len(pictured) >= 6
    for image in pictured:
        assert [size["width"] for size in image["sizes"]] == [320, 640, 1280]
        assert re.fullmatch("#[0-9a-f]{6}", image["placeholder"])
        assert (await shown.get(image["sizes"][0]["url"])).status_code == 200
    days = {one["issued_on"] for one in bulletins}
    assert len(days) == len(bulletins)
    published = sorted(parse_moment(one["published_at"]) for one in [*bulletins, *await items(shown, "policies")])
    assert published[-1] - published[0] > timedelta(weeks=5)

    for record in demo.content_records():
        assert "example.org/tep" not in str(record["content"])
        for reference in find_file_references(record["content"]):
            answer = await shown.get(reference.url)
            assert answer.status_code == 200, reference.url
            assert reference.facts.get("size") in (None, len(answer.content))

    await check_guides(shown)
    await check_comments(shown)

    before = await stored(database)
    assert await load_demo(database, settings) == f"0 new of {len(demo.content_records())} records; 0 published"
    assert await stored(database) == before


def test_every_sample_record_has_a_date_and_every_file_a_record() -> None:
    records = demo.content_records()
    named = {
        reference.url.rsplit("/", 1)[1] for record in records for reference in find_file_references(record["content"])
    }
    folder = Path(demo.__file__).parent / "data" / "files"

    assert set(demo.publication_dates()) == {record["source_id"] for record in records}
    assert named == {path.name for path in folder.iterdir()}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_000_000
