"""Codes of comments are read as people type them, and nothing but their hash is needed to find a comment."""

from hashlib import sha256

import pytest

from hub.consultation.comments.codes import code_from_digest, code_sha256, new_code


@pytest.mark.parametrize(
    "typed",
    [
        "0H1K2-M3N4-P5Q6-R7S8-T9V0-WXYZ1",
        "0h1k2 m3n4 p5q6 r7s8 t9v0 wxyz1",
        " OHIK2–M3N4—P5Q6−R7S8‑T9VO-WXYZl\n",
        "0HLK2M3N4P5Q6R7S8T9V0WXYZ1",
    ],
)
def test_case_spaces_dashes_and_letters_that_look_like_digits_lead_to_the_same_comment(typed: str) -> None:
    assert code_sha256(typed) == sha256(b"0H1K2M3N4P5Q6R7S8T9V0WXYZ1").digest()


@pytest.mark.parametrize("typed", ["", "-", "0H1K2M3N4P5Q6R7S8T9V0WXYZ2", "mã góp ý \x00 \ud800", "A" * 10_000])
def test_anything_else_leads_to_no_comment_and_to_no_error(typed: str) -> None:
    assert code_sha256(typed) != code_sha256("0H1K2-M3N4-P5Q6-R7S8-T9V0-WXYZ1")


def test_new_codes_have_26_characters_without_look_alikes_and_all_their_130_bits_are_random() -> None:
    codes = [new_code() for _ in range(2_000)]
    plain = [code.replace("-", "") for code in codes]

    assert {tuple(map(len, code.split("-"))) for code in codes} == {(5, 4, 4, 4, 4, 5)}
    assert all(code_sha256(code) == sha256(short.encode()).digest() for code, short in zip(codes, plain, strict=True))
    assert all(len({code[place] for code in plain}) == 32 for place in range(26))
    assert not set("".join(plain)) & set("ILOU")


def test_a_code_is_a_function_of_the_first_130_bits_of_its_digest() -> None:
    assert code_from_digest(bytes(16) + b"\x00" * 16) == "00000-0000-0000-0000-0000-00000"
    assert code_from_digest(b"\xff" * 32) == "ZZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZZ"
    assert code_from_digest(b"\x08" + bytes(31))[0] == "1"
    assert code_from_digest(bytes(16) + b"\x40" + bytes(15))[-1] == "1"
