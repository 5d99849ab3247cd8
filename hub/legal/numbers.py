"""Numbers of Vietnamese documents (số, ký hiệu): `269/KH-UBND`, `09/2017/NĐ-CP`, `104/2016/QH13`, `03-NQ/TU`.

Normative acts carry their year; administrative acts do not, so such a number repeats every year and only issuer,
type, number and date together name one document.
"""

import re
from dataclasses import dataclass

from hub.text import compact, one_line, unmark

_NUMBER = re.compile(
    r"""^(?P<serial>\d{1,5}(?:\.\d{1,5})?[a-z]?)   # 269, 66.13, 11i
        (?:\s*[/-]\s*(?P<year>(?:19|20)\d\d))?       # /2017
        \s*[/-]\s*(?P<symbol>[^\W\d_][\w&.\s/-]*)$   # NĐ-CP, QH13, TTLT-BTC-BTP""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class DocumentNumber:
    """A number in its parts."""

    serial: str
    year: int | None
    symbol: str


def parse_number(text: str) -> DocumentNumber | None:
    """The parts of a text that is a document number and nothing else; None for any other text."""
    match = _NUMBER.match(one_line(text))
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else None
    return DocumentNumber(serial=match["serial"], year=year, symbol=re.sub(r"\s+", "", match["symbol"]))


def number_key(text: str) -> str:
    """What two spellings of one number share: `01 /2018/TT-VPCP` and `1/2018/tt-vpcp` → `1.2018.ttvpcp`."""
    number = parse_number(text)
    if number is None:
        return compact(text)
    serial = unmark(number.serial).lstrip("0") or "0"
    parts = (serial, str(number.year) if number.year else "", compact(number.symbol))
    return ".".join(part for part in parts if part)
