"""Types of Vietnamese documents (loại văn bản) and the letters that stand for them in a number.

Source: Nghị định 30/2020/NĐ-CP, annex III (administrative acts); Luật Ban hành văn bản quy phạm pháp luật (normative
acts). A Công văn has no letters of its own: `964/TTg-NN`.
"""

import re

from hub.legal.numbers import symbol_parts
from hub.text import fold, one_line

TYPE_ABBREVIATIONS: dict[str, str] = {
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "NQLT": "Nghị quyết liên tịch",
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "PL": "Pháp lệnh",
    "L": "Lệnh",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "CĐ": "Công điện",
}
TYPES: tuple[str, ...] = (*dict.fromkeys(TYPE_ABBREVIATIONS.values()), "Luật", "Bộ luật", "Công văn")

_BY_FOLD = {fold(name): name for name in TYPES}

TYPE_PATTERN = "|".join(re.escape(name) for name in sorted(TYPES, key=len, reverse=True))
"""Pattern of a type's name inside running text, for use without regard to case."""


def canonical_type(text: str) -> str | None:
    """The type as it is properly written: `KẾ HOẠCH` → `Kế hoạch`; None for what is no type."""
    return _BY_FOLD.get(fold(one_line(text)))


def type_of_number(number: str) -> str | None:
    """The type that a number's letters name: `269/KH-UBND` → `Kế hoạch`; None where they name none."""
    return next((TYPE_ABBREVIATIONS[part] for part in symbol_parts(number) if part in TYPE_ABBREVIATIONS), None)
