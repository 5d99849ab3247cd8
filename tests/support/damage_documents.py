"""Documents in parts that damage is done to, and the files and lists that are made of them."""

import io
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import pikepdf
from docx import Document
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from openpyxl import Workbook

from tests.support.damage import Parts

DECISION: Parts = [
    ("country", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("motto", "Độc lập - Tự do - Hạnh phúc"),
    ("issuer", "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ"),
    ("number", "Số: 41/QĐ-UBND"),
    ("day", "Huế, ngày 05 tháng 3 năm 2026"),
    ("type", "QUYẾT ĐỊNH"),
    ("title", "Về việc trồng cây xanh ven đường phố"),
    ("basis", "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"),
    ("article-1", "Điều 1. Phê duyệt danh mục cây trồng năm 2026."),
    ("article-2", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
    ("authority", "TM. ỦY BAN NHÂN DÂN"),
    ("signer_title", "CHỦ TỊCH"),
    ("signer", "Nguyễn Văn Thử"),
]
ANNOUNCEMENT: Parts = [
    ("headline", "Đưa nước sạch về các xã của tỉnh Thừa Thiên Huế"),
    ("posted", "Ngày cập nhật 12/06/2024"),
    ("act", "Thực hiện Chỉ thị số 12/CT-TTg ngày 21 tháng 5 năm 2024 của Thủ tướng Chính phủ về nước sạch,"),
    ("day", "ngày 03 tháng 6 năm 2024,"),
    ("issuer", "Ủy ban nhân dân tỉnh"),
    ("document", "ban hành Kế hoạch số 198/KH-UBND"),
    ("subject", "về đưa nước sạch về các xã."),
    ("text", "Mỗi xã có một đầu mối trả lời người dân."),
]
ENTRY: Parts = [
    ("title", "Kế hoạch trồng cây xanh"),
    ("link", "https://cong.example.vn/vb/41"),
    ("guid", "vb-41"),
    ("pubDate", "Thu, 05 Mar 2026 08:00:00 +0700"),
    ("description", "Thành phố trồng thêm cây."),
]
LOCATION: Parts = [("loc", "https://cong.example.vn/vb/41"), ("lastmod", "2026-03-05"), ("changefreq", "daily")]
ROW: Parts = [
    ("Số ký hiệu", "41/QĐ-UBND"),
    ("Loại văn bản", "Quyết định"),
    ("Trích yếu", "Trồng cây xanh ven đường phố"),
    ("Ngày ban hành", "05/03/2026"),
    ("Cơ quan ban hành", "Ủy ban nhân dân thành phố Huế"),
]


def names(parts: Parts) -> list[str]:
    """The names of parts."""
    return [name for name, _ in parts]


def as_text(parts: Parts) -> bytes:
    """An announcement as a copied text: headline and day on lines of their own, then one sentence, then the text."""
    lines = [text for name, text in parts if name in ("headline", "posted")]
    sentence = " ".join(text for name, text in parts if name not in ("headline", "posted", "text") and text)
    rest = [text for name, text in parts if name == "text"]
    return "\n".join([*lines, "", sentence, "", *rest]).encode()


def as_page(parts: Parts) -> bytes:
    """A page with a line for each part."""
    lines = "".join(f"<p>{escape(text)}</p>" for _, text in parts)
    return f"<html><head><title>Văn bản</title></head><body><div>{lines}</div></body></html>".encode()


def as_docx(parts: Parts) -> bytes:
    """A DOCX with a paragraph for each part."""
    document, out = Document(), io.BytesIO()
    for _, text in parts:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def as_pdfs(documents: Sequence[Parts]) -> list[bytes]:
    """A PDF for each document, with a line for each of its parts.

    They are the pages of one file first: choosing the characters of its font takes longer than drawing all of them.
    """
    drawn = io.BytesIO()
    with rc_context({"pdf.fonttype": 42}), PdfPages(drawn, metadata={"CreationDate": None}) as pages:
        for parts in documents:
            page = Figure(figsize=(8.27, 11.69))
            for place, (_, text) in enumerate(parts):
                page.text(0.06, 0.93 - place * 0.04, text, fontsize=9)
            pages.savefig(page)
    with pikepdf.open(drawn) as all_pages:
        return [_alone(page) for page in all_pages.pages]


def _alone(page: pikepdf.Page) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.pages.append(page)
        made.save(out)
    return out.getvalue()


def as_feed(parts: Parts) -> bytes:
    """A feed of RSS with one entry, and another one that is whole."""
    whole = "<item><title>Khác</title><link>https://cong.example.vn/vb/7</link></item>"
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts)
    return f'<rss version="2.0"><channel><title>Cổng</title><item>{elements}</item>{whole}</channel></rss>'.encode()


def as_sitemap(parts: Parts) -> bytes:
    """A sitemap with one location, and another one that is whole."""
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts)
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url>{elements}</url><url><loc>https://cong.example.vn/vb/7</loc></url></urlset>"
    ).encode()


def as_csv(parts: Parts) -> bytes:
    """A table with the damaged row, and another one with the same columns that is whole."""
    return "\n".join(";".join(f'"{cell}"' for cell in row) for row in _table(parts)).encode()


def as_xlsx(parts: Parts) -> bytes:
    """The same as a workbook, with real dates."""
    book, out = Workbook(), io.BytesIO()
    for row in _table(parts):
        book.active.append([_cell(cell) for cell in row])
    book.save(out)
    return out.getvalue()


def _table(parts: Parts) -> list[list[str]]:
    whole = dict(ROW) | {"Số ký hiệu": "7/QĐ-UBND", "Trích yếu": "Nạo vét kênh mương"}
    return [names(parts), [text for _, text in parts], [whole.get(name, "") for name in names(parts)]]


def _cell(text: str) -> Any:
    parts = text.split("/")
    return (
        date(int(parts[2]), int(parts[1]), int(parts[0]))
        if len(parts) == 3 and all(map(str.isdecimal, parts))
        else text
    )
