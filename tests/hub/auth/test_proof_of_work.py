"""A proof of work counts once, for its text and consultation, for ten minutes, and is harder while many comment."""

import asyncio
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import pbkdf2_hmac, sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from hub.auth.encryption import SecretCipher
from hub.auth.proof_of_work import (
    ITERATIONS,
    LIFETIME,
    SPENT,
    ChallengeView,
    CheckedProof,
    ProofOfWork,
    difficulty_for,
    read_load,
    solve,
    spend_proof,
    text_digest,
)
from hub.consultation.comments.codes import code_of_request, code_sha256
from hub.db import Database
from hub.errors import ProofExpired, ProofUsed, ProofWrong
from hub.settings import Settings
from hub.times import now

TEXT = "Điều 3 nên bỏ cụm từ “hộ khẩu thường trú”."
CONSULTATION = UUID(int=0xC0DE)
OLD_KEY, NEW_KEY = "cũ" * 20, "mới" * 20
MOMENT = timedelta(milliseconds=1)


def proofs(keys: str = OLD_KEY) -> ProofOfWork:
    return ProofOfWork(SecretCipher(Settings(secrets_key=keys, data=Path("/nowhere"))))


def solved(at: datetime | None = None, difficulty: int = 5) -> tuple[ChallengeView, int, datetime]:
    at = at or now()
    challenge = proofs().issue(CONSULTATION, difficulty, at)
    return challenge, solve(challenge, TEXT), at


def check(challenge: ChallengeView, counter: int, at: datetime, keys: str = OLD_KEY) -> CheckedProof:
    return proofs(keys).check(CONSULTATION, challenge.challenge, counter, text_digest(TEXT), at)


def test_another_text_counter_or_consultation_makes_a_proof_wrong() -> None:
    # With 16 bits, a wrong proof is right by chance once in 65,536 cases; the salt is a new one in each run.
    challenge, at = proofs().issue(CONSULTATION, 0, now()), now()
    hard = proofs().issue(CONSULTATION, 16, at)

    for digest, counter in ((text_digest(TEXT), 1), (text_digest(TEXT + "!"), 0), ("", 0)):
        with pytest.raises(ProofWrong, match="counter"):
            proofs().check(CONSULTATION, hard.challenge, counter, digest, at)
    for counter in (-1, 2**32, 10**30):
        with pytest.raises(ProofWrong, match="counter"):
            proofs().check(CONSULTATION, challenge.challenge, counter, text_digest(TEXT), at)
    with pytest.raises(ProofWrong, match="another consultation"):
        proofs().check(uuid4(), challenge.challenge, 0, text_digest(TEXT), at)


def test_a_proof_is_as_hard_as_its_challenge_says_and_is_what_browsers_compute() -> None:
    challenge, counter, at = solved()
    digest = sha256(TEXT.encode()).hexdigest()

    def zero_bits(number: int) -> int:
        password = f"{challenge.challenge}.{digest}.{number}".encode()
        found = pbkdf2_hmac("sha256", password, bytes.fromhex(challenge.salt), challenge.iterations, 32)
        return 256 - int.from_bytes(found, "big").bit_length()

    assert (challenge.algorithm, challenge.iterations, challenge.difficulty) == ("PBKDF2-SHA256", ITERATIONS, 5)
    assert zero_bits(counter) >= 5
    assert all(zero_bits(number) < 5 for number in range(counter))
    assert check(challenge, counter, at).expires_at == challenge.expires_at == at + LIFETIME
    for number in range(counter):
        with pytest.raises(ProofWrong):
            check(challenge, number, at)


def test_a_text_that_was_typed_in_parts_has_the_proof_of_the_composed_one() -> None:
    assert text_digest(unicodedata.normalize("NFD", TEXT)) == text_digest(TEXT) == sha256(TEXT.encode()).hexdigest()


def test_nobody_can_make_or_change_a_challenge() -> None:
    challenge, counter, at = solved()
    token = urlsafe_b64decode(challenge.challenge)
    changed = [
        urlsafe_b64encode(token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]).decode()
        for place in range(len(token))
    ]
    foreign = proofs(NEW_KEY).issue(CONSULTATION, 5, at).challenge

    for wrong in (*changed, foreign, "", "x", "=", "chữ", challenge.challenge[:-4], challenge.challenge * 9, "\ud800"):
        with pytest.raises(ProofWrong, match="no challenge of this hub"):
            proofs().check(CONSULTATION, wrong, counter, text_digest(TEXT), at)


def test_a_challenge_lives_for_ten_minutes_also_after_the_key_of_the_hub_was_changed() -> None:
    challenge, counter, at = solved()
    both = f"{NEW_KEY},{OLD_KEY}"

    assert check(challenge, counter, at + LIFETIME - MOMENT).id == check(challenge, counter, at, both).id
    with pytest.raises(ProofExpired):
        check(challenge, counter, at + LIFETIME)
    with pytest.raises(ProofWrong):
        check(challenge, counter, at, NEW_KEY)


async def test_of_ten_requests_at_once_with_one_proof_one_counts(database: Database) -> None:
    challenge, counter, at = solved(difficulty=0)
    proof = check(challenge, counter, at)

    async def spend() -> bool:
        try:
            async with database.write() as session:
                await spend_proof(session, proof)
                await asyncio.sleep(0.01)
        except ProofUsed:
            return False
        return True

    assert sorted(await asyncio.gather(*(spend() for _ in range(10)))) == [False] * 9 + [True]


async def test_a_refused_comment_leaves_its_proof_usable(database: Database) -> None:
    challenge, counter, at = solved(difficulty=0)
    proof = check(challenge, counter, at)
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await spend_proof(session, proof)
            raise RuntimeError("the comment is refused")

    async with database.write() as session:
        await spend_proof(session, proof)
    async with database.read() as connection:
        stored = (await connection.execute(select(SPENT))).all()
    assert [(row.id, row.expires_at) for row in stored] == [(proof.id, proof.expires_at)]
    assert proof.id not in urlsafe_b64decode(challenge.challenge)


def test_the_code_of_a_comment_follows_from_the_same_request_only() -> None:
    challenge, counter, at = solved(difficulty=0)
    first = code_of_request(check(challenge, counter, at), b'{"text": "A"}')

    assert code_of_request(check(challenge, counter, at + MOMENT), b'{"text": "A"}') == first
    assert code_of_request(check(challenge, counter, at, f"{NEW_KEY},{OLD_KEY}"), b'{"text": "A"}') == first
    other, _, _ = solved(difficulty=0)
    rest = [
        code_of_request(check(challenge, counter, at), b'{"text": "B"}'),
        code_of_request(check(other, 0, at), b'{"text": "A"}'),
    ]
    assert len({code_sha256(code) for code in (first, *rest)}) == 3


@pytest.mark.parametrize(
    ("load", "difficulty"),
    [(0, 4), (29.9, 4), (30, 5), (59.9, 5), (60, 6), (119.9, 6), (120, 7), (240, 7), (1_000_000, 7)],
)
def test_each_doubling_of_comments_makes_the_work_one_bit_harder_up_to_the_highest(
    load: float, difficulty: int
) -> None:
    settings = Settings(comment_work_base=4, comment_work_max=7, comment_work_load=30)
    assert difficulty_for(load, settings) == difficulty


def test_a_highest_difficulty_below_the_least_changes_nothing() -> None:
    assert difficulty_for(1e9, Settings(comment_work_base=9, comment_work_max=3)) == 9


def test_the_highest_work_by_default_takes_a_phone_of_2015_a_second() -> None:
    settings = Settings()
    tries = 2 ** difficulty_for(float("inf"), settings)
    assert tries * ITERATIONS / 250_000 == pytest.approx(1, abs=0.1)


async def test_the_load_is_that_of_accepted_comments_in_ten_minutes(database: Database) -> None:
    at = now()
    ends = [at + timedelta(minutes=9)] * 30 + [at - timedelta(seconds=5)] * 70
    async with database.write() as session:
        rows = [{"id": bytes([number]) * 32, "expires_at": end} for number, end in enumerate(ends)]
        await session.execute(insert(SPENT), rows)
    async with database.read() as connection:
        assert await read_load(connection) == 3.0
