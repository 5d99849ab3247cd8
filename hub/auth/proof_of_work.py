"""Proof of work of those who need no key: a signed challenge without a stored row, bound to its subject, used once.

The subject is the consultation of a comment, or the list of subscriptions.

The work is PBKDF2-HMAC-SHA256, which every browser has in WebCrypto. One try is 1,000 iterations, `2 ** difficulty`
tries are needed on average, and 3 times as many in one case of 20. A phone of 2015 (Cortex-A53 at 1.2 GHz, 32 bits, no
instructions for SHA) needs 21 cycles for a byte: 2 blocks of 64 bytes for an iteration are 2,700 cycles, so 440,000
iterations a second in theory; 250,000 are assumed in a browser. Difficulty 8 is then 256,000 iterations: one second on
average, three in one case of 20. That is the highest by default; 6 is the least: a quarter of a second, one at worst.
The figures are reckoned, not measured on such a phone. The hub checks a proof with one try: less than a millisecond.
"""

import hmac
import secrets
import struct
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import pbkdf2_hmac, sha256
from typing import Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.encryption import SecretCipher
from hub.auth.models import SpentChallenge
from hub.db import table
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.errors import ProofExpired, ProofUsed, ProofWrong
from hub.problem_texts.templates import fill
from hub.settings import Settings

SPENT = table(SpentChallenge)

ITERATIONS = 1_000
LIFETIME = timedelta(minutes=10)
MAX_CHALLENGE_LENGTH = 200
MAX_COUNTER = 2**32

_FACTS = struct.Struct(">B16s16sQIB")
"""Version, id of the consultation, nonce, end in milliseconds of Unix time, iterations, difficulty."""
_VERSION = 1


class ChallengeView(View):
    """A challenge for the proof of work of one comment."""

    algorithm: Literal["PBKDF2-SHA256"] = Field("PBKDF2-SHA256", description="Function of one try.")
    challenge: str = Field(description="Signed challenge, to be sent back with the comment.")
    salt: str = Field(description="Salt in hexadecimal digits.")
    iterations: int = Field(description="Iterations of one try.")
    difficulty: int = Field(
        description="Number of zero bits with which PBKDF2 of `{challenge}.{SHA-256 of the text in NFC, in hexadecimal "
        "digits}.{counter}` begins, for the smallest `counter` from 0 on."
    )
    expires_at: Moment = Field(description="End of the challenge, ten minutes after it was made.")


@dataclass(frozen=True)
class CheckedProof:
    """A proof that is right. It may still have been used: see `spend_proof`."""

    id: bytes
    """SHA-256 of the challenge, under which it is noted as used."""
    expires_at: datetime
    code_key: bytes
    """Key from which the code of its comment follows; see `code_of_request`."""


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text in NFC, in hexadecimal digits, as it stands in the password of a proof."""
    return sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()


def difficulty_for(load: float, settings: Settings) -> int:
    """Return the difficulty at so many accepted comments per minute: bounded steps of one bit per doubling."""
    step, most = settings.comment_work_base, max(settings.comment_work_base, settings.comment_work_max)
    threshold = float(settings.comment_work_load)
    while step < most and load >= threshold:
        step, threshold = step + 1, threshold * 2
    return step


async def read_load(connection: AsyncConnection | AsyncSession) -> float:
    """Read the accepted comments per minute, over the challenges of the last ten minutes.

    Accepted ones, not asked ones: asking costs nothing, so it must not make the work harder for others.
    """
    spent = select(func.count()).select_from(SPENT).where(SPENT.c.expires_at > func.clock_timestamp())
    count: int = (await connection.execute(spent)).scalar_one()
    return count / (LIFETIME / timedelta(minutes=1))


class ProofOfWork:
    """Makes challenges and checks proofs with keys derived from those of the hub."""

    def __init__(self, cipher: SecretCipher):
        self._cipher = cipher

    def issue(self, consultation_id: UUID, difficulty: int, at: datetime) -> ChallengeView:
        """Make a challenge at a time; nothing is stored."""
        nonce, expires_at = secrets.token_bytes(16), at + LIFETIME
        facts = _FACTS.pack(
            _VERSION, consultation_id.bytes, nonce, int(expires_at.timestamp() * 1_000), ITERATIONS, difficulty
        )
        signed = facts + _sign(self._cipher.derive("comment challenge")[0], facts)
        return ChallengeView(
            challenge=urlsafe_b64encode(signed).decode(),  # 78 bytes, so without padding
            salt=nonce.hex(),
            iterations=ITERATIONS,
            difficulty=difficulty,
            expires_at=expires_at,
        )

    def check(
        self, consultation_id: UUID, challenge: str, counter: int, text_sha256: str, at: datetime
    ) -> CheckedProof:
        """Check a proof for a text, whose digest is that of `text_digest`, at the time of its arrival.

        Raises `ProofWrong` or `ProofExpired`.
        """
        facts, index = self._read(challenge)
        _, consultation, nonce, end, iterations, difficulty = _FACTS.unpack(facts)
        if consultation != consultation_id.bytes:
            raise ProofWrong("The challenge belongs to another consultation.", field="proof.challenge")
        expires_at = datetime.fromtimestamp(end / 1_000, UTC)
        if at >= expires_at:
            raise ProofExpired(field="proof.challenge", expected="a proof for a new challenge")
        if not 0 <= counter < MAX_COUNTER or not _solves(
            f"{challenge}.{text_sha256}.{counter}", nonce, iterations, difficulty
        ):
            raise ProofWrong(
                "The counter does not solve the challenge for this text.",
                field="proof.counter",
                expected=fill("a counter whose PBKDF2 begins with {difficulty} zero bits", difficulty=difficulty),
            )
        key = self._cipher.derive("comment code")[index]
        return CheckedProof(sha256(facts).digest(), expires_at, hmac.digest(key, facts, "sha256"))

    def _read(self, challenge: str) -> tuple[bytes, int]:
        """Return the facts of a challenge, and the index of the key that signed it. Raises `ProofWrong`."""
        try:
            signed = urlsafe_b64decode(challenge[:MAX_CHALLENGE_LENGTH].encode("ascii"))
        except ValueError:
            signed = b""
        facts, signature = signed[: _FACTS.size], signed[_FACTS.size :]
        for index, key in enumerate(self._cipher.derive("comment challenge")):
            if hmac.compare_digest(signature, _sign(key, facts)) and facts[0] == _VERSION:
                return facts, index
        raise ProofWrong("This is no challenge of this hub.", field="proof.challenge", expected="a new challenge")


def _sign(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, facts, "sha256")


def _solves(password: str, salt: bytes, iterations: int, difficulty: int) -> bool:
    found = pbkdf2_hmac("sha256", password.encode(), salt, iterations, 32)
    return int.from_bytes(found, "big") >> (256 - difficulty) == 0


def solve(challenge: ChallengeView, text: str) -> int:
    """Return the smallest counter that solves a challenge, as a client does: for tests and the demo."""
    digest, salt, counter = text_digest(text), bytes.fromhex(challenge.salt), 0
    while not _solves(f"{challenge.challenge}.{digest}.{counter}", salt, challenge.iterations, challenge.difficulty):
        counter += 1
    return counter


async def spend_proof(session: AsyncSession, proof: CheckedProof) -> None:
    """Note a proof as used in the transaction of its comment, so a refusal leaves it usable. Raises `ProofUsed`.

    A second request with it waits until the first one's transaction has ended.
    """
    note = insert(SPENT).values(id=proof.id, expires_at=proof.expires_at).on_conflict_do_nothing()
    if (await session.execute(note.returning(SPENT.c.id))).scalar_one_or_none() is None:
        raise ProofUsed(field="proof.challenge", expected="a proof for a new challenge")
