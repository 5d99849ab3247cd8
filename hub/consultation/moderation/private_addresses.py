"""E-mail addresses and postal addresses (số nhà, đường, kiệt, hẻm, ngõ, phường) in a text without diacritics.

A street, an alley or a hamlet alone is a place that a draft is about, and nobody's address; a house number with a
street is one, and so is a place of which somebody says that they live there. Patterns are those of RE2: linear.
"""

from collections.abc import Iterator

import re2

_LABEL = r"[a-z0-9][a-z0-9-]{0,62}"
_END = r" ?[.,] ?(?:com|vn|net|org|edu|gov|info)\b"
"""End of a domain that may stand apart from it."""
_DOTTED = rf"(?:{_END}|(?:\.| \. | ?[\[({{] ?(?:dot|cham) ?[\])}}] ?| (?:dot|cham) ){_LABEL}){{1,5}}"
_DOTTED_IN_WORDS = rf"(?: ?[\[({{ ] ?(?:dot|cham) ?[\])}} ] ?{_LABEL}){{1,5}}"
_EMAIL = re2.compile(
    r'(?i)["a-z0-9][a-z0-9._%+"-]{0,63}(?:'
    rf" ?@ ?(?:{_LABEL}{_DOTTED}|(?:gmail|yahoo|outlook|hotmail|icloud)\b)"
    rf"| ?[\[({{] ?(?:at|a cong|a moc|@) ?[\])}}] ?{_LABEL}{_DOTTED}"
    rf"| at {_LABEL}{_DOTTED_IN_WORDS}"
    rf"| (?:a cong|a moc) {_LABEL}{_DOTTED})"
)

_NUMBER = r"\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){0,3}"
_WORD = r"[A-Z][A-Za-z]*"
_NAME = rf"{_WORD}(?: {_WORD}){{0,4}}"
_LONG_NAME = rf"{_WORD}(?: {_WORD}){{1,4}}"
_STREET_WORD = r"(?i:duong|pho|d\.|dg\.)"
_STREET = rf"{_STREET_WORD} ?(?:so {_NUMBER}|\d{{1,2}}(?:/\d{{1,2}}| thang \d{{1,2}})|{_NAME})"
_ANY_STREET = rf"{_STREET_WORD} ?(?:[A-Za-z0-9/]+(?: [A-Za-z0-9]+){{0,3}})"
_ALLEY_WORD = r"(?i:kiet|hem|ngo|ngach)"
_ALLEY = rf"{_ALLEY_WORD} {_NUMBER}"
_UNIT_WORD = r"(?i:phuong|p\.|xa|thi tran|quan|q\.|huyen|thi xa|thanh pho|tp\.?|tinh|to dan pho|tdp|to|thon|khu pho)"
_TAIL = (
    rf"(?:,? (?:{_ALLEY}|{_STREET}|{_LONG_NAME})){{0,3}}(?:[,;]? ?{_UNIT_WORD} ?(?:{_NAME}|\d{{1,3}})){{0,4}}"
    r"(?:, ?(?i:hue)\b)?"
)
_HOUSE = rf"(?i:\b(?:so nha|nha so|sn)\b)[:. ]{{0,3}}{_NUMBER}"

_STRONG_CUE = (
    r"(?i:thuong tru|tam tru|tru tai|dia chi(?: lien he| nhan thu| nha)?|ngu(?: tai)?|cu tru|noi o|ho khau"
    r"(?: thuong tru)?|song (?:tai|o))"
)
_CUE = rf"(?:{_STRONG_CUE}|(?i:o|nha (?:toi|em|minh|chung toi|o|cua toi|tui)|nha|ho|gia dinh))"
_AFTER_CUE = r"[: ]{1,3}(?i:(?:tai|trong|o|nha|la) ){0,2}"

_ADDRESSES = (
    re2.compile(rf"({_HOUSE}{_TAIL})"),
    re2.compile(rf"\b({_NUMBER},? {_ALLEY}{_TAIL})"),
    re2.compile(rf"\b({_ALLEY_WORD} \d{{1,4}}[A-Za-z]?/{_NUMBER}{_TAIL})"),
    re2.compile(rf"\b({_ALLEY},? {_ALLEY}{_TAIL})"),
    re2.compile(rf"\b(K\d{{1,4}}/{_NUMBER} {_LONG_NAME}{_TAIL})"),
    re2.compile(rf"\b{_CUE}{_AFTER_CUE}((?:(?i:so) )?{_NUMBER},? (?:{_LONG_NAME}|{_ANY_STREET}){_TAIL})"),
    re2.compile(rf"\b{_CUE}{_AFTER_CUE}({_ALLEY}{_TAIL})"),
    re2.compile(
        rf"\b{_STRONG_CUE}{_AFTER_CUE}((?i:thon|xom|ap|to|doi|khu pho|to dan pho|chung cu|can ho|khu tap the) "
        rf"(?:{_NUMBER}|{_NAME}){_TAIL})"
    ),
    re2.compile(
        rf"\b((?i:chung cu|khu tap the|ky tuc xa) {_NAME},? (?i:can ho|phong|tang|block|toa) ?[A-Z]?\d{{1,4}}{_TAIL})"
    ),
    re2.compile(rf"\b{_STRONG_CUE}{_AFTER_CUE}({_NUMBER} [a-z]+ [a-z]+(?: [a-z]+)?,? {_UNIT_WORD} ?[A-Za-z0-9]+)"),
)
"""Each finds an address as its first group. The last ones need a word that says that somebody lives there."""
_WITH_UNIT = re2.compile(
    rf"\b({_NUMBER} {_LONG_NAME}(?:[,;] ?{_UNIT_WORD} ?{_NAME}){{1,4}}|{_NUMBER} {_LONG_NAME}, ?Hue\b)"
)
_WITH_STREET = re2.compile(rf"\b((?i:so) {_NUMBER},? (?:{_ALLEY}|{_STREET}){_TAIL})")
_RANGE_START = re2.compile(r"\d[A-Za-z]? (?:den|toi) $")
"""Before the last number of a range of houses (“từ số 5 đến số 45”), which is nobody's address."""
_WORD_BEFORE = re2.compile(r"([A-Za-z]+)[ :]{0,2}$")
_NO_HOUSE = frozenset(
    {
        "dieu", "khoan", "ngay", "thang", "nam", "quy", "chuong", "muc", "diem", "tiet", "phan", "du", "an", "luat",
        "bang", "dong", "trang",
    }
)  # fmt: skip
"""Words before a number that is no house number."""
_NO_STREET = frozenset(
    {
        "luat", "nghi", "quyet", "thong", "uy", "ubnd", "hdnd", "hoi", "so", "bo", "quoc", "tinh", "ke", "chi",
        "cong", "phuong", "xa", "thang", "truong",
    }
)  # fmt: skip
"""First words of a name that is no street's."""


def find_email_addresses(folded: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each e-mail address, also of those written out (`a [at] b . vn`, `a còng`, `chấm`)."""
    return (found.span() for found in _EMAIL.finditer(folded))


def find_postal_addresses(folded: str) -> list[tuple[int, int]]:
    """List start and end of each postal address, without overlaps."""
    spans = [found.span(1) for pattern in _ADDRESSES for found in pattern.finditer(folded)]
    spans += [found.span(1) for found in _WITH_STREET.finditer(folded) if not _is_end_of_range(folded, found.start(1))]
    spans += [found.span(1) for found in _WITH_UNIT.finditer(folded) if _is_house(folded, found.start(1), found[1])]
    return _merge(spans)


def _is_end_of_range(folded: str, start: int) -> bool:
    return _RANGE_START.search(folded[max(0, start - 20) : start]) is not None


def _is_house(folded: str, start: int, address: str) -> bool:
    before = _WORD_BEFORE.search(folded[max(0, start - 20) : start])
    street = address.split(maxsplit=2)[1].lower()
    return street not in _NO_STREET and (before is None or before[1].lower() not in _NO_HOUSE)


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
