"""Each template is a table whose example comes in as it is."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from hub.db import Database
from hub.domain.kinds import KINDS
from ingest.spreadsheets.column_names import header_key, load_data
from ingest.spreadsheets.templates import template_name, write_template
from tests.support.import_samples import imported, rows, set_aside, told


async def test_the_example_of_each_template_comes_in(database: Database, tmp_path: Path) -> None:
    for kind in KINDS:
        for form, expected in (("xlsx", (1, 0, 0, 0, 1)), ("csv", (0, 0, 1, 0, 0))):
            path = tmp_path / template_name(kind, form)
            path.write_bytes(write_template(kind, form))
            summary = await imported(database, path)
            assert told(summary) == expected, (kind, form, set_aside(summary))
            assert summary.files[0].doubtful == 0, summary.files[0].doubts
            if kind == "statement":
                [[person]] = await rows(database, "SELECT content->>'spokesperson' FROM edition WHERE content ? 'form'")
                assert person == "pn-ubnd-hue"
    assert await rows(database, "SELECT count(DISTINCT kind) FROM document") == [(len(KINDS),)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_offers_values_and_explains_its_columns(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_template(kind))
    sheet, lists, guide = load_workbook(path).worksheets
    assert sheet.data_validations.dataValidation
    assert any(cell.comment for cell in sheet[1])
    assert (lists.sheet_state, guide.max_row) == ("hidden", sheet.max_column)


def test_the_names_of_a_kind_do_not_clash() -> None:
    for kind in KINDS:
        seen: dict[str, str] = {}
        for field, column in load_data("columns")[kind].items():
            for name in column["names"]:
                assert seen.setdefault(header_key(name), field) == field, (kind, name)
