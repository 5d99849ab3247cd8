"""Decisions in the official layout, printed as PDF with a text layer, as DOCX, and as a PDF of a picture."""

import io

from docx import Document
from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

HEAD = (
    ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("THÀNH PHỐ HUẾ", "Độc lập - Tự do - Hạnh phúc"),
)


def decision(number: str, subject: str, about: str) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """The two columns of its head, and its lines."""
    head = (*HEAD, (f"Số: {number}", "Huế, ngày 05 tháng 3 năm 2026"))
    return head, [
        "QUYẾT ĐỊNH",
        f"Về việc {subject}",
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "QUYẾT ĐỊNH:",
        f"Điều 1. Phê duyệt {about}.",
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
        f"Điều 3. Chánh Văn phòng Ủy ban nhân dân thành phố và các đơn vị làm về {about} chịu trách nhiệm thi hành.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Nguyễn Văn Thử",
    ]


def as_pdf(number: str, subject: str, about: str) -> bytes:
    """Printed as PDF with a text layer."""
    head, lines = decision(number, subject, about)
    page, out = Figure(figsize=(8.27, 11.69)), io.BytesIO()
    for place, row in enumerate([f"{left:<30}{right}" for left, right in head] + lines):
        page.text(0.06, 0.93 - place * 0.025, row, fontsize=9)
    with rc_context({"pdf.fonttype": 42}):
        page.savefig(out, format="pdf", metadata={"CreationDate": None})
    return out.getvalue()


def as_docx(number: str, subject: str, about: str) -> bytes:
    """Written by an office program."""
    head, lines = decision(number, subject, about)
    document, out = Document(), io.BytesIO()
    table = document.add_table(rows=1, cols=2)
    for cell, column in zip(table.rows[0].cells, zip(*head, strict=True), strict=True):
        cell.text = "\n".join(column)
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def as_scan() -> bytes:
    """A PDF that is a picture of a page."""
    out = io.BytesIO()
    Image.new("L", (310, 438), 240).save(out, "PDF")
    return out.getvalue()
