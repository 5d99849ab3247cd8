"""Conversion of names and titles in capitals to sentence case."""

import re
from functools import lru_cache

from hub.legal.agency_names import expand_abbreviations, name_key
from hub.legal.issuers import canonical_agency
from hub.text import one_line

_LEVELS = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "phường", "xã", "thị trấn", "đặc khu")
_PLACE = re.compile(rf"(?<![^\W_])(?P<level>{'|'.join(_LEVELS)}) (?P<name>.+)$")
_KINDS = re.compile(r"^(?P<kind>sở|chi cục|phòng|thanh tra sở|văn phòng sở) (?P<rest>.+)$")
_NAMES = re.compile(r"(?<![^\W_])(?:việt nam|cộng hòa|quốc hội|chính phủ|nhà nước|trung ương|đảng)(?![^\W_])")


def is_uppercase(text: str) -> bool:
    """True for a text whose letters (two or more) are all capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters)


def to_sentence_case(title: str, text: str) -> str:
    """Convert a title in capitals: as the text spells it elsewhere, or else to one capital letter and names."""
    title = one_line(title)
    if not is_uppercase(title):
        return title
    found = find_spelling(title, text)
    if found is None:
        found = _capitalize_place(_NAMES.sub(lambda name: name.group().capitalize(), title.lower()))
    return found[:1].upper() + found[1:]


def to_agency_name(name: str, text: str) -> str:
    """Convert the name of an agency: `SỞ GIÁO DỤC VÀ ĐÀO TẠO` → `Sở Giáo dục và Đào tạo`, abbreviations expanded."""
    name = expand_abbreviations(one_line(name).strip(" .,;:-–"))
    if not is_uppercase(re.sub(r"Ủy ban nhân dân|Hội đồng nhân dân", "", name)) and not is_uppercase(name):
        return name
    if (known := canonical_agency(name)) is not None:
        return known
    found = find_spelling(name, text)
    if found is not None and found[:1].isupper():
        return found
    small = name.lower()
    kind = _KINDS.match(small)
    if kind is not None and (ministry := canonical_agency(f"Bộ {kind['rest']}")) is not None:
        return f"{kind['kind'].capitalize()} {ministry.removeprefix('Bộ ')}"
    if kind is not None:
        small = f"{kind['kind']} {kind['rest'][:1].upper()}{kind['rest'][1:]}"
    placed = _capitalize_place(small)
    return placed[:1].upper() + placed[1:]


def _capitalize_place(small: str) -> str:
    """Capitalize the name of a place after its level: `tỉnh thừa thiên huế` → `tỉnh Thừa Thiên Huế`."""
    found = _PLACE.search(small)
    if found is None or len(found["name"].split()) > 4:
        return small
    name = " ".join(word.capitalize() for word in found["name"].split())
    return small[: found.start("name")] + name


def find_spelling(capitals: str, text: str) -> str | None:
    """The first occurrence of the words in a text that is not all in capitals; None without one."""
    words = re.findall(r"\w+", capitals.lower())
    if not words:
        return None
    pattern = re.compile(r"(?<!\w)" + r"[\s,–-]{1,4}".join(map(re.escape, words)) + r"(?!\w)")
    for found in pattern.finditer(_lowercase(text)):
        written = one_line(text[found.start() : found.end()])
        if not is_uppercase(written) and (len(words) < 2 or name_key(written) == name_key(capitals)):
            return written
    return None


@lru_cache(maxsize=4)
def _lowercase(text: str) -> str:
    """Lower-case a text without changing its length."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
