"""Numbers of Vietnamese documents (số, ký hiệu): `269/KH-UBND`, `09/2017/NĐ-CP`, `104/2016/QH13`, `03-NQ/TU`.

Numbers of normative acts contain the year; those of administrative acts do not and repeat every year, so that only
issuer, type, number and date together identify a document.
"""

import re
from dataclasses import dataclass

from hub.lookalikes import fold_signs
from hub.text import compact, one_line, strip_diacritics

_NUMBER = re.compile(
    r"""^(?P<serial>\d{1,5}(?:\.\d{1,5})?[a-z]?)   # 269, 66.13, 11i
        (?:\s*[/-]\s*(?P<year>(?:19|20)\d\d))?       # /2017
        \s*[/-]\s*(?P<symbol>[^\W\d_][\w&.\s/-]*)$   # NĐ-CP, QH13, TTLT-BTC-BTP""",
    re.VERBOSE | re.IGNORECASE,
)

NUMBER_PATTERN = (
    r"\d{1,5}(?:\.\d{1,5})?[a-z]?"  # 269, 66.13, 11i
    r"(?:\s?/\s?(?:19|20)\d\d)?"  # /2017
    r"\s?[/–-]\s?[A-ZĐ][\w&]*+(?:[/–-][A-ZĐ][\w&]*+)*+"  # /NĐ-CP, -NQ/TU
)
"""Pattern of a number inside running text without look-alikes (`fold_signs`), case-sensitive: a symbol begins with a
capital letter."""

_SPACED_SIGN = re.compile(r" ?([/-]) ?")
_REST = r"[A-ZĐ&]{2,}(?:-[A-ZĐ&]{2,})*"
_SYMBOL_FIRST = re.compile(rf"^(?P<rest>{_REST})\s+(?P<title>\S.*)$", re.DOTALL)
_END = r"(?:\s+(?P<title>\S.*))?$"
_YEAR = r"(?:19|20)\d\d ?/ ?"
_PIECE = r"[A-ZĐ][\w&]*"
_SIGN_FIRST = re.compile(
    rf"^(?P<rest>/ ?(?:{_YEAR})?{_PIECE}(?:-{_PIECE})*|- ?(?:[A-ZĐ&]{{2,}}\d{{0,2}}|TTg)(?:-[A-ZĐ&]{{2,}})*){_END}",
    re.DOTALL,
)
"""The rest of a number that begins with its sign: `/2018/TT-NHNN Hướng dẫn …`, `-NHNN Hướng dẫn …`."""
_YEAR_FIRST = re.compile(
    rf"^(?P<rest>{_YEAR}{_PIECE}(?:-[A-ZĐ&]{{2,}})*|[A-ZĐ][\w&]{{0,5}}(?:-[A-ZĐ&]{{2,}})+){_END}",
    re.DOTALL,
)
"""The rest of a number whose sign stayed: `39/` and `2018/TT-NHNN Hướng dẫn …`."""
_TYPE_ONLY = re.compile(r"^\d{1,5}[a-z]?(?:/(?:19|20)\d\d)?(?:/[A-ZĐ][^\W\d_]{0,5})?$")
"""A number that lacks its issuer, or more: `39`, `39/2018`, `39/2018/TT`."""


@dataclass(frozen=True)
class DocumentNumber:
    """The parts of a document number."""

    serial: str
    year: int | None
    symbol: str


def canonical_number(text: str) -> str:
    """The form in which a number is stored: the signs of a keyboard, and no space around them.

    `513 /KH‑UBND` with any of the hyphens and slashes of Unicode → `513/KH-UBND`.
    """
    signs = fold_signs(one_line(text)).replace("–", "-").replace("\\", "/")
    return _SPACED_SIGN.sub(r"\1", signs)


def parse_number(text: str) -> DocumentNumber | None:
    """Parse a text that consists of one document number; None for any other text."""
    match = _NUMBER.match(canonical_number(text))
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else None
    return DocumentNumber(serial=match["serial"], year=year, symbol=re.sub(r"\s+", "", match["symbol"]))


def number_key(text: str) -> str:
    """Comparison key of a number: `01 /2018/TT-VPCP` and `1/2018/tt-vpcp` → `1.2018.ttvpcp`."""
    number = parse_number(text)
    if number is None:
        return compact(text)
    serial = strip_diacritics(number.serial).lstrip("0") or "0"
    parts = (serial, str(number.year) if number.year else "", compact(number.symbol))
    return ".".join(part for part in parts if part)


def symbol_parts(text: str) -> tuple[str, ...]:
    """The parts of the symbol of a number: `269/KH-UBND` → ``("KH", "UBND")``; empty for any other text."""
    number = parse_number(text)
    return tuple(part for part in re.split(r"[-/]", number.symbol) if part) if number else ()


def rejoin_number(number: str, title: str) -> tuple[str, str]:
    """Move the rest of a number from the beginning of the title back to the number.

    `64/2020/TT-` with `BCA Quy định quy trình …` → `64/2020/TT-BCA` and `Quy định quy trình …`; `39` with
    `/2018/TT-NHNN Hướng dẫn …` → `39/2018/TT-NHNN` and `Hướng dẫn …`. Only if this is certain: the sign between both
    is there, the number is not whole without the rest, and it is one with it. A title in capitals begins with words.
    """
    number, title = canonical_number(number), one_line(title)
    signs = fold_signs(title).replace("–", "-")
    if number.endswith("-"):
        found = _SYMBOL_FIRST.match(signs)
        found = None if found is not None and found["title"].isupper() else found
    elif number.endswith("/"):
        found = _YEAR_FIRST.match(signs)
    else:
        found = _SIGN_FIRST.match(signs) if _TYPE_ONLY.match(number) else None
    if found is None:
        return number, title
    whole = canonical_number(number + found["rest"])
    rest = title[found.start("title") :] if found["title"] else ""
    return (whole, rest) if parse_number(whole) else (number, title)
