"""Patterns of citations (cách viện dẫn): types, labels, dates, issuers, lists, “ban hành kèm theo”.

Every pattern has bounded lookahead. All match the lower-case form of a text; `ANCHOR` the form without diacritics.
"""

import re

from hub.legal import dates, types
from hub.text import strip_diacritics

TYPE_NAMES = (
    *types.TYPES,
    *("Hiến pháp", "Sắc lệnh", "Sắc luật", "Văn bản hợp nhất", "Kết luận", "Điều lệ", "Thông tri", "Thông tư liên bộ"),
)
CODE_ABBREVIATIONS = {
    "blds": "Dân sự",
    "blhs": "Hình sự",
    "bltths": "Tố tụng hình sự",
    "blttds": "Tố tụng dân sự",
    "blld": "Lao động",
}
"""Codes of law by their common abbreviations."""
TYPE_BY_BARE_NAME = {strip_diacritics(name): name for name in TYPE_NAMES}
LAW_WORDS = ("bo luat", "luat", "phap lenh", "hien phap")
TYPE_BY_ABBREVIATION = {
    "NĐ": "Nghị định",
    "QĐ": "Quyết định",
    "TTLT": "Thông tư liên tịch",
    "TT": "Thông tư",
    "NQ": "Nghị quyết",
    "CT": "Chỉ thị",
    "KH": "Kế hoạch",
    "CV": "Công văn",
    "VBHN": "Văn bản hợp nhất",
}
SELF_IN_ANY_CASE = frozenset(
    {"Nghị định", "Thông tư", "Thông tư liên tịch", "Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"}
)
"""Types whose “… này” means the document. For others, lower case may mean something else (`quyết định này`)."""
SELF_WITH_CAPITAL = frozenset(
    {"Nghị quyết", "Quyết định", "Chỉ thị", "Kế hoạch", "Hướng dẫn", "Nghị quyết liên tịch", "Công văn"}
    | {"Điều lệ", "Quy chế", "Quy định"}
)
CITED_BY_SERIAL = frozenset(
    {"Nghị định", "Thông tư", "Nghị quyết", "Chỉ thị", "Thông tư liên tịch", "Công điện", "Công văn", "Quyết định"}
    | {"Kết luận", "Kế hoạch"}
)
"""Types that are cited by the serial alone: `Nghị quyết 42`."""
COMMON_WORDS = frozenset({"Quy định", "Hướng dẫn", "Điều lệ", "Quy chế"})
"""Types whose names are also common words."""
COMPATIBLE_TYPES = frozenset(
    {
        ("Quy định", "Quyết định"),
        ("Luật", "Lệnh"),
        ("Pháp lệnh", "Lệnh"),
        ("Thông tư liên bộ", "Thông tư liên tịch"),
        ("Công văn", "Thông báo"),
    }
)
"""Pairs of (type in words, type in the letters of the number) that do not contradict each other."""


def _alternatives(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(word.replace(" ", r"[ \n]{1,4}") for word in sorted(words, key=len, reverse=True))


_NUMBERED_TYPES = [bare for bare in TYPE_BY_BARE_NAME if bare not in LAW_WORDS and bare != "lenh"]
_GAP = r"[ \n]{0,4}"
_END = r"(?![^\W_])"
_NUMBER_WORD = "s[oôốồổỗộ]"
"""The word before a number, with any tone mark."""

ANCHOR = re.compile(
    rf"(?<![^\W_])(?:(?P<type>{_alternatives(_NUMBERED_TYPES)})(?=[ \n:(\[]|\d|so[ \n]{{0,2}}\d)"
    rf"|(?P<law>{_alternatives(LAW_WORDS)})(?=[ \n:,.;)]|$)"
    r"|(?P<node>phu[ \n]luc|phan|chuong|tieu[ \n]muc|muc|dieu|khoan|diem|tiet|doan)(?=[ \n:]|\d)"
    r"|(?P<short>nd|qd|ttlt|tt|nq|ct|kh|cv|vbhn)(?=[ .][ \n]?(?:so[ \n])?\d|\d{1,5}/)"
    rf"|(?P<code>{'|'.join(CODE_ABBREVIATIONS)})(?![^\W_])"
    r"|(?P<untyped>van[ \n]ban)(?=[ \n](?:so[ \n:]{0,3})?\d)"
    r"|(?<![\w.,/:-])(?P<number>\d{1,5}(?:\.\d{1,5})?[a-z]?"
    r"[ \n]{0,3}[/\\–-][ \n]{0,3}(?=[a-z]|(?:19|2[0o])[0-9o]{2})))"
)
"""Possible beginning of a citation. Its groups name the form: `type`, `law`, `node`, `short` (an abbreviated type),
`code` (an abbreviated code of law), `untyped` (`văn bản số …`), `number`."""
THIS = re.compile(rf"[ \n]{{1,4}}này{_END}")
THIS_UNMARKED = re.compile(rf"[ \n]{{1,4}}nay{_END}")
LABEL = re.compile(rf"{_GAP}[(:]?{_GAP}(?P<label>{_NUMBER_WORD}(?![^\W\d_])[ \n]{{0,3}}[:.]?[ \n]{{0,3}})?\[?")
OF = re.compile(r"(?:[ \n]{0,4},)?[ \n]{1,4}(?:của|do|cua)[ \n]{1,4}")
AND_OF = re.compile(rf"{_GAP}(?:,|và|-|–|va)[ \n]{{1,4}}")
ON = re.compile(rf"{_GAP}[,(]{{0,2}}{_GAP}(?:(?:được |đã )?(?:ban hành|ký)[ \n]{{1,4}})?(?=ngày|ngay|\d)")
CELL = re.compile(r" {0,4}\|[ \n]{0,4}(?=\d|ngày)")
"""Between a number and its date in the next cell of a table."""
DATE = re.compile(dates.DATE_PATTERN)
LINK = re.compile(r"\]\([^()\s]{0,400}\)")
AND = re.compile(
    rf"{_GAP}(?:[,;]|và|hoặc|va)[ \n]{{1,4}}(?:(?:và|hoặc)[ \n]{{1,4}})?"
    rf"(?P<label>{_NUMBER_WORD}[ \n]{{0,3}}:?[ \n]{{0,3}})?"
    r"\[?"
)
YEAR = re.compile(
    rf"{_GAP}(?:\((?:sửa đổi|sua doi)[^()]{{0,30}}\){_GAP})?,?{_GAP}"
    rf"\(?(?:năm|nam)[ \n]{{1,4}}(?P<year>(?:19|20)\d\d){_END}\)?"
    r"|[ \n]{1,4}\(?(?P<bare>(?:19|20)\d\d)(?![^\W_]|[/.-]\d)\)?"
)
YEAR_OF_NUMBER = re.compile(rf"{_GAP},?[ \n](?:năm|nam)[ \n]{{1,4}}(?P<year>(?:19|20)\d\d){_END}")
"""The year after a number without one: `Quyết định 407/QĐ-TTg năm 2022`."""
OF_THE_STATE = re.compile(
    r"[ \n]{1,4}(?:của[ \n])?nước[ \n](?:chxhcn|cộng (?:hòa|hoà) (?:xã hội chủ nghĩa|xhcn))[ \n]việt nam"
)
"""Optional words between `Hiến pháp` and its year."""
QUALIFIER = re.compile(
    rf"(?P<words>(?:[ \n]{{1,2}}[^\W\d_]{{2,9}}){{1,3}}?)(?=[ \n]{{1,3}}{_NUMBER_WORD}[ \n:]{{0,3}}\d)"
)
"""Words between a type and its number: `Thông báo kết luận số …`, `Báo cáo thẩm tra số …`."""
NO_QUALIFIER = re.compile(
    r"(?<![^\W_])(?:thực|triển|ban|theo|của|về|phê|kèm|tại|nêu|trên|trong|và|được|có|là|này|đó|sau|mang|từ|với|cho|các)"
    rf"{_END}"
)
TO_DOCUMENT = re.compile(
    rf"{_GAP},?{_GAP}(?:(?:của|thuộc|tại|trong|theo|ở|cua|(?:được )?ban hành kèm(?: theo)?|kèm theo|"
    r"ban hành (?:theo|tại|cùng)|quy định tại|các|những)[ \n]{1,4}){0,3}"
)
"""Words between cited parts and their document."""
ATTACHMENT = re.compile(
    rf"{_GAP},?{_GAP}(?:(?:của|thuộc|tại|trong|bản|các)[ \n]{{1,4}}){{0,2}}"
    r"(?P<what>(?:quy chế|quy định|điều lệ|danh mục|nội quy|quy trình|hướng dẫn|chế độ|quy chuẩn|chương trình|kế hoạch|"
    rf"đề án|định mức|tiêu chuẩn|biểu|bảng){_END}[^.;\n]{{0,200}}?)[ \n,]{{0,3}}\(?"
    r"(?:được[ \n])?(?:ban hành[ \n]{1,4})?(?:kèm theo|kèm|theo|tại)[ \n]{1,4}"
)
"""A text published with a document, between the cited parts and that document."""
NOT_A_DOCUMENT = re.compile(
    r"(?:mẫu|biểu|mẫu biểu|bảng|ký hiệu|hợp đồng|giấy phép|chứng chỉ|qcvn|tcvn|máy bay|tài khoản)"
    r"[ \n]{1,3}(?:số[ \n:]{0,3})?$"
)
"""Words before a number that is not of a document, but of a form, a contract or a standard."""
NOT_A_LAW = re.compile(
    r"(?:pháp|kỷ|kỉ|quy|định|trọng|âm|thi|hệ|phap)[ \n]{1,3}$|công ước[^.;\n]{0,60}[ \n]về[ \n]{1,3}$"
)
"""First syllables of words that end in `luật`, and treaties (`Công ước … về Luật biển`)."""
AMENDMENT = re.compile(
    r"(?:(?:đã[ \n])?được[ \n]|\([ \n]?)(?:sửa đổi|bổ sung|thay thế|đính chính|hợp nhất|bãi bỏ)[^.;:\n]{0,80}?"
    r"(?:bởi|theo|tại|bằng)[ \n]{1,3}(?:(?:các|cả|những|khoản|điều|điểm|\d{1,3}|của)[ \n]{1,3}){0,8}$"
)
"""Words between a document and the one that amended it."""
ISSUES = re.compile(r"(?:[ \n]{1,3}(?:đã|vừa|mới|có|chính thức)){0,2}(?:[ \n]{1,3}ký)?[ \n]{1,3}ban hành[ \n]{1,3}$")
"""The verb between an agency and the document that it issues."""
CLAUSE = re.compile(r"(?:^|[,;:.][ \n]{1,3}|\n)(?=\w)")
"""Beginning of a clause whose subject may be an agency."""
_TITLE = r"[ \n](?=[^\W\d_])[^;()\n]{3,400}?[ \n]"
DATE_AFTER_TITLE = (
    re.compile(rf"{_TITLE}ban hành[ \n](?=ngày)(?P<on>{dates.DATE_PATTERN})"),
    re.compile(rf"{_TITLE}(?=ngày[^;()\n]{{5,30}}của[ \n])(?P<on>{dates.DATE_PATTERN})"),
)
"""A date after the title: `Thông tư 12/2011/TT-BTP Về việc … ban hành ngày 27/06/2011`, or `… ngày 27/06/2011 của`."""
