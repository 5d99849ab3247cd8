"""Imports create, change or leave documents alone, and change nothing when the file did not change."""

from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from hub.content.commands import lock_documents, save_edition
from hub.db import Database
from hub.errors import SetupProblem, UnknownReference
from tests.support.contents import bulletin
from tests.support.import_samples import codes, everything, faults, imported, legal, policy, rows, told, write


async def test_importing_a_file_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(60)])
    assert told(await imported(database, path)) == (60, 0, 0, 0, 60)
    before = await everything(database)
    again = await imported(database, path)
    assert told(again) == (0, 0, 60, 0, 0)
    assert again.log_position == 60
    assert await everything(database) == before


async def test_a_changed_record_becomes_a_new_edition(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [policy("p"), policy("q")]))
    changed = policy("p", title="Trồng thêm cây xanh", change_note="Thêm hai tuyến đường.")
    summary = await imported(database, write(tmp_path / "b.jsonl", [changed, policy("q")]))
    assert told(summary) == (0, 1, 1, 0, 1)
    assert summary.log_position == 3
    editions = await rows(database, "SELECT number, state, change_note FROM edition ORDER BY document_id, number")
    assert sorted(editions) == [
        (1, "published", None),
        (1, "superseded", None),
        (2, "published", "Thêm hai tuyến đường."),
    ]


async def test_a_new_change_note_alone_is_a_change(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [policy("p")]))
    summary = await imported(database, write(tmp_path / "b.jsonl", [policy("p", change_note="Sửa lỗi chính tả.")]))
    assert told(summary) == (0, 1, 0, 0, 1)


async def test_without_publish_only_working_editions_are_saved(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    assert told(await imported(database, path, publish=False)) == (1, 0, 0, 0, 0)
    assert await rows(database, "SELECT state FROM edition") == [("drafting",)]
    assert await rows(database, "SELECT 1 FROM published_view UNION ALL SELECT 1 FROM log_entry") == []
    changed = write(tmp_path / "b.jsonl", [policy("p", title="Tên khác")])
    assert told(await imported(database, changed, publish=False)) == (0, 1, 0, 0, 0)
    assert await rows(database, "SELECT number, content->>'title' FROM edition") == [(1, "Tên khác")]


async def test_publish_makes_an_earlier_import_public(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    await imported(database, path, publish=False)
    assert told(await imported(database, path)) == (0, 0, 1, 0, 1)
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)


async def test_the_document_id_is_derived_from_the_source_id(database: Database, tmp_path: Path) -> None:
    given = uuid4()
    await imported(database, write(tmp_path / "a.jsonl", [policy("p"), policy("q", id=str(given))]))
    found = dict(await rows(database, "SELECT source_id, document_id FROM provenance"))
    assert found == {"p": uuid5(NAMESPACE_URL, "policy-hub:p"), "q": given}


async def test_languages_of_a_document_are_editions_of_their_own(database: Database, tmp_path: Path) -> None:
    english = policy("p", lang="en", title="Green streets")
    summary = await imported(database, write(tmp_path / "a.jsonl", [policy("p"), english, policy("p", lang="fr")]))
    assert told(summary) == (2, 0, 0, 1, 2)
    assert codes(summary) == [(3, "invalid_input")]
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]


async def test_an_editors_changes_are_not_overwritten(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    await imported(database, path)
    edited = policy("p", title="Bản của biên tập viên")["content"]
    async with database.write() as session:
        (document,) = (await lock_documents(session, [uuid5(NAMESPACE_URL, "policy-hub:p")])).values()
        await save_edition(session, document, lang="vi", content=edited, by="editor")
    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)
    summary = await imported(database, write(tmp_path / "b.jsonl", [policy("p", title="Bản mới của nguồn")]))
    assert codes(summary) == [(1, "edited_in_hub")]
    assert await everything(database) == before


async def test_another_owner_kind_or_document_is_refused(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [policy("p"), policy("q")]))
    before = await everything(database)
    bulletin = {"title": "Tin", "lead": "Một câu.", "body": "<p>Một câu.</p>"}
    wrong = [
        policy("p", agency="so-y-te"),
        {"source_id": "q", "kind": "bulletin", "agency": "ubnd-hue", "content": bulletin},
        policy("p", id=str(uuid4())),
        policy("elsewhere", title="Tên khác", id=str(uuid5(NAMESPACE_URL, "policy-hub:p"))),
    ]
    summary = await imported(database, write(tmp_path / "b.jsonl", wrong))
    assert codes(summary) == [
        (1, "owned_by_another"),
        (2, "other_kind"),
        (3, "other_document"),
        (4, "held_from_elsewhere"),
    ]
    assert await everything(database) == before


async def test_the_same_content_from_elsewhere_only_gets_a_provenance(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [policy("p")]))
    twin = {**policy("p"), "source_id": "twin", "id": str(uuid5(NAMESPACE_URL, "policy-hub:p"))}
    summary = await imported(database, write(tmp_path / "b.jsonl", [twin]))
    assert told(summary) == (0, 0, 1, 0, 0)
    assert summary.log_position == 1
    assert await rows(database, "SELECT count(*), count(DISTINCT document_id) FROM provenance") == [(2, 1)]


@pytest.mark.parametrize("state", ["withdrawn", "gone"])
async def test_an_import_does_not_restore_a_document_that_was_taken_down(
    database: Database, tmp_path: Path, state: str
) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    await imported(database, path)
    async with database.write() as session:
        (document,) = (await lock_documents(session, [uuid5(NAMESPACE_URL, "policy-hub:p")])).values()
        document.state = state  # type: ignore[assignment]
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)
    summary = await imported(database, write(tmp_path / "b.jsonl", [policy("p", title="Bản mới")]))
    assert codes(summary) == [(1, "document_gone" if state == "gone" else "not_publishable")]
    assert await rows(database, "SELECT state FROM document") == [(state,)]


async def test_a_repeated_source_id_with_other_content_is_rejected(database: Database, tmp_path: Path) -> None:
    records = [policy("p"), policy("q"), policy("p", title="Khác"), policy("p"), policy("r")]
    path = write(tmp_path / "a.jsonl", records)
    for counts in ((3, 0, 1, 1, 3), (0, 0, 4, 1, 0)):
        summary = await imported(database, path)
        assert told(summary) == counts
        assert codes(summary) == [(3, "duplicate_source_id")]
    assert summary.log_position == 3


async def test_a_record_replaces_an_earlier_one_that_was_rejected(database: Database, tmp_path: Path) -> None:
    unsafe = {"source_id": "p", "kind": "bulletin", "content": bulletin(body="<script>1</script>")}
    records = [unsafe, policy("p", title="Khác")]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert told(summary) == (1, 0, 0, 1, 1)


async def test_the_log_of_an_import_verifies(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl.gz", [legal(f"{n}/2024/TT-BYT") for n in range(1, 60)]))
    assert await faults(database) == []
    assert await rows(database, "SELECT count(*) FROM log_entry") == [(59,)]


async def test_an_unknown_owner_or_file_stops_the_import_before_it_begins(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy("p")])
    before = await everything(database)
    with pytest.raises(UnknownReference):
        await imported(database, path, agency="no-such-agency")
    with pytest.raises(SetupProblem, match="no file"):
        await imported(database, tmp_path / "missing.jsonl")
    with pytest.raises(SetupProblem, match="--format"):
        await imported(database, write(tmp_path / "odd.dat", [{"what": "is this"}]))
    assert await everything(database) == before
    assert await rows(database, "SELECT 1 FROM import_run") == []


async def test_a_file_that_did_not_change_is_read_with_few_statements(database: Database, tmp_path: Path) -> None:
    from sqlalchemy import event

    path = write(tmp_path / "a.jsonl", [policy(f"p-{n}") for n in range(200)])
    await imported(database, path)
    said: list[str] = []
    event.listen(database.writer.sync_engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    await imported(database, path)
    touched = [statement for statement in said if "FROM unnest" in statement]
    assert len(touched) == 4
    assert len(said) <= 4 * 3 + 8


async def test_a_record_of_garbled_text_is_loaded_and_never_published_at_once(
    database: Database, tmp_path: Path
) -> None:
    garbled = policy("p", title="Kế hoạch trång c©y xanh cña thµnh phè Huế")  # of two encodings: neither is certain
    path = write(tmp_path / "a.jsonl", [garbled, policy("q")])
    assert told(await imported(database, path)) == (2, 0, 0, 0, 1)
    states = await rows(database, "SELECT content->>'title', state FROM edition ORDER BY state")
    assert states[0] == ("Kế hoạch trång c©y xanh cña thµnh phè Huế", "drafting")
