"""Types of Vietnamese documents (loại văn bản) and their abbreviations in document numbers.

Source: Nghị định 30/2020/NĐ-CP, annex III (administrative acts); Luật Ban hành văn bản quy phạm pháp luật (normative
acts). A Công văn has no abbreviation: `964/TTg-NN`.
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

ENGLISH_TYPES: dict[str, str] = {
    "Nghị định": "Decree",
    "Thông tư": "Circular",
    "Thông tư liên tịch": "Joint circular",
    "Nghị quyết liên tịch": "Joint resolution",
    "Nghị quyết": "Resolution",
    "Quyết định": "Decision",
    "Chỉ thị": "Directive",
    "Pháp lệnh": "Ordinance",
    "Lệnh": "Order",
    "Quy chế": "Statute",
    "Quy định": "Regulation",
    "Thông cáo": "Communiqué",
    "Thông báo": "Notice",
    "Hướng dẫn": "Guidance",
    "Chương trình": "Programme",
    "Kế hoạch": "Plan",
    "Phương án": "Scheme",
    "Đề án": "Proposal",
    "Dự án": "Project",
    "Báo cáo": "Report",
    "Biên bản": "Minutes",
    "Tờ trình": "Submission",
    "Công điện": "Urgent dispatch",
    "Luật": "Law",
    "Bộ luật": "Code",
    "Công văn": "Official letter",
}
"""English names of the types, for readers of English; documents keep the Vietnamese ones."""

_BY_FOLD = {fold(name): name for name in TYPES}

TYPE_PATTERN = "|".join(re.escape(name) for name in sorted(TYPES, key=len, reverse=True))
"""Pattern of the name of a type inside running text, to be compiled with IGNORECASE."""


def canonical_type(text: str) -> str | None:
    """The canonical name of a type: `KẾ HOẠCH` → `Kế hoạch`; None for any other text."""
    return _BY_FOLD.get(fold(one_line(text)))


def type_of_number(number: str) -> str | None:
    """The type that the letters of a number mean: `269/KH-UBND` → `Kế hoạch`; None without such letters."""
    return next((TYPE_ABBREVIATIONS[part] for part in symbol_parts(number) if part in TYPE_ABBREVIATIONS), None)
