"""Codes with which authors read, change and erase their comments: 130 random bits, stored as SHA-256 only."""

import hmac
import secrets
from hashlib import sha256

from hub.auth.proof_of_work import CheckedProof

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 of Crockford: no I, L, O and U."""

CODE_LENGTH = 26
_BITS = 5
_GROUPS = (5, 4, 4, 4, 4, 5)

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a new code as it is shown: 26 characters in six groups with hyphens between them."""
    return code_from_digest(secrets.token_bytes(32))


def code_from_digest(digest: bytes) -> str:
    """Return the code made of the first 130 bits of a digest that nobody can guess."""
    number = int.from_bytes(digest, "big") >> (8 * len(digest) - _BITS * CODE_LENGTH)
    letters = iter([_ALPHABET[number >> _BITS * place & 31] for place in reversed(range(CODE_LENGTH))])
    return "-".join("".join(next(letters) for _ in range(size)) for size in _GROUPS)


def code_sha256(code: str) -> bytes:
    """Return the SHA-256 by which a comment is found.

    Lower case, spaces, dashes of any kind, O for 0, I and L for 1 lead to the same; anything else to a hash that no
    comment has. A hash without a salt is enough for 130 random bits.
    """
    kept = "".join(char for char in code.upper() if char.isalnum())
    return sha256(kept.translate(_READ_AS).encode("utf-8", "replace")).digest()


def code_of_request(proof: CheckedProof, request: bytes) -> str:
    """Return the code of the comment that a request makes: the same for the same challenge and request, only.

    `request` is the body as it was received, or what stands for it. A client whose connection broke before the answer
    sends it again: when `spend_proof` raises `ProofUsed` and a comment has this code, that comment is its answer, code
    included. Nothing of the answer has to be stored for that. Without the hub's key nobody can compute a code, and the
    challenge, of which only a hash is stored, lives for ten minutes.
    """
    return code_from_digest(hmac.digest(proof.code_key, request, "sha256"))
