"""An erased comment is erased everywhere: in its row, its files, and in older dumps with the keys of today."""

import gzip
import os
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from hub.consultation.answers.models import CommentGroup
from hub.consultation.carryover.backlog import PLACE
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.comment_erasure import erase_comment
from hub.consultation.comments.commitments import check_inclusion, commit, merkle_root, prove_inclusion
from hub.consultation.comments.erasure import COMMENT, FILE
from hub.consultation.comments.keys import KEY, SealBroken
from hub.consultation.comments.models import Comment, KeyPurpose
from hub.consultation.comments.sealed_content import (
    SealedContact,
    SealedContent,
    open_contacts,
    open_contents,
)
from hub.db import Database, table
from hub.embedded.programs import find_programs
from hub.exports.builder import FILE_NAMES
from hub.settings import Settings
from tests.support import contents
from tests.support.comment_rows import CommentRows
from tests.support.consultations import consultation_of, window
from tests.support.restores import empty_database, restored
from tests.support.sealed_comments import keys_of, store_comment
from tests.support.servers import Publish

ROOT = Path(__file__).parents[4]
KEPT = SealedContent(text="Nên giữ nguyên mức hỗ trợ.", name="Lê Văn Bảo Khánh")
ERASED = SealedContent(text="Tôi phản đối việc thu hồi đất ở kiệt 45.", name="Hoàng Phủ Thị Diệu Hiền")
LATER = SealedContent(text="Gửi sau khi sao lưu.")
CONTACT = SealedContact(email="dieu.hien.45@vidu.vn")
WORDS = ("kiệt 45", "Diệu Hiền", "dieu.hien.45", "đơn khiếu nại")


@pytest.fixture
async def consultation(database: Database, publish_edition: Publish) -> UUID:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    found: UUID = (await consultation_of(database, document)).id
    return found


async def erase(database: Database, settings: Settings, id_: UUID) -> None:
    async with database.write() as session:
        comment = await session.get_one(Comment, id_, with_for_update=True)
        await erase_comment(session, keys_of(settings), comment)


async def test_of_an_erased_comment_number_stance_and_commitment_stay_and_nothing_that_a_person_wrote(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    kept, _ = await store_comment(database, settings, consultation, KEPT, CONTACT, file_name="ảnh.png")
    gone, _ = await store_comment(database, settings, consultation, ERASED, CONTACT, file_name="đơn khiếu nại.pdf")
    async with database.read() as connection:
        before = {row.id: row for row in await connection.execute(select(COMMENT))}
        salt = (await keys_of(settings).load_one(connection, gone, KeyPurpose.content)).salt
    await erase(database, settings, gone)
    await erase(database, settings, gone)

    async with database.read() as connection:
        after = {row.id: row for row in await connection.execute(select(COMMENT))}
        keys = (await connection.execute(select(KEY.c.comment_id))).scalars().all()
        files = (await connection.execute(select(FILE.c.comment_id))).scalars().all()
        contents_left = await open_contents(connection, keys_of(settings), after.values())
        contacts_left = await open_contacts(connection, keys_of(settings), after.values())
    row = after[gone]
    assert after[kept] == before[kept]
    assert (contents_left, contacts_left) == ({kept: KEPT}, {kept: CONTACT})
    assert (row.content_sealed, row.contact_sealed, row.code_sha256) == (None, None, None)
    assert (row.state, row.version) == ("erased", 2), "erasing twice changes nothing"
    assert row.changed_at is not None
    assert (row.number, row.stance, row.commitment) == (before[gone].number, "suggests", before[gone].commitment)
    assert set(keys) == set(files) == {kept}
    assert salt is not None


async def target_of(database: Database, id_: UUID) -> tuple[Any, ...]:
    """What an erased comment must not leave: its target, places in later drafts, and its group."""
    async with database.read() as connection:
        row = (await connection.execute(select(COMMENT).where(COMMENT.c.id == id_))).one()
        places = (await connection.execute(select(PLACE.c.quote).where(PLACE.c.comment_id == id_))).scalars().all()
    return row.ref, row.lineage, row.quote, row.group_id, places


async def place(database: Database, settings: Settings, consultation: UUID) -> tuple[UUID, UUID, UUID]:
    """Store two comments of one group, each with a place that quotes; returns them and the group."""
    rows, quote = (
        CommentRows(database, settings),
        {"exact": "trước 7 giờ", "prefix": "", "suffix": "", "start": 3, "end": 9},
    )
    target: dict[str, Any] = {"ref": "dieu-7", "lineage": "n7", "quote": quote}
    group, [kept, gone] = await rows.add_group(consultation, 2, **target)
    async with database.write() as session:
        for one in (kept, gone):
            facts: dict[str, Any] = {
                "consultation_id": consultation,
                "comment_id": one,
                "draft_position": 1,
                "status": "exact",
            }
            session.add(CommentPlace(**facts, **target))
    return kept, gone, group


async def test_an_erased_comment_leaves_its_place_in_every_draft_and_its_group(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    kept, gone, group = await place(database, settings, consultation)
    before, changed_at = await target_of(database, kept), await changed_at_of(database, group)

    await erase(database, settings, gone)

    assert await target_of(database, gone) == (None, None, None, None, [])
    assert await target_of(database, kept) == before
    assert before[3:] == (group, [before[2]])
    assert await changed_at_of(database, group) > changed_at


async def changed_at_of(database: Database, group: UUID) -> datetime:
    async with database.read() as connection:
        query = select(table(CommentGroup).c.changed_at).where(table(CommentGroup).c.id == group)
        found: datetime = (await connection.execute(query)).scalar_one()
        return found


async def test_the_root_of_the_comments_stays_true_for_all_others_after_an_erasure(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    ids = [(await store_comment(database, settings, consultation, content))[0] for content in (KEPT, ERASED, LATER)]
    ordered = select(COMMENT.c.commitment).order_by(COMMENT.c.number)
    async with database.read() as connection:
        root = merkle_root((await connection.execute(ordered)).scalars().all())
    await erase(database, settings, ids[1])

    async with database.read() as connection:
        commitments = (await connection.execute(ordered)).scalars().all()
        key = await keys_of(settings).load_one(connection, ids[2], KeyPurpose.content)
        [text_digest] = (await connection.execute(select(func.sha256(LATER.text.encode())))).scalars()
    assert key.salt is not None
    own = commit(key.salt, ids[2], text_digest)
    assert merkle_root(commitments) == root
    assert check_inclusion(own, prove_inclusion(commitments, 2), root)


def documented(heading: str, url: str, folder: Path) -> None:
    """Run the commands of a chapter of docs/operating.md in a folder."""
    chapter = (ROOT / "docs" / "operating.md").read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    programs = f"{find_programs(None)}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "DATABASE_URL": url}
    script = "set -eu\n" + "\n".join(re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL))
    subprocess.run(["bash", "-c", script], cwd=folder, env=environment, check=True)


def statements_of(dump: Path) -> bytes:
    """Everything that a dump restores, as SQL."""
    program = find_programs(None) / "pg_restore"
    return subprocess.run([program, "--file=-", dump], check=True, capture_output=True).stdout


async def test_with_last_week_s_dump_and_today_s_keys_nobody_can_read_an_erased_comment(
    database: Database, settings: Settings, consultation: UUID, tmp_path: Path
) -> None:
    old, new = tmp_path / "last week", tmp_path / "today"
    old.mkdir()
    new.mkdir()
    server = settings.require_database_url()
    kept, _ = await store_comment(database, settings, consultation, KEPT, CONTACT)
    gone, _ = await store_comment(database, settings, consultation, ERASED, CONTACT, file_name="đơn khiếu nại.pdf")
    neighbour, placed, _ = await place(database, settings, consultation)
    async with database.read() as connection:
        own_key = await keys_of(settings).load_one(connection, gone, KeyPurpose.content)
        sealed_keys = (await connection.execute(select(KEY.c.key_sealed))).scalars().all()
    documented("Back up", server, old)
    await store_comment(database, settings, consultation, LATER)
    await erase(database, settings, gone)
    await erase(database, settings, placed)
    documented("Back up", server, new)
    (new / "comment_keys.copy").replace(old / "comment_keys.copy")

    dump = statements_of(old / "hub.dump")
    assert str(gone).encode() in dump
    assert not any(word.encode() in dump for word in WORDS)
    assert len(sealed_keys) == 6
    assert not any(sealed.hex().encode() in dump for sealed in sealed_keys)

    async with restored(server, old / "hub.dump") as url:
        read = Database(Settings(database_url=url))
        async with read.read() as connection:
            rows = (await connection.execute(select(COMMENT))).all()
            files = (await connection.execute(select(FILE))).all()
            assert await open_contents(connection, keys_of(settings), rows) == {}, "no keys are in the dump"
        await read.dispose()
        sealed = next(row.content_sealed for row in rows if row.id == gone)
        assert ERASED.text.encode() in own_key.open(sealed, f"{gone}/content_sealed".encode()), "it is in the dump"
        assert [row.comment_id for row in files] == [gone]

    async with empty_database(server) as url:
        documented("Restore", url, old)
        read = Database(Settings(database_url=url))
        async with read.read() as connection:
            keys = await keys_of(settings).load(connection, [kept, gone], KeyPurpose.content)
            rows = (await connection.execute(select(COMMENT).order_by(COMMENT.c.number))).all()
            found = await open_contents(connection, keys_of(settings), rows)
            contacts = await open_contacts(connection, keys_of(settings), rows)
            left = (await connection.execute(select(FILE))).all()
        targets = [await target_of(read, one) for one in (neighbour, placed)]
        await read.dispose()
    assert ({id_: found[id_] for id_ in found if id_ != neighbour}, contacts) == ({kept: KEPT}, {kept: CONTACT})
    states = [(kept, "public"), (gone, "erased"), (neighbour, "public"), (placed, "erased")]
    assert [(row.id, row.state) for row in rows] == states
    assert targets[0][0] == "dieu-7"
    assert targets[1] == (None, None, None, None, [])
    assert rows[1].content_sealed is rows[1].contact_sealed is rows[1].code_sha256 is None
    assert left == []
    with pytest.raises(SealBroken):
        keys[kept].open(sealed, f"{gone}/content_sealed".encode())


async def test_no_export_has_a_word_or_a_key_of_a_comment(
    database: Database, settings: Settings, consultation: UUID, client: httpx.AsyncClient
) -> None:
    id_, code = await store_comment(database, settings, consultation, ERASED, CONTACT)
    async with database.read() as connection:
        sealed = (await connection.execute(select(KEY.c.key_sealed))).scalars().all()
    for name in FILE_NAMES:
        found = await client.get(f"/api/v1/dumps/{name}")
        assert found.status_code == 200
        body = gzip.decompress(found.content) if name.endswith(".gz") else found.content
        assert body
        for word in (*WORDS, code, str(id_)):
            assert word.encode() not in body
        for one in sealed:
            assert one not in body


def test_one_module_alone_reads_the_keys_of_comments() -> None:
    named = re.compile(r"CommentKey\b|comment_key\b(?!_unreadable)")
    places = {
        str(path.relative_to(ROOT))
        for folder in ("hub", "schema", "search", "ingest")
        for path in (ROOT / folder).rglob("*.py")
        if named.search(path.read_text("utf-8"))
    }
    assert places == {"hub/consultation/comments/keys.py", "hub/consultation/comments/models.py"}


def test_no_route_with_a_code_or_a_text_of_a_comment_uses_the_store_of_repeated_requests() -> None:
    folders = [ROOT / "hub" / "consultation" / name for name in ("comments", "submission")]
    paths = [*(path for folder in folders for path in folder.rglob("*.py")), ROOT / "schema" / "comments.py"]
    uses = re.compile(r"^(from|import) .*\bidempotency\b|Idempotency-Key", re.MULTILINE)
    found = [path for path in paths if path.exists()]
    assert len(found) > 5
    assert [str(path.relative_to(ROOT)) for path in found if uses.search(path.read_text("utf-8"))] == []
