"""Matcher of document numbers inside sentences, with the misprints of real texts.

`09/2017/NĐ-CP`, `01 /2018/TT-VPCP`, `42/2022/NĐCP`, `09/2017 NĐ-CP`, `O9/2017/ND-CP`, `15/2016/TT- BVHTTDL`, a line
break inside, `03-NQ/TU`, `964/TTg-NN`, `143/CP`, `31-L/CTN`, `23 TC/TCT`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from hub.legal.aligned_text import AlignedText
from hub.legal.types import TYPE_ABBREVIATIONS
from hub.text import compact, fold, strip_diacritics


class Shape(StrEnum):
    """The parts that a number has."""

    whole = "whole"
    """Serial, year and symbol."""
    yearless = "yearless"
    """Serial and symbol; such a number repeats every year."""
    short = "short"
    """Serial and year, without the symbol."""
    serial = "serial"
    """The serial alone."""


@dataclass(frozen=True)
class NumberMatch:
    """A number in a text. `key` is `hub.legal.numbers.number_key` of the corrected number; None without a symbol."""

    start: int
    end: int
    shape: Shape
    serial: str
    year: int | None
    symbol: str | None
    corrected: bool

    @property
    def key(self) -> str | None:
        if self.symbol is None:
            return None
        return ".".join(part for part in (self.plain_serial, str(self.year or ""), compact(self.symbol)) if part)

    @property
    def plain_serial(self) -> str:
        """The serial for comparison: lower case, without leading zeros."""
        return strip_diacritics(self.serial).lstrip("0") or "0"


_S = r"[ \n]{0,3}"
_SERIAL = r"(?P<serial>[0-9OoQlI]{1,5}(?:\.\d{1,5})?(?:[a-zđ](?![^\W\d_]))?)"
_YEAR = r"(?P<year>(?:19|2[0Oo])[0-9Oo]{2})(?![0-9])"
_SLASH = rf"{_S}[/\\]{_S}"
_LETTERS = r"[^\W_]{0,24}+(?:&[^\W_]{1,24}+){0,4}+(?![^\W_])"
"""The letters of a piece of a symbol after its first one: bounded, so that a long run is no symbol and costs little."""
_PIECE = rf"[^\W\d_]{_LETTERS}"
_UPPER = rf"[A-ZĐÐ]{{2}}{_LETTERS}|TTg|L\b"
_JOINED = (
    rf"(?:[-–_]{{1,2}}[ \n]{{0,3}}(?:{_UPPER})|[ \n]{{1,2}}[-–][ \n]{{0,2}}(?:{_UPPER})|[-–_]{_PIECE}|"
    rf"[ \n](?:CP|TTg|UBND|HĐND|TW|TU)(?![^\W_]))"
)
_PIECES = rf"{_PIECE}{_JOINED}?(?:[-–_/](?:[ \n]{{1,2}}(?={_UPPER}))?{_PIECE}){{0,12}}"
_SYMBOL = rf"(?P<symbol>{_PIECES})"
_UPPER_SYMBOL = rf"(?P<symbol>(?=[A-ZĐÐ]){_PIECES})"

_WHOLE = re.compile(
    rf"{_SERIAL}{_SLASH}{_YEAR}(?:{_SLASH}|{_S}[-–]{_S}(?=[A-ZĐÐ])|[ \n]{{0,2}}(?=[A-ZĐÐ]{{2}})){_SYMBOL}"
)
_YEARLESS = re.compile(rf"{_SERIAL}(?:{_SLASH}|{_S}[-–]{_S}){_UPPER_SYMBOL}")
_HYPHENED = re.compile(rf"{_SERIAL}(?P<mark>[-.])(?P<year>(?:19|20)\d\d)(?P=mark){_UPPER_SYMBOL}")
_SPACED = re.compile(
    rf"{_SERIAL}[ \n]{{1,2}}(?P<symbol>[A-ZĐÐ]{{2}}{_LETTERS}[-–/][ ]?[A-ZĐÐ]{_LETTERS}"
    rf"(?:[-–/][A-ZĐÐ]{_LETTERS}){{0,12}})"
)
_SHORT = re.compile(rf"{_SERIAL}{_SLASH}{_YEAR}(?![^\W_])(?!{_S}[/-]{_S}\d)")
_ALONE = re.compile(r"(?P<serial>\d{1,5}(?:[a-z](?![^\W_]))?)(?![^\W_])(?![.,]\d)")
_UNIT = re.compile(
    r"[ \n]{1,4}(?:ngày(?![ \n]{1,3}\d{1,2}(?:[ \n]tháng|[/.-]))|tháng|người|đồng|lần|bản|bộ|giờ|"
    r"triệu|tỷ|%|cán bộ|trường hợp|thành viên|đơn vị|"
    r"năm(?! (?:19|20)\d))|[ \n]?[%/-]"
)
_ABBREVIATION_BY_FOLD = {fold(letters): letters for letters in TYPE_ABBREVIATIONS} | {
    "qyd": "QyĐ",
    "qd": "QĐ",
    "nd": "NĐ",
}
_KNOWN_SYMBOLS = frozenset(TYPE_ABBREVIATIONS) | {"TTg", "VPCP", "UBND", "HĐND", "KL", "QĐi", "VBHN", "TW", "TU", "CV"}


def match_number(aligned: AlignedText, at: int, *, typed: bool = False, labelled: bool = False) -> NumberMatch | None:
    """Match the number that begins at `at`.

    After the name of a type (`typed`) every shape counts, a symbol after a space without a slash only after `số`
    (`labelled`). Elsewhere a number without a year must have the letters of a type or of an issuer.
    """
    plain = aligned.signs
    if (found := _WHOLE.match(plain, at)) is not None and _has_digit(found["serial"], typed):
        return _build_match(found, Shape.whole)
    if typed and (found := _HYPHENED.match(plain, at)) is not None:
        return _build_match(found, Shape.whole)
    if (found := _YEARLESS.match(plain, at)) is not None and _has_digit(found["serial"], typed):
        first = re.split(r"[-–/ ]+", found["symbol"])[0]
        if typed or (first in _KNOWN_SYMBOLS and not re.search(r"\s", found.group())):
            return _build_match(found, Shape.yearless)
    if not typed:
        return None
    if (found := _SPACED.match(plain, at)) is not None and (labelled or "/" in found["symbol"]):
        return _build_match(found, Shape.yearless)
    if (found := _SHORT.match(plain, at)) is not None and _has_digit(found["serial"], typed):
        return _build_match(found, Shape.short)
    if (found := _ALONE.match(plain, at)) is not None and _UNIT.match(aligned.small, found.end()) is None:
        return _build_match(found, Shape.serial)
    return None


def _has_digit(serial: str, typed: bool) -> bool:
    return serial.isascii() and (serial[0].isdigit() or typed) and any(char.isdigit() for char in serial)


def _build_match(match: re.Match[str], shape: Shape) -> NumberMatch:
    parts = match.groupdict()
    serial = re.sub(r"[OoQ](?=\d|$|\.)|(?<=\d)[OoQ]", "0", parts["serial"])
    serial = re.sub(r"[lI](?=\d)|(?<=\d)I", "1", serial)
    year = parts.get("year")
    symbol = parts.get("symbol")
    written = match.group()
    if symbol is not None:
        symbol = re.sub(r"[ \n]*[-–_]+[ \n]*", "-", symbol.replace("Ð", "Đ"))
        symbol = re.sub(r"[ \n]+", "-" if " " in symbol else "", symbol)
    proper = "/".join(part for part in (parts["serial"], year, symbol) if part)
    return NumberMatch(
        match.start(),
        match.end(),
        shape,
        serial,
        int(re.sub("[Oo]", "0", year)) if year else None,
        symbol,
        (shape is not Shape.yearless and written.replace("-", "/", 1) != proper and written != proper)
        or serial != parts["serial"],
    )


def type_of_symbol(symbol: str) -> tuple[str, float] | None:
    """The type that the letters of a symbol mean, with a confidence: `NĐ-CP` → Nghị định, `ND-CP` with a lower one."""
    parts = [part for part in re.split(r"[-/]", symbol) if part]
    for part in parts:
        if part in TYPE_ABBREVIATIONS:
            return TYPE_ABBREVIATIONS[part], 0.95
    for part in parts:
        # A missing diacritic is a misprint; another one makes another word: `HĐ` is not `HD`.
        if (
            (letters := _ABBREVIATION_BY_FOLD.get(fold(part))) is not None
            and len(part) > 1
            and ("Đ" not in part or "Đ" in letters)
        ):
            return TYPE_ABBREVIATIONS[letters], 0.8
    joined = fold(parts[0]) if parts else ""
    for whole, name in (("ndcp", "Nghị định"), ("qdttg", "Quyết định"), ("nqcp", "Nghị quyết"), ("ctttg", "Chỉ thị")):
        if joined == whole:
            return name, 0.8
    return None
