"""Records in old encodings are imported in Unicode and published, with a list of what was converted."""

from pathlib import Path
from typing import Any

from hub.db import Database
from tests.support.import_samples import codes, imported, policy, rows, told, write
from tests.support.old_fonts import as_tcvn3, as_vni

TITLE = "Quy định việc giao đất đối với người được hỗ trợ tái định cư"
TEXT = "Ủy ban nhân dân tỉnh quy định mức hỗ trợ"


def with_content(name: str, **members: Any) -> dict[str, Any]:
    record = policy(name)
    return record | {"content": record["content"] | members}


async def test_a_sure_conversion_is_told_and_published_and_an_unsure_text_waits(
    database: Database, tmp_path: Path
) -> None:
    nodes = [{"ref": "dieu-1", "type": "article", "label": as_vni("Điều 1"), "text": as_vni(TEXT)}]
    unsure = "Quy ®Þnh vÒ ®Êt ®ai cña tØnh ®èi víi ngêi ®îc giao, trong nh÷ng trêng hîp"
    given = [
        with_content("cu-1", title=as_tcvn3(TITLE), summary="Ngày 7"),
        with_content("cu-2", nodes=nodes, title="Hue"),
        with_content("chua-ro", title=unsure),
    ]
    path = write(tmp_path / "cu.jsonl", given)
    summary = await imported(database, path, publish=True)
    assert told(summary) == (3, 0, 0, 0, 2), codes(summary)
    stored = """SELECT p.source_id, e.content->>'title', e.content->'nodes'->0->>'text' FROM provenance p
        JOIN edition e USING (document_id) ORDER BY 1"""
    found = {name: (title, text) for name, title, text in await rows(database, stored)}
    assert found["cu-1"][0] == TITLE
    assert found["cu-2"] == ("Hue", TEXT)
    assert found["chua-ro"][0] == unsure
    lines = summary.lines()
    assert "1 with doubts wait for an editor, 2 converted to Unicode" in lines[0]
    assert f"cu.jsonl, line 1: title: read as TCVN3: `{as_tcvn3(TITLE)[4:34]}" in "\n".join(lines)
    assert f"nodes: read as VNI: `{as_vni('Điều 1').split()[0]} 1` is `Điều 1`." in "\n".join(lines)
    assert told(await imported(database, path, publish=True)) == (0, 0, 3, 0, 0), "again: nothing changes"


async def test_a_text_in_bytes_of_tcvn3_is_read_and_other_bytes_are_refused(database: Database, tmp_path: Path) -> None:
    for name, body in (("la.txt", "Les élèves français\n".encode("cp1252") * 9), ("gi.txt", b"\xff\xd8\x81" * 30)):
        path = tmp_path / name
        path.write_bytes(body)
        assert codes(await imported(database, path)) == [(1, "broken_utf8")]
    path = tmp_path / "cu.txt"
    path.write_bytes((as_tcvn3(f"{TITLE}\n{TEXT}\n") * 3).encode("cp1252"))
    assert codes(await imported(database, path)) == [(1, "unsure_reading")], "read, and then it announces no document"
