"""Cells of columns that nobody knows are for editors alone, and go with their document; and the table of a preview."""

import io
from pathlib import Path

from hub.db import Database
from ingest.imports.outcomes import RecordOutcome, RowPlace
from ingest.imports.preview import FilePreview
from ingest.imports.preview_table import print_preview
from ingest.records import Reason
from tests.support.import_samples import imported, rows, told
from tests.support.webhooks import remove_for_good

TABLE = "Số ký hiệu,Trích yếu,Ngày ban hành,Ghi chú nội bộ\n8/KH-UBND,Nạo vét kênh,03/03/2026,chưa báo cáo\n"


async def test_cells_that_are_kept_for_editors_are_never_public_and_go_with_their_document(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, "utf-8")
    assert told(await imported(database, path)) == (1, 0, 0, 0, 1)
    public = "SELECT count(*) FROM published_view v WHERE convert_from(v.full, 'UTF8') || v.body LIKE '%báo cáo%'"
    assert await rows(database, public) == [(0,)]
    kept = "SELECT document_id, text FROM editors_note"
    [(document, text)] = await rows(database, kept)
    assert text == "Ghi chú nội bộ: chưa báo cáo"
    await remove_for_good(database, document)
    assert await rows(database, kept) == [(document, None)]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_preview_on_a_terminal_is_a_table_with_faults_first() -> None:
    reason = Reason("invalid_input", "Văn bản!D5 (Ngày): `x` is not a day.", "Văn bản!D5 (Ngày)", "a day")
    preview = FilePreview("a.xlsx", "sheet", notes=("Mật: the sheet is hidden, and was not read",))
    for outcome in (
        RecordOutcome(4, RowPlace("Văn bản", 4), "a", "Trồng [cây]", "created", None, (), {}),
        RecordOutcome(5, RowPlace("Văn bản", 5), None, None, "set_aside", reason, (), {}),
        RecordOutcome(6, RowPlace("Văn bản", 6), "c", "Như cũ", "unchanged", None, (), {}),
    ):
        preview.add(outcome, is_kept=True)
    out = _Terminal()
    print_preview([preview], out)
    said = out.getvalue()
    assert said.index("Văn bản!5") < said.index("Văn bản!4")
    assert "[cây]" in said
    assert "Như cũ" not in said
    assert "1 created, 0 changed, 0 joined, 1 unchanged, 1 set aside; 0 would be published; nothing was written" in said
