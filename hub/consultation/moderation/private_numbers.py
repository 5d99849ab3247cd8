"""Phone numbers (số điện thoại) and citizen ids (số căn cước công dân, CMND) in a text, however they are grouped.

A text is read as groups of digits. From each group on, the next ones are joined while only a space, a dot, a dash or a
bracket stands between them, and each sum is tried: twelve digits as an id, others as a phone number of Vietnam by the
plan that `phonenumbers` knows. Numbers of documents, dates and times are taken away before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import phonenumbers
import re2

_DIGIT_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_ALIKE = str.maketrans("oOlI", "0011")
"""Letters that are typed for digits, to be overlooked or by mistake."""
_GROUP = re2.compile(rf"[0-9oOlI]*[0-9][0-9oOlI]*|\b(?i:{'|'.join(_DIGIT_WORDS)})\b")
_NO_NUMBER = re2.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b"  # a day
    r"|\b\d{1,2} ?(?:[:hH]\d{2}\b|[hH]\b)"  # a time
    r"|\d[\d.]*(?:/\d{4})? ?/ ?[A-Z]{2}"  # the number of a document
    r"|(?i:ma so thue|mst|ma so doanh nghiep|ma so dn|ma ho so)[^0-9\n]{0,12}[0-9][0-9. -]*"
)
_AMOUNT = re2.compile(r"[ .,]{0,2}(?i:dong|vnd|vnđ|d\b|ty\b|trieu|nghin|ngan|usd|nguoi|ha\b|m2|km|kg|tan\b|%)")
"""Unit after a number, which says that it counts something."""
_ID_WORD = re2.compile(r"(?i)(?:cccd|can cuoc|dinh danh|cmnd|cmt|chung minh)[^0-9]{0,25}$")
_OLD_ID_WORD = re2.compile(r"(?i)(?:cmnd|cmt|chung minh|so cm|giay cm)[^0-9]{0,25}$")
_PHONE_WORD = re2.compile(r"(?i)(?:sdt|dt|tel|phone|dien thoai|zalo|goi|so may|mobile|lien he|lien lac)[^0-9+]{0,10}$")
_PASSPORT = re2.compile(r"(?i)(?:ho chieu|passport)[^0-9\n]{0,12}?\b([A-Z]\d{7,8})\b")
_OLD_MOBILE = re2.compile(r"01[2689]\d{8}$")
"""Mobile numbers as they were until 2018, which no plan knows any more and people still write."""
_NEW_ID = re2.compile(r"0\d\d[0-3]\d{8}$")
"""Province, sex and century of birth, year, six digits."""
_PROVINCES = frozenset(
    f"{code:03}"
    for code in (
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
        37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75,
        77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
    )
)  # fmt: skip
"""Codes with which an id begins: those of the 63 provinces before 2025, which ids keep for life."""
_BEFORE = 60
_LONGEST = 16
"""Digits of the longest number: 0084 (0) and ten more, or another country's fifteen."""
_SEPARATORS = frozenset(" \t.-–—_()·•")
_LOOSE = frozenset("/,")
"""Separators that also part items of a list or the parts of a day: they join groups of three digits or more only."""


@dataclass(frozen=True, slots=True)
class _Group:
    digits: str
    start: int
    end: int
    is_word: bool


def find_citizen_ids_and_phones(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and `is_id` of each number in a text without diacritics."""
    passports = [found.span(1) for found in _PASSPORT.finditer(folded)]
    yield from ((start, end, True) for start, end in passports)
    groups = _list_groups(folded, passports)
    at = 0
    while at < len(groups):
        if (found := _read_number(folded, groups, at)) is None:
            at += 1
            continue
        count, is_id = found
        yield _begin(folded, groups[at].start), groups[at + count - 1].end, is_id
        at += count


def _list_groups(folded: str, passports: list[tuple[int, int]]) -> list[_Group]:
    taken = sorted([*passports, *(found.span() for found in _NO_NUMBER.finditer(folded))])
    groups, next_taken = [], 0
    for found in _GROUP.finditer(folded):
        start, end = found.span()
        while next_taken < len(taken) and taken[next_taken][1] <= start:
            next_taken += 1
        if next_taken < len(taken) and taken[next_taken][0] < end:
            continue
        word = _DIGIT_WORDS.get(found[0].lower())
        groups.append(_Group(word or found[0].translate(_ALIKE), start, end, word is not None))
    return groups


def _read_number(folded: str, groups: list[_Group], at: int) -> tuple[int, bool] | None:
    """Return how many groups from `at` on are a number, and True for an id."""
    first = groups[at]
    if _is_inside(folded, groups, at):
        return None
    before = folded[max(0, first.start - _BEFORE) : first.start]
    digits, phone, last = "", None, 0
    for count, group in enumerate(groups[at : at + _LONGEST], 1):
        if count > 1 and not _joins(folded, groups[at + count - 2], group):
            break
        if len(digits) + len(group.digits) > _LONGEST:
            break
        digits += group.digits
        if _is_citizen_id(digits, before):
            return count, True
        # An id wins, even if it begins with what could be a phone number.
        if phone is None and _is_phone(digits, before, folded[group.end : group.end + 8]):
            phone = count
        last = count
    if phone is None and before.endswith("+") and not digits.startswith("84") and _is_in_plan(f"+{digits}"):
        phone = last
    return None if phone is None else (phone, False)


def _is_inside(folded: str, groups: list[_Group], at: int) -> bool:
    """Return True for a later group of one number, such as the decimals: no number begins there."""
    if at == 0 or len(groups[at].digits) >= 9:
        return False
    between = folded[groups[at - 1].end : groups[at].start]
    return len(between) == 1 and between in ".,-" and not groups[at - 1].is_word


def _joins(folded: str, last: _Group, group: _Group) -> bool:
    between = folded[last.end : group.start]
    if len(between) > 4:
        return False
    if last.is_word or group.is_word:
        return bool(between) and set(between) <= _SEPARATORS | _LOOSE
    if set(between) <= _SEPARATORS:
        return True
    return len(between) == 1 and between in _LOOSE and min(len(last.digits), len(group.digits)) >= 3


def _is_citizen_id(digits: str, before: str) -> bool:
    if len(digits) == 12:
        is_new = _NEW_ID.match(digits) is not None and digits[:3] in _PROVINCES
        return is_new or _ID_WORD.search(before) is not None
    return len(digits) == 9 and _OLD_ID_WORD.search(before) is not None


def _is_phone(digits: str, before: str, after: str) -> bool:
    """Return True for a number of Vietnam's plan; what cannot be one by its first digits is not looked up."""
    if digits.startswith("0084"):
        return _is_national(digits[4:].removeprefix("0"))
    if before.endswith("+") or (len(digits) >= 11 and digits.startswith("84")):
        return (
            digits.startswith("84")
            and (before.endswith("+") or _AMOUNT.match(after) is None)
            and _is_national(digits[2:].removeprefix("0"))
        )
    if digits.startswith("0"):
        return _OLD_MOBILE.match(digits) is not None or _is_national(digits[1:])
    return len(digits) == 9 and _PHONE_WORD.search(before) is not None and _is_national(digits)


def _is_national(digits: str) -> bool:
    """Return True for a number without its leading zero: nine digits of a mobile, ten of a line."""
    is_shaped = (len(digits) == 9 and digits[0] in "35789") or (len(digits) == 10 and digits[0] == "2")
    return is_shaped and _is_in_plan(f"+84{digits}")


_PUBLIC_TYPES = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)
"""Numbers of services (1800, 1900), which belong to no person."""


def _is_in_plan(number: str) -> bool:
    try:
        parsed: Any = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) not in _PUBLIC_TYPES


def _begin(folded: str, start: int) -> int:
    """Return the start with the plus and the brackets before it."""
    while start > 0 and folded[start - 1] in "+(":
        start -= 1
    return start
