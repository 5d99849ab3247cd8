"""`hub import` given files of other kinds: each is rejected in words, the others are imported, the exit code tells."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.db import Database
from hub.settings import Settings
from tests.support.import_samples import policy, rows, write
from tests.support.word_files import paragraph, word_file


async def test_a_word_document_is_rejected_in_words_and_the_other_files_are_imported(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"DATABASE_URL": settings.require_database_url(), "DATA": str(tmp_path)}.items():
        monkeypatch.setenv(f"HUB_{name}", value)
    good = write(tmp_path / "tot.jsonl", [policy("a")])
    word = tmp_path / "van-ban.docx"
    word.write_bytes(word_file(paragraph("Kế hoạch")))

    async def run(*words: str) -> tuple[int, str]:
        ran = await asyncio.to_thread(CliRunner().invoke, app, ["import", *words])
        return ran.exit_code, ran.output

    code, said = await run(str(word), "--format", "jsonl", str(good))
    assert code == 1
    assert "van-ban.docx, line 1: The file is a Word document (DOCX). Expected: JSONL" in " ".join(said.split())
    assert "1 created, 0 changed, 0 unchanged, 1 rejected" in said
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]
    [quarantine] = (tmp_path / "quarantine").glob("*van-ban.docx.jsonl")
    assert json.loads(quarantine.read_text())["reason"]["code"] == "not_a_document"
    assert (await run(str(good)))[0] == 0
