"""Vietnamese text: Unicode normalization for storing (NFC), and folding, tones and sort keys for comparing.

Source: TCVN 6909 (Unicode NFC for Vietnamese text).
"""

import re
import unicodedata

# Invisible characters that copy-and-paste leaves behind: zero-width characters, word joiner, BOM, soft hyphen.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# The Icelandic Eth looks exactly like the Vietnamese letter and replaces it in many scanned texts.
_LOOKALIKES = {ord("Ð"): "Đ", ord("ð"): "đ", ord("\u00a0"): " "}
_CLEAN = _INVISIBLE | _LOOKALIKES

_SUSPECT = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f" + "".join(map(chr, _CLEAN)) + "]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[/_.\-–]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def clean(text: str) -> str:
    """Normalize to NFC, remove invisible and control characters, and read Ð as Đ. Line breaks stay (as ``\\n``)."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _SUSPECT.search(text) is None:
        return text
    text = text.translate(_CLEAN)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Apply `clean`, then replace every run of white space by one space, with none at the ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def strip_diacritics(text: str) -> str:
    """Lower-case a text and remove every Vietnamese diacritic: ``Ủy ban Đất đai`` → ``uy ban dat dai``."""
    decomposed = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Apply `strip_diacritics`, with ``/ _ . -`` as spaces: ``15/2020/NĐ-CP`` gives the words ``15 2020 nd cp``."""
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", strip_diacritics(text))).strip()


def compact(text: str) -> str:
    """Keep only the letters and digits of `strip_diacritics`: two spellings of one document number compare equal."""
    return _NOT_WORD.sub("", strip_diacritics(text))


_TONES = frozenset("\u0300\u0301\u0309\u0303\u0323")
"""The five tone marks (dấu thanh): huyền, sắc, hỏi, ngã, nặng. All other marks make another letter (ă, ê, ơ)."""


def split_tone(syllable: str) -> tuple[str, str]:
    """A syllable without its tone (NFC), and its tone mark as a combining character, empty without a tone.

    Spellings that differ only in the letter that carries the tone give the same pair: `hoà` and `hòa`, `uỷ` and `ủy`.
    """
    letters = unicodedata.normalize("NFD", syllable)
    toneless = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    return toneless, "".join(c for c in letters if c in _TONES)


_ALPHABET = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
_BASES: dict[str, str] = {}
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}


def sort_key(text: str) -> str:
    """A key whose byte order is that of the Vietnamese alphabet (Đ after D, Ơ after Ô), for the C.UTF-8 database.

    Letters are compared first without tone, then by tone, as in dictionaries.
    """
    text = one_line(text).lower()
    base, tones = [], []
    for char in text:
        letter = _strip_tone(char)
        base.append(f"{_RANK[letter]:02x}" if letter in _RANK else f"!{char}")
        tones.append(f"{_RANK.get(char, 0):02x}")
    return f"{''.join(base)} {''.join(tones)}"


def _strip_tone(char: str) -> str:
    if char not in _BASES:
        _BASES[char] = split_tone(char)[0]
    return _BASES[char]
