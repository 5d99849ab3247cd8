"""The header of a document: issuer, number, place and date, type and title.

Its two columns may be side by side on a line, one below the other, or cell by cell; so each line is parsed by its
content and not by its position.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from hub.legal import dates, types
from hub.legal.agency_names import has_agency_prefix
from hub.legal.aligned_text import AlignedText
from hub.legal.document.capitals import is_uppercase
from hub.legal.document.lines import LayoutLine
from hub.legal.document.numbering import Level
from hub.legal.numbers import canonical_number
from hub.legal.numbers_in_text import match_number
from hub.legal.web_article import is_prose
from hub.text import fold, one_line

MAX_LINES = 60
"""Maximum number of lines of a header."""
_MOTTO = re.compile(
    r"(?:nuoc )?cong hoa xa hoi chu nghia viet nam|doc lap ?[-–.] ?tu do ?[-–.] ?hanh phuc|dang cong san viet nam"
)
_COUNTRY = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam")
_LABEL = re.compile(
    r"(?:(?:luat|bo luat|phap lenh|nghi quyet|nghi dinh|quyet dinh|lenh|thong tu) )?so ?[:.]? ?(?=\d|[/.…_-]|o\d)"
)
_NO_NUMBER = re.compile(r"(?:so ?[:.]? ?)(?P<blank>[.…_ ]{0,30}[/-] ?[a-z][a-z&]*(?:-[a-z&]+)*)")
_CUT_OFF = re.compile(r"[^\w\s.,;:()|*\"'”’]{1,2} ?[^\W\d_]|[.·][^\W\d_a-zà-ỹđ]{2}| ?[-–/] ?$")
"""Signs after a number that it seems to go on with: those of a program that nobody knows."""
_BLANK_DATE = re.compile(r"ngay[ .…_]*+(?:\d{1,2}[ .…_]*+)?thang[ .…_]*+(?:\d{1,2}[ .…_]*+)?nam ?(?:\d{4}|[\d.…_ ]*+)")
_PLACE = re.compile(r"(?<![^\W\d_])(?P<place>(?:[^\W\d_a-zà-ỹđ][^\W\d_]*+\.?[ ]?){1,5})[ ,]{0,8}$")
_ABOUT = re.compile(r"(?:v ?/ ?v|ve viec|vv)(?![^\W_])[ :.]*")
_TO = re.compile(r"kinh gui(?![^\W_])")
_DRAFT = re.compile(r"(?:\(?du thao\)?(?: lan.*| \d.*)?|mat|toi mat|hoa toc|khan|thuong khan|ban sao|sao y)$")
_STOPS = re.compile(
    r"(?:can cu|theo de nghi|xet (?:de nghi|to trinh|bao cao)|xet thay|thuc hien|nham|tren co so|kinh gui|"
    r"quyet dinh ?:|quyet nghi ?:|nghi quyet ?:|chinh phu ban hanh|quoc hoi ban hanh|"
    r"de (?:thuc hien|trien khai|bao dam)|noi nhan|\(|trong (?:thoi gian|nhung nam)|ngay \d|sau khi|qua )"
)
_AUTHORITY = re.compile(
    r"(?:(?:pho )?chu tich(?! nuoc)|bo truong|thu tuong|chinh phu|quoc hoi|uy ban|ubnd|hoi dong|hdnd|giam doc|"
    r"thong doc|vien truong|chanh an|tong (?:cuc|giam doc|thanh tra|kiem toan)|cuc truong|chi cuc truong|"
    r"truong ban|chu nhiem|hieu truong|ban (?:thuong vu|chap hanh)|"
    r"chanh thanh tra|so (?![\d:])|bo (?!luat)|lien (?:bo|tich))"
)
_AFTER_TYPE = " .:-–_"
"""Signs between a type and the title on its line."""
TITLE_ENDS = (";", ":")
MAX_TITLE_LENGTH = 1_500


@dataclass
class Header:
    """The facts of a header; `end` is the first line after it."""

    agencies: list[str] = field(default_factory=list)
    """Lines in capitals above the number, from the top."""
    number: str | None = None
    number_confidence: float = 1.0
    blank_number: bool = False
    place: str | None = None
    on: list[date] = field(default_factory=list)
    blank_date: bool = False
    type: str | None = None
    title: list[str] = field(default_factory=list)
    authority: list[str] = field(default_factory=list)
    """The lines that name the deciding authority, between title and legal bases."""
    motto: bool = False
    letter: bool = False
    """True for a công văn, whose subject is below the number."""
    end: int = 0


def find_header(lines: Sequence[LayoutLine]) -> int | None:
    """Find the first line of the header of an official document; None for any other text."""
    near = range(min(len(lines), 400))
    country = next((n for n in near if _COUNTRY.search(lines[n].bare) and lines[n].text.isupper()), None)
    if country is None:
        country = next((n for n in near if _LABEL.match(lines[n].bare) and _has_type_below(lines, n)), None)
    if country is None:
        return None
    start = country
    while start > 0 and country - start < 8:
        above = lines[start - 1]
        numbered = _LABEL.search(above.bare) is not None and len(above.text) < 60
        if not (above.is_uppercase or numbered or _ABOUT.match(above.bare) or above.text[:1].islower()):
            break
        start -= 1
    return start


def is_header_line(line: LayoutLine) -> bool:
    """True for a line that a header repeats above an attached text: agency, motto, number or date."""
    return (
        line.is_uppercase
        or _MOTTO.search(line.bare) is not None
        or (len(line.text) < 80 and (_LABEL.match(line.bare) is not None or ", ngay " in line.bare))
    )


def _has_type_below(lines: Sequence[LayoutLine], at: int) -> bool:
    return any(_parse_type_line(line) is not None for line in lines[at + 1 : at + 12])


def parse_header(lines: Sequence[LayoutLine], start: int) -> Header:
    """Parse the header that begins at line `start`."""
    head = Header()
    place = start
    about: list[str] = []
    while place < min(len(lines), start + MAX_LINES):
        line = lines[place]
        if line.numbering is not None and line.numbering.level is not Level.annex and head.motto:
            break
        if _TO.match(line.bare):
            head.letter = True
            break
        done = False
        for column in line.columns or [line.text]:
            rest = _extract_facts(column, head)
            if not rest:
                continue
            bare = AlignedText(rest).bare
            if _ABOUT.match(bare) and not is_uppercase(rest):
                head.letter = True
                about.append(rest)
            elif (found := _parse_type_line(LayoutLine(rest))) is not None and (head.motto or head.number):
                head.type, title = found
                done = True
                if title:
                    head.title.append(title)
            elif _DRAFT.match(bare):
                continue
            elif head.letter and about:
                about.append(rest)
            elif is_uppercase(rest):
                head.agencies.append(rest)
        place += 1
        if done:
            break
        if head.letter and about and is_prose(line.text):
            break
    if head.type is not None:
        head.letter = False
        place = _parse_title(lines, place, head)
    elif about:
        head.title = [one_line(" ".join(about))]
    head.end = place
    return head


def _extract_facts(column: str, head: Header) -> str:
    """Extract motto, number, place and date from a part of a line. Returns the remaining text."""
    bare = AlignedText(column).bare
    rest, end = [], 0
    for found in _MOTTO.finditer(bare):
        head.motto = True
        rest.append(column[end : found.start()])
        end = found.end()
    column = one_line(" ".join([*rest, column[end:]]))
    column = _extract_number(column, head)
    return _extract_date(column, head).strip(" ,-–_*.")


def _extract_number(column: str, head: Header) -> str:
    letters = AlignedText(column)
    label = _LABEL.search(letters.bare)
    if label is None or (label.start() > 0 and letters.plain[label.start() - 1].isalnum()):
        return column
    number = match_number(letters, label.end(), typed=True, labelled=True)
    if number is not None and number.symbol is not None and head.number is None:
        written = letters.signs[number.start : number.end]
        head.number = (
            re.sub(r"\s+", "", canonical_number(written))
            if not number.corrected
            else _format_number(number.serial, number.year, number.symbol)
        )
        is_cut = _CUT_OFF.match(letters.signs, number.end) is not None
        head.number_confidence = 0.5 if is_cut else 0.9 if number.corrected else 1.0
        return one_line(f"{column[: label.start()]}    {column[number.end :]}")
    blank = _NO_NUMBER.search(letters.bare)
    if blank is not None and head.number is None:
        head.blank_number = True
        return one_line(f"{column[: blank.start()]} {column[blank.end() :]}")
    return column


def _format_number(serial: str, year: int | None, symbol: str) -> str:
    return "/".join(part for part in (serial, str(year) if year else "", symbol) if part)


def _extract_date(column: str, head: Header) -> str:
    for found in dates.find_dates(column):
        written = column[found.start : found.end].lower()
        if not written.startswith(("ngày", "ngay")):
            continue
        before = column[: found.start]
        where = _PLACE.search(before.rstrip(" ,"))
        if "," not in before and not (where and before.strip() == where.group().strip()) and before.strip():
            return column
        head.on.append(found.on)
        if where is not None:
            head.place = head.place or where["place"].strip(" .")
            before = before[: where.start()]
        return one_line(f"{before} {column[found.end :]}")
    blank = _BLANK_DATE.search(AlignedText(column).bare)
    if blank is not None and len(column) < 80:
        head.blank_date = True
        return _PLACE.sub("", column[: blank.start()].rstrip(" ,"))
    return column


def _parse_type_line(line: LayoutLine) -> tuple[str, str] | None:
    """Parse type and beginning of the title in a line of capitals: `KẾ HOẠCH`, `KẾ HOẠCH TRỒNG CÂY`, `LUẬT ĐẤT ĐAI`."""
    text = line.text.strip(" .:*")
    if not is_uppercase(text):
        return None
    if (known := types.canonical_type(text)) is not None:
        return known, ""
    bare = AlignedText(text).bare
    for name in sorted(types.TYPES, key=len, reverse=True):
        if bare.startswith(AlignedText(name).bare) and bare[len(name) : len(name) + 1] in _AFTER_TYPE:
            return name, text[len(name) :].lstrip(_AFTER_TYPE)
    return None


def _parse_title(lines: Sequence[LayoutLine], place: int, head: Header) -> int:
    """Parse the title below the type, then the lines of the deciding authority. Returns the first line after them."""
    while place < len(lines) and len(head.title) < 8:
        line = lines[place]
        if line.numbering is not None or (_STOPS.match(line.bare) and (head.title or not _ABOUT.match(line.bare))):
            break
        if head.title and (_is_authority(line, head) or not _is_title_continuation(head.title, line)):
            break
        if not head.title and (len(line.text) > MAX_TITLE_LENGTH or line.text.endswith(TITLE_ENDS)):
            break
        head.title.append(line.text)
        place += 1
    while place < len(lines) and lines[place].numbering is None and _is_authority(lines[place], head):
        head.authority.append(lines[place].text)
        place += 1
    return place


def _is_title_continuation(title: Sequence[str], line: LayoutLine) -> bool:
    if is_uppercase(title[-1]):
        return line.is_uppercase or (len(title) == 1 and _ABOUT.match(line.bare) is not None)
    return not line.is_uppercase and not is_prose(line.text) and len(line.text) < 120


def _is_authority(line: LayoutLine, head: Header) -> bool:
    """True for a line in capitals that names the deciding authority: an agency of the header, or the head of one."""
    if not line.is_uppercase:
        return False
    if _AUTHORITY.match(line.bare) is None and not has_agency_prefix(line.text):
        return bool(head.authority) and len(line.text) < 60 and not _STOPS.match(line.bare)
    agencies = fold(" ".join(head.agencies))
    words = fold(line.text)
    return words in agencies or _AUTHORITY.match(line.bare) is not None
