"""The programs of docs/comments.md, as they stand there, against a served hub."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from hub.consultation.clock import turn_due
from hub.consultation.comments.models import CommentKey
from hub.db import Database, table
from hub.settings import Settings
from tests.support.comments import TEXT, Commenter, comment_rows, open_consultation
from tests.support.served import Served, serving_here
from tests.support.servers import Publish

DOC = Path(__file__).resolve().parents[4] / "docs" / "comments.md"
FUTURE = datetime(2035, 1, 1, tzinfo=UTC)
CHECK = "\nisCounted(...process.argv.slice(-4)).then((found) => console.log(found));\n"


def program(language: str) -> str:
    """The one block of a language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", DOC.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


async def run(*words: str, cwd: Path) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, cwd=cwd, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, (out + err).decode()
    return out.decode()


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings) as served:
        yield served


async def test_curl_submits_changes_and_erases_a_comment(
    hub: Served, database: Database, publish_edition: Publish, tmp_path: Path
) -> None:
    consultation = await open_consultation(publish_edition)

    said = await run("bash", "-euc", program("bash"), "comments.md", hub.url, str(consultation), cwd=tmp_path)

    assert '"stance":"suggests"' in said
    assert said.count("Giờ cấm nên bắt đầu muộn hơn.") == 4
    assert '"state":"withdrawn"' in said
    assert said.endswith("gone: 404\n")
    assert [row.state for row in await comment_rows(database)] == ["erased"]


@pytest.mark.parametrize("language", ["python", "js"])
async def test_a_program_proves_that_a_comment_was_counted(
    hub: Served, database: Database, publish_edition: Publish, tmp_path: Path, language: str
) -> None:
    consultation = await open_consultation(publish_edition)
    codes = []
    async with httpx.AsyncClient(base_url=hub.url) as client:
        person = Commenter(client, consultation)
        for number in range(5):
            codes.append((await person.submit(text=f"{TEXT} {number}"))["code"])
    await turn_due(database, FUTURE)

    answers = [
        await is_counted(language, hub, consultation, codes[number], f"{TEXT} {number}", tmp_path) for number in (0, 4)
    ]

    assert answers == [True, True]
    async with database.write() as session:
        await session.execute(update(table(CommentKey)).values(salt=b"s" * 32))  # which leads to another root
    assert await is_counted(language, hub, consultation, codes[0], f"{TEXT} 0", tmp_path) is False


async def is_counted(language: str, hub: Served, consultation: UUID, code: str, text: str, folder: Path) -> bool:
    if language == "python":
        given = "\nimport sys; print(is_counted(*sys.argv[1:]))"
        said = await run(
            sys.executable, "-c", program(language) + given, hub.url, str(consultation), code, text, cwd=folder
        )
    else:
        (folder / "check.mjs").write_text(program(language) + CHECK, "utf-8")
        said = await run("node", "check.mjs", hub.url, str(consultation), code, text, cwd=folder)
    return said.strip().lower() == "true"
