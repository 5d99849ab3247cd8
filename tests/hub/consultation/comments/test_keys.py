"""What is sealed opens with its own key, in its own place, and never again once the key is deleted."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from hub.auth.encryption import SecretCipher
from hub.consultation.comments.erasure import COMMENT
from hub.consultation.comments.keys import KEY, CommentKeys, DataKey, KeyErased, SealBroken, context_of
from hub.consultation.comments.models import KeyPurpose
from hub.consultation.comments.sealed_content import (
    SealedContact,
    SealedContent,
    open_contacts,
    open_contents,
)
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.consultations import consultation_of, window
from tests.support.sealed_comments import keys_of, store_comment
from tests.support.servers import Publish

FIRST, SECOND = UUID(int=1), UUID(int=2)
CONTENT = SealedContent(text="Đề nghị giữ khoản 2.", name="Trần Thị Ngọc Lan", organisation="Tổ dân phố 7")
OTHER = SealedContent(text="Không đồng ý.")
CONTACT = SealedContact(email="lan.7@vidu.vn", phone="+84905123457")


@pytest.fixture
async def consultation(database: Database, publish_edition: Publish) -> UUID:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    found: UUID = (await consultation_of(database, document)).id
    return found


def test_a_sealed_value_opens_in_its_own_place_with_its_own_key_only() -> None:
    key, context = DataKey(b"k" * 32), context_of(FIRST, "content_sealed")
    sealed = key.seal("ý kiến".encode(), context)

    assert key.open(sealed, context) == "ý kiến".encode()
    assert key.seal("ý kiến".encode(), context) != sealed
    wrong = [
        (DataKey(b"l" * 32), sealed, context),
        (key, sealed, context_of(SECOND, "content_sealed")),
        (key, sealed, context_of(FIRST, "contact_sealed")),
        (key, b"", context),
        (key, sealed[:20], context),
        (key, b"\x02" + sealed[1:], context),
        *(
            (key, sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], context)
            for place in range(len(sealed))
        ),
    ]
    for other, value, place in wrong:
        with pytest.raises(SealBroken):
            other.open(value, place)
    assert "k" * 32 not in repr(key)


async def test_text_and_contact_have_keys_of_their_own_and_only_the_text_s_has_a_salt(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    first, _ = await store_comment(database, settings, consultation, CONTENT, CONTACT)
    second, _ = await store_comment(database, settings, consultation, OTHER)

    async with database.write() as session:
        rows = (await session.execute(select(COMMENT))).all()
        found = await open_contents(session, keys_of(settings), rows)
        contacts = await open_contacts(session, keys_of(settings), rows)
        keys = (await session.execute(select(KEY))).all()
    assert found == {first: CONTENT, second: OTHER}
    assert contacts == {first: CONTACT}
    assert {(row.comment_id, row.purpose, row.salt is None) for row in keys} == {
        (first, "content", False),
        (first, "contact", True),
        (second, "content", False),
    }
    assert len({row.key_sealed for row in keys}) == 3


async def test_a_deleted_key_takes_its_own_purpose_with_it_and_no_other(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    first, _ = await store_comment(database, settings, consultation, CONTENT, CONTACT)
    second, _ = await store_comment(database, settings, consultation, OTHER)
    keys = keys_of(settings)

    async with database.write() as session:
        rows = (await session.execute(select(COMMENT))).all()
        await keys.delete(session, [first], KeyPurpose.contact)
        assert await open_contacts(session, keys, rows) == {}
        assert (await open_contents(session, keys, rows)).keys() == {first, second}
        await keys.delete(session, [first], None)
        assert (await open_contents(session, keys, rows)).keys() == {second}
        with pytest.raises(KeyErased):
            await keys.load_one(session, first, KeyPurpose.content)
        assert (await keys.load_one(session, second, KeyPurpose.content)).salt is not None


async def test_a_damaged_comment_is_missing_in_a_list_and_takes_no_other_with_it(
    database: Database, settings: Settings, consultation: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = await store_comment(database, settings, consultation, CONTENT)
    second, _ = await store_comment(database, settings, consultation, OTHER)
    async with database.write() as session:
        swapped = select(COMMENT.c.content_sealed).where(COMMENT.c.id == second).scalar_subquery()
        await session.execute(update(COMMENT).where(COMMENT.c.id == first).values(content_sealed=swapped))
        rows = (await session.execute(select(COMMENT))).all()
        assert await open_contents(session, keys_of(settings), rows) == {second: OTHER}
    said = "".join(capsys.readouterr())
    assert "comment_unreadable" in said
    assert str(first) in said


async def test_a_key_of_another_hub_is_told_and_opens_nothing(
    database: Database, settings: Settings, consultation: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = await store_comment(database, settings, consultation, CONTENT)
    foreign = CommentKeys(SecretCipher(Settings(secrets_key="khác" * 10)))
    async with database.write() as session:
        assert await foreign.load(session, [first, uuid4()], KeyPurpose.content) == {}
    assert "comment_key_unreadable" in "".join(capsys.readouterr())


async def test_no_word_of_a_comment_stands_in_clear_in_any_table(
    database: Database, settings: Settings, consultation: UUID
) -> None:
    _, code = await store_comment(database, settings, consultation, CONTENT, CONTACT, file_name="giấy khai sinh.pdf")
    words = ("Đề nghị giữ", "Ngọc Lan", "Tổ dân phố 7", "lan.7@", "905123457", "giấy khai sinh", code, code[:13])
    async with database.read() as connection:
        for name in ("comment", "comment_key", "comment_receipt", "comment_file"):
            rows = (await connection.execute(text(f"SELECT to_jsonb(t)::text FROM {name} t"))).scalars().all()
            stored = "".join(rows)
            assert stored
            for word in words:
                assert word not in stored
                assert word.encode().hex() not in stored
