"""Vietnamese text: Unicode normalization for storing (NFC), and folding, tones and sort keys for comparing.

Source: TCVN 6909 (Unicode NFC for Vietnamese text).
"""

import re
import unicodedata

from hub.lookalikes import fold_signs, keep_soft_hyphens

# Invisible characters that copy-and-paste leaves behind, and ones that change how a text looks without being seen:
# zero-width characters, word joiner, BOM, soft hyphen, marks and overrides of the writing direction, annotations, tags.
_INVISIBLE = (
    "\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u061c\u180e\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0000-\U000e007f"
)
# The Icelandic Eth looks exactly like the Vietnamese letter and replaces it in many scanned texts.
_LOOKALIKES = {ord("Ð"): "Đ", ord("ð"): "đ", 0x0189: "Đ", 0x0256: "đ", ord("\u00a0"): " "}
# Word's line break and page break, and the separators of Unicode, end a line as `\n` does.
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
# Bullets of the fonts Symbol and Wingdings, which Word writes with private characters.
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF06E: "■", 0xF0D8: "➢", 0xF0FC: "✓", 0xF076: "❖", 0xF0E0: "→", 0xF02D: "-"}
# Windows-1252 that was taken for ISO 8859-1: quotation marks and dashes.
_WINDOWS = {byte: char for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}
_CLEAN = _LOOKALIKES | _WINDOWS | _LINE_ENDS | _BULLETS
LOST = "\ufffd"
"""Stands for a character that means nothing outside one font or program: private use, half a surrogate pair."""

_STROKE = re.compile("([Dd])[\u0335\u0336]")
"""A letter with a stroke of its own, which Unicode does not compose."""
_MEANINGLESS = re.compile("[\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]")
_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff" + "".join(
    chr(plane << 16 | end) for plane in range(1, 15) for end in (0xFFFE, 0xFFFF)
)
DROPPED = re.compile(f"[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f{_INVISIBLE}{_NONCHARACTERS}]")
_PRINTABLE_SUSPECTS = "Ððɖ\u0189\u0335\u0336"
"""Suspect characters that `str.isprintable` takes for printable."""
_SUSPECT = re.compile(f"[\r\u0335\u0336{''.join(map(chr, _CLEAN))}{_MEANINGLESS.pattern[1:-1]}{DROPPED.pattern[1:-1]}]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LATIN_WITH_MARKS = re.compile("[\x00-\x7f\u0300-\u034e\u0350-\u036f]*")
"""Letters without diacritics and combining marks; U+034F joins letters and is no mark."""
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[/_.\-–]+")
_NOT_WORD = re.compile(r"[^0-9a-z⁰¹²³⁴-⁹₀-₉]+")


def clean(text: str) -> str:
    """Normalize to NFC, remove invisible and control characters, and read Ð as Đ. Line breaks stay (as ``\\n``).

    A character that means nothing to other programs becomes `LOST`, so that readers see that something is missing.
    """
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _is_plain(text) or _SUSPECT.search(text) is None:
        return text
    text = keep_soft_hyphens(text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN))
    text = _STROKE.sub(lambda found: "Đ" if found[1] == "D" else "đ", text)
    cleaned = _MEANINGLESS.sub(LOST, DROPPED.sub("", text))
    # Letters that an invisible character kept apart from their marks are composed now.
    return cleaned if unicodedata.is_normalized("NFC", cleaned) else unicodedata.normalize("NFC", cleaned)


def _is_plain(text: str) -> bool:
    """True for most texts without a suspect character, ten times as fast as looking for each of them."""
    return text.replace("\n", " ").isprintable() and not any(map(text.__contains__, _PRINTABLE_SUSPECTS))


def remove_invalid_xml(text: str) -> str:
    """Remove the characters that XML 1.0 does not allow, and that lxml refuses."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """Apply `clean`, then replace every run of white space by one space, with none at the ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def strip_diacritics(text: str) -> str:
    """Lower-case a text and remove every Vietnamese diacritic: ``Ủy ban Đất đai`` → ``uy ban dat dai``."""
    lowered = fold_signs(clean(text)).lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered.replace("đ", "d"))
    if _LATIN_WITH_MARKS.fullmatch(decomposed) is not None:
        # The usual text, ten times as fast as letter by letter.
        return decomposed.encode("ascii", "ignore").decode()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Apply `strip_diacritics`, with ``/ _ . -`` as spaces: ``15/2020/NĐ-CP`` gives the words ``15 2020 nd cp``."""
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", strip_diacritics(text))).strip()


def compact(text: str) -> str:
    """Keep only the letters and digits of `strip_diacritics`: two spellings of one document number compare equal.

    Raised and lowered figures stay as they are: `12²` is neither `12` nor `122`.
    """
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
