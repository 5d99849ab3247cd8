"""Vietnamese text as the hub keeps it (NFC) and as it compares it (folded).

Source: TCVN 6909 (Unicode NFC for Vietnamese text).
"""

import re
import unicodedata

# Invisible characters that copy-and-paste leaves behind: zero-width characters, word joiner, BOM, soft hyphen.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# The Icelandic Eth looks exactly like the Vietnamese letter and stands for it in many scanned texts.
_LOOKALIKES = {ord("Ð"): "Đ", ord("ð"): "đ", ord("\u00a0"): " "}
_CLEAN = _INVISIBLE | _LOOKALIKES

_SUSPECT = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f" + "".join(map(chr, _CLEAN)) + "]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[/_.\-–]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def clean(text: str) -> str:
    """NFC without invisible or control characters, with Ð read as Đ. Line breaks stay (as ``\\n``)."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _SUSPECT.search(text) is None:
        return text
    text = text.translate(_CLEAN)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """`clean`, with every run of white space as one space and none at the ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def strip_diacritics(text: str) -> str:
    """Lower case without any Vietnamese mark: ``Ủy ban Đất đai`` → ``uy ban dat dai``."""
    decomposed = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """`unmark`, with ``/ _ . -`` as spaces, so that ``15/2020/NĐ-CP`` gives the words ``15 2020 nd cp``."""
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", strip_diacritics(text))).strip()


def compact(text: str) -> str:
    """Only the letters and digits of `unmark`: two spellings of one document number compare equal."""
    return _NOT_WORD.sub("", strip_diacritics(text))


_ALPHABET = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
_BASES: dict[str, str] = {}
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}


def sort_key(text: str) -> str:
    """A key whose byte order is the Vietnamese alphabet's (Đ after D, Ơ after Ô), for the C.UTF-8 database.

    Letters are compared first without tone, then by tone, as dictionaries do.
    """
    text = one_line(text).lower()
    base, tones = [], []
    for char in text:
        letter = _strip_tone(char)
        base.append(f"{_RANK[letter]:02x}" if letter in _RANK else f"!{char}")
        tones.append(f"{_RANK.get(char, 0):02x}")
    return f"{''.join(base)} {''.join(tones)}"


_TONES = {"\u0300", "\u0301", "\u0309", "\u0303", "\u0323"}


def _strip_tone(char: str) -> str:
    if char not in _BASES:
        kept = "".join(c for c in unicodedata.normalize("NFD", char) if c not in _TONES)
        _BASES[char] = unicodedata.normalize("NFC", kept)
    return _BASES[char]
