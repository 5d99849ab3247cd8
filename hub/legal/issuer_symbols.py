"""Issuers by the letters in document numbers: `NĐ-CP` → Chính phủ, `TTLT-BTC-BTP` → Bộ Tài chính and Bộ Tư pháp.

Only letters with one meaning are listed. `UBND`, `HĐND` and `SXD` say what kind of agency it is, not of which place.
Source: Nghị định 30/2020/NĐ-CP (annex I, abbreviations of issuers) and the abbreviations that ministries use.
"""

import re

from hub.legal.numbers import symbol_parts
from hub.legal.types import TYPE_ABBREVIATIONS

ISSUERS_BY_SYMBOL: dict[str, str] = {
    "QH": "Quốc hội",
    "UBTVQH": "Ủy ban Thường vụ Quốc hội",
    "CTN": "Chủ tịch nước",
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "VPCP": "Văn phòng Chính phủ",
    "TTCP": "Thanh tra Chính phủ",
    "KTNN": "Kiểm toán nhà nước",
    "NHNN": "Ngân hàng Nhà nước Việt Nam",
    "TANDTC": "Tòa án nhân dân tối cao",
    "VKSNDTC": "Viện kiểm sát nhân dân tối cao",
    "UBDT": "Ủy ban Dân tộc",
    "BHXH": "Bảo hiểm xã hội Việt Nam",
    "BCA": "Bộ Công an",
    "BCT": "Bộ Công Thương",
    "BDTTG": "Bộ Dân tộc và Tôn giáo",
    "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "BGTVT": "Bộ Giao thông vận tải",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư",
    "BKHCN": "Bộ Khoa học và Công nghệ",
    "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BNG": "Bộ Ngoại giao",
    "BNV": "Bộ Nội vụ",
    "BNNMT": "Bộ Nông nghiệp và Môi trường",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn",
    "BQP": "Bộ Quốc phòng",
    "BTC": "Bộ Tài chính",
    "BTNMT": "Bộ Tài nguyên và Môi trường",
    "BTTTT": "Bộ Thông tin và Truyền thông",
    "BTP": "Bộ Tư pháp",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BXD": "Bộ Xây dựng",
    "BYT": "Bộ Y tế",
    "BTM": "Bộ Thương mại",
    "BTS": "Bộ Thủy sản",
    "BBCVT": "Bộ Bưu chính, Viễn thông",
}
_TERM = re.compile(r"(?<=[A-ZĐ])\d{1,2}$")
"""The term of the National Assembly, or the department of a bank: `QH13`, `NHNN6`."""


def issuer_of_symbol(letters: str) -> str | None:
    """The issuer that one part of a symbol means: `BTC`, `QH13`; None for any other."""
    return ISSUERS_BY_SYMBOL.get(_TERM.sub("", letters))


def issuers_of_number(number: str) -> tuple[str, ...]:
    """The issuers that a number names; empty unless every part of it is a type or a known issuer."""
    all_parts = symbol_parts(number)
    if "L" in all_parts:  # the Presidency numbers laws and ordinances that others passed
        return ()
    parts = [part for part in all_parts if part not in TYPE_ABBREVIATIONS]
    names = [issuer_of_symbol(part) for part in parts]
    return tuple(dict.fromkeys(name for name in names if name)) if all(names) else ()
