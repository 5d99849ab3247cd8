"""`hub import --dry-run` writes nothing and tells what an import then does; its report comes in once corrected."""

import asyncio
import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from hub.cli import app
from hub.db import Database
from hub.settings import Settings
from tests.support.database_digest import DatabaseDigest
from tests.support.import_samples import imported, policy, rows, told, write

HEADER = ["STT", "Số ký hiệu", "Trích yếu", "Ngày ban hành", "Ghi chú nội bộ"]


def _table(path: Path, *lines: list[object]) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "Văn bản"
    for line in (["DANH MỤC"], HEADER, *lines):
        sheet.append(line)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in {"DATABASE_URL": settings.require_database_url(), "DATA": str(tmp_path)}.items():
        monkeypatch.setenv(f"HUB_{name}", value)

    async def run(*words: object) -> tuple[int, str]:
        ran = await asyncio.to_thread(CliRunner().invoke, app, ["import", *map(str, words)])
        return ran.exit_code, ran.output

    return run


async def test_a_dry_run_writes_nothing_and_says_what_the_import_then_does(
    database: Database, settings: Settings, tmp_path: Path, run
) -> None:
    old = [1, "7/KH-UBND", "Trồng cây", "02/03/2026", None]
    await imported(database, _table(tmp_path / "cu.xlsx", old))
    path = _table(
        tmp_path / "moi.xlsx",
        old,
        [2, "8/KH-UBND", "Nạo vét kênh", "03/03/2026", "=1+1"],
        [3, "không số", None, "04/03/2026", "của phòng"],
        [4, "10/2026", "Họp dân", "2026-03-05", None],
        [5, "11/KH-UBND", "Sửa đường", "31/02/2026", None],
    )
    digest = await DatabaseDigest.open(settings.require_database_url())
    before = await digest.take()

    code, said = await run("--dry-run", "--publish", path)

    assert await digest.take() == before
    await digest.connection.close()
    assert code == 1
    assert "3 created, 0 changed, 0 joined, 1 unchanged, 1 set aside; 1 would be published" in said
    assert "Văn bản!B5 (Số ký hiệu): Nothing identifies the row. Văn bản!B5 (Số ký hiệu): `không số` is not" in said
    assert "Văn bản!D7 (Ngày ban hành): `31/02/2026` is not a day; it was left out." in said
    assert "Văn bản!B6 (Số ký hiệu): `10/2026` is not the number" in said
    assert await rows(database, "SELECT count(*) FROM import_run") == [(1,)]
    assert told(await imported(database, path)) == (3, 0, 1, 1, 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_the_rows_that_were_set_aside_are_a_file_that_comes_in_when_it_is_corrected(
    database: Database, tmp_path: Path, run, ending: str
) -> None:
    path = _table(
        tmp_path / "a.xlsx",
        [1, "8/KH-UBND", "Nạo vét kênh", "03/03/2026", None],
        [2, "chưa rõ", None, "04/03/2026", "=Sửa đường\nven sông"],
    )
    report = tmp_path / f"sua.{ending}"
    code, said = await run("--dry-run", "--report", report, path)
    assert (code, "1 records set aside" in said) == (1, True)
    assert (await run("--report", report, path))[0] == 1
    if ending == "csv":
        lines = list(csv.reader(io.StringIO(report.read_bytes().decode("utf-8-sig"))))
        assert "chưa rõ" in lines[1][0]
        lines[1] = ["9/KH-UBND" if cell == "chưa rõ" else cell for cell in lines[1]]
        with report.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(lines)
    else:
        book = load_workbook(report)
        sheet = book.active
        assert "chưa rõ" in sheet["A2"].value
        [place] = [cell for cell in sheet[2] if cell.value == "chưa rõ"]
        place.value = "9/KH-UBND"
        book.save(report)
    assert (await run(report))[0] == 0
    titles = await rows(database, "SELECT content->>'title' FROM edition ORDER BY 1")
    assert titles == [("Kế hoạch 9/KH-UBND của Ủy ban nhân dân thành phố Huế",), ("Nạo vét kênh",)]
    assert await rows(database, "SELECT text FROM editors_note") == [("Ghi chú nội bộ: =Sửa đường\nven sông",)]


async def test_a_dry_run_of_another_format_names_lines(database: Database, tmp_path: Path, run) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [policy("p"), policy("q")]))
    bad = {**policy("r"), "kind": "statement"}
    path = write(tmp_path / "b.jsonl", [policy("p", title="Tên mới"), policy("q"), bad, policy("s")])
    report = tmp_path / "b.csv"
    code, said = await run("--dry-run", "--report", report, path)
    assert code == 1
    assert "1 created, 1 changed, 0 joined, 1 unchanged, 1 set aside" in said
    assert "line 3\tset aside" in said
    assert "line 1\tchanged\tTên mới" in said
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("3,r,")


async def test_a_report_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path, run) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    for report in (tmp_path / "a.docx", tmp_path / "none" / "a.csv"):
        assert (await run("--report", report, path))[0] != 0
