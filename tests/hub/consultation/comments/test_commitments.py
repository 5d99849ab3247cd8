"""The tree over commitments is that of RFC 6962; a proof proves one comment in one tree, and nothing else."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from hub.consultation.comments.commitments import (
    EMPTY_ROOT,
    InclusionProof,
    check_inclusion,
    commit,
    merkle_root,
    prove_inclusion,
)

# Entries and roots of the test vectors of Certificate Transparency (certificate-transparency, merkle_tree_test.cc).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
ID = UUID(int=0x5EED)


def leaves(count: int) -> list[bytes]:
    return [commit(bytes([number]) * 32, UUID(int=number), sha256(b"%d" % number).digest()) for number in range(count)]


def test_roots_are_those_of_the_published_vectors() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle_root([]) == EMPTY_ROOT
    for count, root in enumerate(ROOTS, start=1):
        assert merkle_root(ENTRIES[:count]).hex() == root


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 33])
def test_a_proof_holds_for_its_own_comment_place_and_tree_only(count: int) -> None:
    commitments = leaves(count)
    root = merkle_root(commitments)
    for index, one in enumerate(commitments):
        proof = prove_inclusion(commitments, index)
        assert (proof.position, proof.size) == (index, count)
        assert check_inclusion(one, proof, root)
        assert not any(check_inclusion(other, proof, root) for other in commitments if other != one)
        assert not check_inclusion(one, proof, merkle_root(leaves(count + 1)))
        assert not check_inclusion(one, proof._replace(path=[*proof.path, bytes(32)]), root)
        assert not any(
            check_inclusion(one, proof._replace(position=wrong), root)
            for wrong in range(-1, count + 2)
            if wrong != index
        )
        for step in range(len(proof.path)):
            changed = [part if place != step else bytes(32) for place, part in enumerate(proof.path)]
            assert not check_inclusion(one, proof._replace(path=changed), root)
            assert not check_inclusion(one, proof._replace(path=proof.path[:step]), root)


def test_no_inner_node_passes_as_a_comment() -> None:
    commitments = leaves(4)
    left = sha256(b"\x01" + b"".join(sha256(b"\x00" + one).digest() for one in commitments[:2])).digest()
    right = sha256(b"\x01" + b"".join(sha256(b"\x00" + one).digest() for one in commitments[2:])).digest()
    pair = sha256(b"\x00" + commitments[0]).digest() + sha256(b"\x00" + commitments[1]).digest()

    assert merkle_root(commitments) == sha256(b"\x01" + left + right).digest()
    assert not check_inclusion(pair, InclusionProof(0, 2, [right]), merkle_root(commitments))


def test_a_commitment_hides_its_text_without_the_salt_and_binds_id_and_text() -> None:
    text, other = sha256("Đồng ý".encode()).digest(), sha256("Không đồng ý".encode()).digest()
    found = commit(b"s" * 32, ID, text)

    assert found == sha256(b"s" * 32 + ID.bytes + text).digest()
    assert (
        len({found, commit(b"t" * 32, ID, text), commit(b"s" * 32, UUID(int=1), text), commit(b"s" * 32, ID, other)})
        == 4
    )


@pytest.mark.parametrize(("salt", "text"), [(b"", bytes(32)), (b"s" * 31, bytes(33)), (bytes(32), b"text")])
def test_a_salt_or_hash_of_another_length_is_refused(salt: bytes, text: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(salt, ID, text)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_what_is_not_in_the_tree(index: int) -> None:
    with pytest.raises(IndexError):
        prove_inclusion(leaves(3), index)


def test_a_tree_of_ten_thousand_comments_has_short_proofs() -> None:
    commitments: list[Any] = [sha256(b"%d" % number).digest() for number in range(10_000)]
    proof = prove_inclusion(commitments, 7_777)
    assert len(proof.path) == 14
    assert check_inclusion(commitments[7_777], proof, merkle_root(commitments))
