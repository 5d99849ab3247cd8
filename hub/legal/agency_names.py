"""Names of agencies (cơ quan) in legal writing: telling one from several, and comparing spellings."""

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
"""Words that a name of an agency begins with; with them `Bộ Văn hóa, Thể thao và Du lịch` stays one agency."""

ABBREVIATIONS = {"UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân"}

_SEPARATOR = re.compile(r"\s*[,;]\s*(?:và\s+)?|\s+và\s+|\s+-\s+")


def name_key(text: str) -> str:
    """What spellings of one name share: small letters, no punctuation, and the tone at the end of its syllable.

    `Toà án` and `Tòa án`, `Uỷ ban` and `Ủy ban`, `Bộ công thương` and `Bộ Công Thương` compare equal; words that
    differ in a mark (`đất`, `đạt`) do not. For comparing only: what is shown stays as the source wrote it.
    """
    return " ".join("".join(split_tone(word)) for word in _WORD.findall(clean(text).lower()))


_HEAD_KEYS = tuple(name_key(head) for head in HEADS)


def has_agency_prefix(text: str) -> bool:
    """Whether a text begins as the name of an agency does: a head word, with a capital letter."""
    if not text[:1].isupper():
        return False
    key = name_key(text[:60]) + " "
    return any(key.startswith(head + " ") for head in _HEAD_KEYS)


def split_issuers(text: str) -> tuple[str, ...]:
    """The agencies of `A, B và C`, each once, as written: a separator counts only where a name begins behind it."""
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
    """A name without abbreviations that can only mean one thing: `UBND tỉnh` → `Ủy ban nhân dân tỉnh`."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in one_line(name).split(" "))


def initials(name: str) -> str:
    """First letters in capitals: `Ủy ban nhân dân` → `UBND`, as numbers abbreviate an agency."""
    letters = (unicodedata.normalize("NFD", word)[0].upper() for word in _WORD.findall(one_line(name)))
    return "".join(letters)
