"""Matcher of the issuer that follows a document in a sentence: `của Chính phủ`, `của Bộ trưởng Bộ Tài chính`."""

import re
from dataclasses import dataclass

from hub.legal.agency_names import name_key
from hub.legal.aligned_text import AlignedText
from hub.text import strip_diacritics

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
_MAX_WORDS = 14
_LOWERCASE_WORDS = frozenset(
    ("va", "nhan", "dan", "tinh", "thanh", "pho", "thi", "xa", "huyen", "quan", "phuong", "tran", "dac", "khu")
)


@dataclass(frozen=True)
class IssuerMatch:
    """An issuer as written, and the end of its name."""

    name: str
    end: int
    confidence: float


def _index_names() -> dict[str, str]:
    names = " ".join(_NAMES.split()).split("; ")
    return {" ".join(_WORD.findall(strip_diacritics(name))): name for name in names}


_NAME_BY_KEY = _index_names()


def canonical_agency(name: str) -> str | None:
    """The canonical name of a central agency, from any spelling of its letters; None for any other name."""
    return _NAME_BY_KEY.get(" ".join(_WORD.findall(strip_diacritics(name))))


def match_issuer(aligned: AlignedText, at: int) -> IssuerMatch | None:
    """Match the agency whose name begins at `at`, including the title of its head (`Bộ trưởng`) before it."""
    start = at
    title = _TITLE.match(aligned.bare, at)
    if title is not None:
        at = title.end()
    words: list[re.Match[str]] = []
    place = at
    while len(words) < _MAX_WORDS and (word := _WORD.match(aligned.bare, place)) is not None:
        words.append(word)
        gap = _GAP.match(aligned.bare, word.end())
        if gap is None:
            break
        place = gap.end()
    for count in range(len(words), 0, -1):
        name = _NAME_BY_KEY.get(" ".join(word.group() for word in words[:count]))
        if name is not None:
            end = words[count - 1].end()
            written = aligned.excerpt(at, end)
            sure = 1.0 if name_key(written) == name_key(name) else 0.8
            return IssuerMatch(aligned.excerpt(start, end), end, sure)
    return _match_by_form(aligned, start, at, words)


def _match_by_form(aligned: AlignedText, start: int, at: int, words: list[re.Match[str]]) -> IssuerMatch | None:
    """Match `Ủy ban nhân dân tỉnh Thừa Thiên Huế`: a head word, then capitalized words and words of levels (`tỉnh`)."""
    head = _LOCAL.match(aligned.bare, at)
    if head is None or not aligned.plain[at].isupper():
        return None
    end = head.end()
    for word in words:
        if word.start() < head.end():
            continue
        if not aligned.plain[word.start()].isupper() and word.group() not in _LOWERCASE_WORDS:
            break
        if "," in aligned.plain[end : word.start()] and not aligned.plain[word.start()].isupper():
            break
        end = word.end()
    while end > head.end() and aligned.bare.endswith(" va", head.end(), end):
        end -= 3
    if end == head.end() and head["head"] not in ("tinh uy", "thanh uy"):
        return None
    return IssuerMatch(aligned.excerpt(start, end), end, 0.8)
