"""The agency that a sentence names behind a document: `của Chính phủ`, `của Bộ trưởng Bộ Tài chính`."""

import re
from dataclasses import dataclass

from hub.legal.agency_names import name_key
from hub.legal.aligned_text import Letters
from hub.text import unmark

_NAMES = """
Quốc hội; Ủy ban Thường vụ Quốc hội; Chính phủ; Hội đồng Chính phủ; Hội đồng Bộ trưởng; Thủ tướng Chính phủ; Thủ
tướng; Phó Thủ tướng Chính phủ; Chủ tịch nước; Hội đồng Nhà nước; Văn phòng Chính phủ; Văn phòng Quốc hội; Văn phòng
Chủ tịch nước; Thanh tra Chính phủ; Kiểm toán nhà nước; Ngân hàng Nhà nước Việt Nam; Ngân hàng Nhà nước; Tòa án nhân
dân tối cao; Hội đồng Thẩm phán Tòa án nhân dân tối cao; Viện kiểm sát nhân dân tối cao; Ủy ban Dân tộc; Bảo hiểm xã
hội Việt Nam; Ủy ban trung ương Mặt trận Tổ quốc Việt Nam; Tổng Liên đoàn Lao động Việt Nam; Đoàn Chủ tịch Ủy ban
Trung ương Mặt trận Tổ quốc Việt Nam; Bộ Chính trị; Ban Bí thư; Ban Bí thư Trung ương Đảng; Ban Chấp hành Trung ương;
Ban Chấp hành Trung ương Đảng; Tỉnh ủy; Thành ủy; Bộ Công an; Bộ Công nghiệp; Bộ Công Thương; Bộ Dân tộc và Tôn giáo;
Bộ Giáo dục và Đào tạo; Bộ Giao thông vận tải; Bộ Kế hoạch và Đầu tư; Bộ Khoa học và Công nghệ; Bộ Khoa học, Công nghệ
và Môi trường; Bộ Lao động - Thương binh và Xã hội; Bộ Ngoại giao; Bộ Nội vụ; Bộ Nông nghiệp và Môi trường; Bộ Nông
nghiệp và Phát triển nông thôn; Bộ Quốc phòng; Bộ Tài chính; Bộ Tài nguyên và Môi trường; Bộ Thông tin và Truyền
thông; Bộ Thương mại; Bộ Thủy sản; Bộ Tư pháp; Bộ Văn hóa, Thể thao và Du lịch; Bộ Văn hóa - Thông tin; Bộ Văn hóa và
Thông tin; Bộ Xây dựng; Bộ Y tế; Bộ Bưu chính, Viễn thông; Bộ Nội thương; Bộ Thương nghiệp; Bộ Đại học và Trung học
chuyên nghiệp; Ban Tổ chức - Cán bộ Chính phủ; Ủy ban Thể dục thể thao; Ủy ban Dân số, Gia đình và Trẻ em; Ủy ban Dân
tộc và Miền núi; Tổng cục Địa chính; Tổng cục Hải quan; Tổng cục Thống kê; Tổng cục Thuế; Ủy ban Chứng khoán Nhà nước;
Kho bạc Nhà nước;
Bộ Lao động thương binh xã hội; Bộ Văn hóa Thể thao Du lịch; Bộ Nông nghiệp và PTNT; Bộ Tài nguyên môi trường
"""
_TITLE = re.compile(
    r"(?:bo truong[ \n]{0,4},[ \n]{0,4}(?:chu nhiem|truong ban)|bo truong|thong doc|tong giam doc|chanh an|vien truong|"
    r"tong thanh tra|tong kiem toan|chu nhiem|truong ban|chu tich|pho chu tich|tong cuc truong|cuc truong|giam doc|"
    r"lien(?=[ \n]bo))[ \n]{1,4}"
)
_LOCAL = re.compile(
    r"(?P<head>uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|so|ban|chi cuc|cuc|cong an|thanh tra|van phong|"
    r"tinh uy|thanh uy|bo)(?=[ \n])"
)
_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[ \n]{0,4}[,–-][ \n]{0,4}|[ \n]{1,4}")
_LONGEST = 14
_SMALL = frozenset(
    ("va", "nhan", "dan", "tinh", "thanh", "pho", "thi", "xa", "huyen", "quan", "phuong", "tran", "dac", "khu")
)


@dataclass(frozen=True)
class NamedIssuer:
    """An issuer as written, and where its name ends."""

    name: str
    end: int
    sure: float


def _known() -> dict[str, str]:
    names = " ".join(_NAMES.split()).split("; ")
    return {" ".join(_WORD.findall(unmark(name))): name for name in names}


_KNOWN = _known()


def known_name(name: str) -> str | None:
    """The name of a central agency as it is properly written, from any spelling of its letters."""
    return _KNOWN.get(" ".join(_WORD.findall(unmark(name))))


def read_issuer(letters: Letters, at: int) -> NamedIssuer | None:
    """The agency whose name begins at `at`, with the title of its head where one stands before it."""
    start = at
    title = _TITLE.match(letters.bare, at)
    if title is not None:
        at = title.end()
    words: list[re.Match[str]] = []
    place = at
    while len(words) < _LONGEST and (word := _WORD.match(letters.bare, place)) is not None:
        words.append(word)
        gap = _GAP.match(letters.bare, word.end())
        if gap is None:
            break
        place = gap.end()
    for count in range(len(words), 0, -1):
        name = _KNOWN.get(" ".join(word.group() for word in words[:count]))
        if name is not None:
            end = words[count - 1].end()
            written = letters.line(at, end)
            sure = 1.0 if name_key(written) == name_key(name) else 0.8
            return NamedIssuer(letters.line(start, end), end, sure)
    return _by_form(letters, start, at, words)


def _by_form(letters: Letters, start: int, at: int, words: list[re.Match[str]]) -> NamedIssuer | None:
    """`Ủy ban nhân dân tỉnh Thừa Thiên Huế`: a head word, then words with capitals and words of level."""
    head = _LOCAL.match(letters.bare, at)
    if head is None or not letters.plain[at].isupper():
        return None
    end = head.end()
    for word in words:
        if word.start() < head.end():
            continue
        if not letters.plain[word.start()].isupper() and word.group() not in _SMALL:
            break
        if "," in letters.plain[end : word.start()] and not letters.plain[word.start()].isupper():
            break
        end = word.end()
    while end > head.end() and letters.bare.endswith(" va", head.end(), end):
        end -= 3
    if end == head.end() and head["head"] not in ("tinh uy", "thanh uy"):
        return None
    return NamedIssuer(letters.line(start, end), end, 0.8)
