"""Commitments of comments and the Merkle tree over them at the end of a consultation (RFC 6962, section 2.1): pure.

A commitment is salted, so nobody learns a text by guessing it; without the salt, which goes with the comment's key, it
proves nothing any more, and the root stays what it was.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

_LEAF, _NODE = b"\x00", b"\x01"

EMPTY_ROOT = sha256(b"").digest()
"""Root of a consultation without comments."""


class InclusionProof(NamedTuple):
    """Proof that a commitment is a leaf of a tree."""

    position: int
    """Number of leaves before it."""
    size: int
    """Number of all leaves."""
    path: list[bytes]
    """Hashes of 32 bytes beside its way to the root, from the leaf on."""


def commit(salt: bytes, comment_id: UUID, text_sha256: bytes) -> bytes:
    """Return the commitment of a comment: SHA-256 of its salt, the 16 bytes of its id and the SHA-256 of its text.

    Raises `ValueError` for a salt or hash that has not 32 bytes: parts of other lengths could be confused.
    """
    if len(salt) != 32 or len(text_sha256) != 32:
        raise ValueError("salt and hash must have 32 bytes")
    return sha256(salt + comment_id.bytes + text_sha256).digest()


def merkle_root(commitments: Sequence[bytes]) -> bytes:
    """Return the root over commitments, in the order of the comments' numbers."""
    return _root([_leaf(one) for one in commitments])


def prove_inclusion(commitments: Sequence[bytes], index: int) -> InclusionProof:
    """Prove that the commitment at an index is in the tree. Raises `IndexError`."""
    if not 0 <= index < len(commitments):
        raise IndexError(index)
    leaves = [_leaf(one) for one in commitments]
    return InclusionProof(index, len(leaves), _path(leaves, index))


def check_inclusion(commitment: bytes, proof: InclusionProof, root: bytes) -> bool:
    """Return True if the proof leads from the commitment to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= proof.position < proof.size:
        return False
    place, last, found = proof.position, proof.size - 1, _leaf(commitment)
    for beside in proof.path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = _node(beside, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def _leaf(commitment: bytes) -> bytes:
    return sha256(_LEAF + commitment).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _node(_root(leaves[:middle]), _root(leaves[middle:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*_path(leaves[:middle], index), _root(leaves[middle:])]
    return [*_path(leaves[middle:], index - middle), _root(leaves[:middle])]
