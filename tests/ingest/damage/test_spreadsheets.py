"""Rows of CSV and XLSX with every cell damaged in turn: each is read as the table says, and the other row stays."""

from collections.abc import Callable

import orjson
import pytest

from ingest.imports.chunk import read_records
from ingest.spreadsheets.reader import read_table
from tests.support.damage import Parts, damage_parts
from tests.support.damage_documents import ROW, as_csv, as_xlsx, names
from tests.support.damage_outcomes import disagreements, result_outcome


def row_outcome(body: bytes, name: str) -> str:
    table = read_table(body, name, "policy", "ubnd-hue")
    assert len(table["records"]) == 2
    packed = orjson.dumps(table["records"][0])
    [found] = read_records(packed, [len(packed)], "sheet", name, "ubnd-hue", ("vi", "en"))
    return result_outcome(found)


@pytest.mark.parametrize(("write", "name"), [(as_csv, "bang.csv"), (as_xlsx, "bang.xlsx")])
def test_each_damage_to_a_cell_has_its_written_outcome(write: Callable[[Parts], bytes], name: str) -> None:
    variants = damage_parts(ROW, names(ROW))
    found = {(each.field, each.damage): row_outcome(write(each.value), name) for each in variants}
    assert list(disagreements("row", found)) == []
