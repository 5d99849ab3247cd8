"""Tables of 200 documents made by LibreOffice come in whole, and a faulty one but for its faults, named by cell.

`tests/support/agency_tables.py` says how the files are made again.
"""

import shutil
from pathlib import Path

import pytest

from hub.db import Database
from tests.support.agency_tables import DATA, FAULTS, FIRST_ROW, ROWS
from tests.support.import_samples import everything, imported, rows, told

PLACES = [f"Danh mục!{column}{FIRST_ROW + number - 1} (" for number, column, _ in FAULTS]
UNKNOWN_TOPIC = "Danh mục!J"


@pytest.mark.full
@pytest.mark.parametrize("name", ["danh-muc.xlsx", "danh-muc.csv"])
async def test_a_table_of_an_agency_is_published_whole_and_twice_without_a_change(
    database: Database, tmp_path: Path, name: str
) -> None:
    path = Path(shutil.copy(DATA / name, tmp_path))
    first = await imported(database, path)
    assert told(first) == (ROWS, 0, 0, 0, ROWS), first.files
    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, ROWS, 0, 0)
    assert await everything(database) == before
    shown = "SELECT 1 FROM published_view WHERE convert_from(published_view.full, 'UTF8') LIKE '%Tủ 1%'"
    assert await rows(database, shown) == []


async def test_a_table_as_xlsx_and_as_csv_is_the_same_documents_whole_and_without_a_change(
    database: Database, tmp_path: Path
) -> None:
    table, book = (Path(shutil.copy(DATA / name, tmp_path)) for name in ("danh-muc.csv", "danh-muc.xlsx"))
    first = await imported(database, table, publish=False)
    assert told(first) == (ROWS, 0, 0, 0, 0), first.files
    assert any("Nơi lưu" in note for note in first.files[0].notes)
    before = await everything(database)
    for path in (book, table):
        assert told(await imported(database, path, publish=False)) == (0, 0, ROWS, 0, 0)
    assert await everything(database) == before
    [[content]] = await rows(database, "SELECT content FROM edition WHERE content->>'number' LIKE '19/%'")
    assert [each["role"] for each in content["dates"]] == ["issued", "effective"]
    assert content["signer"]["title"] in ("Phó Chủ tịch", "Giám đốc", "Phó Giám đốc")
    kept = "SELECT count(*) FROM editors_note WHERE text LIKE 'Nơi lưu: Tủ %'"
    assert await rows(database, kept) == [(ROWS // 5,)]


async def test_faults_are_named_by_sheet_row_and_column_and_all_rows_come_in(
    database: Database, tmp_path: Path
) -> None:
    summary = await imported(database, Path(shutil.copy(DATA / "danh-muc-loi.xlsx", tmp_path)), publish=False)
    assert told(summary) == (ROWS, 0, 0, 0, 0)
    notes = await rows(database, "SELECT text FROM editors_note WHERE text LIKE '%Danh mục!%'")
    assert len(notes) == len(FAULTS)
    for (number, _, value), place in zip(FAULTS, PLACES, strict=True):
        [note] = [found for (found,) in notes if place in found]
        assert not isinstance(value, str) or value in note, number
    # A topic that the registry does not know is kept as said, and no doubt.
    assert summary.files[0].doubtful == len(FAULTS) - sum(place.startswith(UNKNOWN_TOPIC) for place in PLACES)
    kept = "SELECT content->'unmapped', content->'topics' FROM edition WHERE content->>'number' LIKE '133/%'"
    assert await rows(database, kept) == [([{"field": "topics", "text": "Chuyện khác"}], [])]
    dateless = "SELECT count(*) FROM edition WHERE content->'missing' = '[\"dates\"]'"
    assert await rows(database, dateless) == [(sum(column == "F" for _, column, _ in FAULTS) - 1,)]
