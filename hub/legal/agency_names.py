"""Names of agencies (cơ quan) in legal writing: splitting lists of names, and comparing spellings."""

import re
import unicodedata

from hub.text import clean, one_line, split_tone

_WORD = re.compile(r"\w+")

HEADS: tuple[str, ...] = (
    "Quốc hội",
    "Chính phủ",
    "Thủ tướng",
    "Chủ tịch nước",
    "Bộ",
    "Ủy ban",
    "Hội đồng",
    "Tòa án",
    "Viện",
    "Ngân hàng Nhà nước",
    "Thanh tra",
    "Kiểm toán",
    "Văn phòng",
    "Bảo hiểm xã hội",
    "Tổng cục",
    "Tổng liên đoàn",
    "Ban",
    "Sở",
    "Cục",
    "Công an",
    "Đoàn",
    "Liên đoàn",
    "Hội",
    "Tỉnh ủy",
    "Thành ủy",
    "UBND",
    "HĐND",
)
"""First words of names of agencies. They keep `Bộ Văn hóa, Thể thao và Du lịch` one agency when a list is split."""

ABBREVIATIONS = {"UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân"}

_SEPARATOR = re.compile(r" ?[,;] ?(?:và )?| và | - ")


def name_key(text: str) -> str:
    """Comparison key of a name: lower case, no punctuation, and the tone mark at the end of each syllable.

    `Toà án` and `Tòa án`, `Uỷ ban` and `Ủy ban`, `Bộ công thương` and `Bộ Công Thương` compare equal; words that
    differ in a mark (`đất`, `đạt`) do not. For comparing only: displayed names keep the spelling of the source.
    """
    return " ".join("".join(split_tone(word)) for word in _WORD.findall(clean(text).lower()))


_HEAD_KEYS = tuple(name_key(head) for head in HEADS)


def has_agency_prefix(text: str) -> bool:
    """True for a text that begins with a word of `HEADS` and a capital letter."""
    if not text[:1].isupper():
        return False
    key = name_key(text[:60]) + " "
    return any(key.startswith(head + " ") for head in _HEAD_KEYS)


def split_issuers(text: str) -> tuple[str, ...]:
    """Split `A, B và C` into agencies, deduplicated, as written. A separator counts only before another name."""
    text = one_line(text)
    names, start = [], 0
    for found in _SEPARATOR.finditer(text):
        if has_agency_prefix(text[found.end() :]):
            names.append(text[start : found.start()])
            start = found.end()
    names.append(text[start:])
    unique = {name_key(name): name for name in reversed([n.strip(" ,;") for n in names]) if name}
    return tuple(reversed(unique.values()))


def expand_abbreviations(name: str) -> str:
    """Expand unambiguous abbreviations in a name: `UBND tỉnh` → `Ủy ban nhân dân tỉnh`."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in one_line(name).split(" "))


def initials(name: str) -> str:
    """The initials in capitals, as document numbers abbreviate an agency: `Ủy ban nhân dân` → `UBND`."""
    letters = (unicodedata.normalize("NFD", word)[0].upper() for word in _WORD.findall(one_line(name)))
    return "".join(letters)
