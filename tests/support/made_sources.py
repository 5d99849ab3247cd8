"""Sources of the files that LibreOffice and Chromium made for the tests of reading; the texts are invented.

`tests/support/make_files.py` made `tests/support/data/made/` of them.
"""

from tests.support import word_files as word
from tests.support.word_files import cell, drawn_box, list_item, paragraph, row, run, table

SUPERSCRIPT, SUBSCRIPT = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
HIDDEN = "<w:vanish/>"
RESTART, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
WIDE = '<w:gridSpan w:val="2"/>'

ARTICLES = word.abstract(
    1,
    word.level(0, "Điều %1.", more='<w:suff w:val="space"/>'),
    word.level(1, "%2.", more='<w:suff w:val="space"/>'),
    word.level(2, "%3)", "lowerLetter", more='<w:suff w:val="space"/>'),
)
CHAPTERS = word.abstract(
    1,
    word.level(0, "Chương %1", "upperRoman", more='<w:suff w:val="space"/>'),
    word.level(1, "Điều %2.", more='<w:lvlRestart w:val="0"/><w:suff w:val="space"/>'),
    word.level(2, "%3.", more='<w:suff w:val="space"/>'),
)
DECIMALS = word.abstract(
    1,
    word.level(0, "%1.", more='<w:suff w:val="space"/>'),
    word.level(1, "%1.%2.", more='<w:suff w:val="space"/>'),
    word.level(2, "%1.%2.%3.", more='<w:suff w:val="space"/>'),
)


def changed(kind: str, *inner: str) -> str:
    """A tracked change."""
    return f'<w:{kind} w:id="{len(inner)}" w:author="Ví Dụ" w:date="2026-03-02T08:00:00Z">{"".join(inner)}</w:{kind}>'


def deleted(text: str) -> str:
    """Deleted words."""
    return changed("del", f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>')


def control(inner: str) -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


HEAD = table(
    row("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    row("THÀNH PHỐ MẪU", "Độc lập - Tự do - Hạnh phúc"),
    row("Số: 702/KH-UBND", "Mẫu, ngày 02 tháng 3 năm 2026"),
)

WORD_FILES: dict[str, tuple[str, str, str]] = {
    # Name: the body, the numbering, the text that is shown.
    "content-controls": (
        control(paragraph("Kế hoạch trồng cây"))
        + paragraph("Ngày ", control(run("02")), " tháng ", control(run("3")))
        + table(row("STT", "Phường"), control(row("7", control(cell(control(paragraph("Thuận Mẫu"))))))),
        "",
        "Kế hoạch trồng cây\nNgày 02 tháng 3\nSTT | Phường\n7 | Thuận Mẫu",
    ),
    "text-box": (
        paragraph("Số: 702/KH-UBND", drawn_box("HỎA TỐC")) + paragraph("Kính gửi: các sở, ban, ngành"),
        "",
        "Số: 702/KH-UBND\nHỎA TỐC\nKính gửi: các sở, ban, ngành",
    ),
    "text-box-in-cell": (
        table(row(cell(paragraph("Ủy ban", drawn_box("DỰ THẢO"))), "bên phải"), row("hai", "ba")),
        "",
        "Ủy ban DỰ THẢO | bên phải\nhai | ba",
    ),
    "deletions": (
        paragraph("Hạn nộp ", deleted("ngày 15"), changed("ins", run("ngày 20")), " tháng 4")
        + paragraph("Nửa đầu, ", mark='<w:del w:id="7" w:author="Ví Dụ" w:date="2026-03-02T08:00:00Z"/>')
        + paragraph("nửa sau."),
        "",
        "Hạn nộp ngày 20 tháng 4\nNửa đầu, nửa sau.",
    ),
    "moves": (
        paragraph(
            '<w:moveFromRangeStart w:id="1" w:author="Ví Dụ" w:name="move1"/>',
            changed("moveFrom", run("Chăm sóc cây sau khi trồng. ")),
            '<w:moveFromRangeEnd w:id="1"/>',
            "Trồng cây trước mùa mưa. ",
            '<w:moveToRangeStart w:id="2" w:author="Ví Dụ" w:name="move1"/>',
            changed("moveTo", run("Chăm sóc cây sau khi trồng.")),
            '<w:moveToRangeEnd w:id="2"/>',
        )
        + paragraph("Báo cáo trước ngày 30."),
        "",
        "Trồng cây trước mùa mưa. Chăm sóc cây sau khi trồng.\nBáo cáo trước ngày 30.",
    ),
    "hidden": (
        paragraph("Công bố", run(" không công bố", HIDDEN), " rộng rãi.")
        + paragraph(run("Ghi chú nội bộ", HIDDEN), mark=HIDDEN)
        + paragraph("Đoạn cuối."),
        "",
        "Công bố rộng rãi.\nĐoạn cuối.",
    ),
    "fields": (
        paragraph("Trang ", word.field(" PAGE ", "1"), " của ", word.field(" NUMPAGES ", "1"), ".")
        + paragraph("Xem ", word.field(' HYPERLINK "https://cong.example.vn/" ', "Cổng thông tin"), "."),
        "",
        "Trang 1 của 1.\nXem Cổng thông tin.",
    ),
    "vertical-merges": (
        table(
            row("Nhóm", "Việc", "Hạn"),
            row(cell("Cây xanh", properties=RESTART), "Trồng", "quý 1"),
            row(cell(properties=GOES_ON), "Tưới", cell("quý 2", properties=RESTART)),
            row(cell(properties=GOES_ON), "Tỉa", cell(properties=GOES_ON)),
            columns=3,
        ),
        "",
        "Nhóm | Việc | Hạn\nCây xanh | Trồng | quý 1\n| Tưới | quý 2\n| Tỉa |",
    ),
    "numbers-in-merges": (
        table(
            row(cell(list_item("Cây xanh", 1), properties=RESTART), "Trồng"),
            row(cell(properties=GOES_ON), "Tưới"),
            row(cell(list_item("Chiếu sáng", 1)), "Thay đèn"),
        ),
        DECIMALS + word.number_list(1, 1),
        "1. Cây xanh | Trồng\n| Tưới\n2. Chiếu sáng | Thay đèn",
    ),
    "irregular-grid": (
        table(
            row("STT", "Tuyến đường", "Số cây", "Ghi chú"),
            row("7", cell("Lê Mẫu", properties=WIDE), "đủ"),
            row("8", "Trần Mẫu"),
            row("120", "xong", properties='<w:gridBefore w:val="2"/>'),
            columns=4,
        ),
        "",
        "STT | Tuyến đường | Số cây | Ghi chú\n7 | Lê Mẫu | đủ\n8 | Trần Mẫu\n120 | xong",
    ),
    "starts-of-their-own": (
        list_item("Phạm vi", 1)
        + list_item("Các phường", 2, 1)
        + list_item("Các xã", 2, 1)
        + list_item("Kinh phí", 1)
        + list_item("Ngân sách", 3, 1)
        + list_item("Xã hội hóa", 3, 1),
        ARTICLES
        + word.number_list(1, 1)
        + word.number_list(2, 1, word.start_at(1, 1))
        + word.number_list(3, 1, word.start_at(1, 1)),
        "Điều 1. Phạm vi\n1. Các phường\n2. Các xã\nĐiều 2. Kinh phí\n1. Ngân sách\n2. Xã hội hóa",
    ),
    "no-restart": (
        list_item("QUY ĐỊNH CHUNG", 1)
        + list_item("Phạm vi", 1, 1)
        + list_item("Đối tượng", 1, 1)
        + list_item("Áp dụng với phường", 1, 2)
        + list_item("TỔ CHỨC", 1)
        + list_item("Trách nhiệm", 1, 1)
        + list_item("Sở", 1, 2),
        CHAPTERS + word.number_list(1, 1),
        "Chương I QUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\nĐiều 2. Đối tượng\n1. Áp dụng với phường\nChương II TỔ CHỨC\n"
        "Điều 3. Trách nhiệm\n1. Sở",
    ),
    "levels": (
        list_item("Mục tiêu", 1)
        + list_item("Chung", 1, 1)
        + list_item("Đến 2030", 1, 2)
        + list_item("Riêng", 1, 1)
        + list_item("Đến 2035", 1, 2)
        + list_item("Nhiệm vụ", 1),
        DECIMALS + word.number_list(1, 1),
        "1. Mục tiêu\n1.1. Chung\n1.1.1. Đến 2030\n1.2. Riêng\n1.2.1. Đến 2035\n2. Nhiệm vụ",
    ),
    "raised-figures": (
        paragraph(
            "Mỗi năm 10",
            run("3", SUPERSCRIPT),
            " m",
            run("2", SUPERSCRIPT),
            " đất, 10",
            run("-6", SUPERSCRIPT),
            " g CO",
            run("2", SUBSCRIPT),
            " ở 25",
            run("o", SUPERSCRIPT),
            "C.",
        ),
        "",
        "Mỗi năm 10³ m² đất, 10⁻⁶ g CO₂ ở 25°C.",
    ),
    "raised-article": (
        paragraph("Điều 15", run("2", SUPERSCRIPT), ". Hiệu lực thi hành"),
        "",
        "Điều 15². Hiệu lực thi hành",
    ),
    "formula": (
        paragraph(
            "Diện tích ",
            "<m:oMath><m:r><m:t>S=a</m:t></m:r><m:sSup><m:e><m:r><m:t>b</m:t></m:r></m:e>"
            "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
            " là của lô.",
        ),
        "",
        "Diện tích S=ab² là của lô.",
    ),
    "head": (
        HEAD + paragraph("KẾ HOẠCH") + paragraph("Trồng cây đường phố năm 2026"),
        "",
        "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ MẪU\nSố: 702/KH-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\nMẫu, ngày 02 tháng 3 năm 2026\nKẾ HOẠCH\nTrồng cây đường phố năm 2026",
    ),
}

_HEAD_PAGE = """<table style="width:100%"><tr><td style="width:{left}">ỦY BAN NHÂN DÂN<br>THÀNH PHỐ MẪU</td>
<td style="text-align:center">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</td></tr>
<tr><td>Số: 702/KH-UBND</td><td>Mẫu, ngày 02 tháng 3 năm 2026</td></tr></table>
<p style="text-align:center">KẾ HOẠCH</p><p style="text-align:center">Trồng cây đường phố năm 2026</p>
<p>Ủy ban nhân dân thành phố ban hành Kế hoạch như sau:</p><p>1. Trồng trước mùa mưa.</p>
<p>2. Chăm sóc sau khi trồng.</p><p>KT. CHỦ TỊCH<br>PHÓ CHỦ TỊCH</p><p>Trần Thị Ví Dụ</p>"""
_YEARS = "".join(f"<tr><td>{year}</td></tr>" for year in range(1990, 2090))
_NUMBERED_PAGES = "<style>@page{margin:2cm;@bottom-center{content:counter(page)}}</style>"

PAGES: dict[str, str] = {
    "motto-wide": _HEAD_PAGE.format(left="30%"),
    "motto-narrow": _HEAD_PAGE.format(left="60%"),
    "motto-narrower": _HEAD_PAGE.format(left="72%"),
    "motto-narrowest": _HEAD_PAGE.format(left="82%"),
    "years": f"<style>@page{{margin:5mm}}</style><p>Số cây theo năm</p><table>{_YEARS}</table><p>Hết</p>",
    "years-on-numbered-pages": f"{_NUMBERED_PAGES}<p>Số cây theo năm</p><table>{_YEARS}</table><p>Hết</p>",
    "raised-page": "<p>Mỗi năm 10<sup>3</sup> m<sup>2</sup> đất, 10<sup>-6</sup> g CO<sub>2</sub> ở 25<sup>o</sup>C."
    "<p>Điều 15<sup>2</sup>. Hiệu lực</p>",
    "lists": "<ol><li>Trồng<li>Tưới<ol type=a><li>sáng<li>chiều</ol></ol><p>Nghỉ</p><ol start=3><li>Tỉa</ol>",
    "written-by-a-script": "<p id=cho></p><script>document.getElementById('cho').outerHTML="
    "'<ol><li>Trồng<li>10<sup>3</sup> cây</ol><p>Hết<span style=\"display:none\"> rồi</span></p>'</script>",
}
"""Pages by name; Chromium prints each, and writes down the last one after its script has run."""

FLAT_ODT = """<?xml version="1.0" encoding="UTF-8"?><office:document office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>
 <style:page-layout style:name="trang"><style:footer-style/></style:page-layout></office:automatic-styles>
 <office:master-styles><style:master-page style:name="Standard" style:page-layout-name="trang"><style:footer>
 <text:p>{footer}<text:page-number/></text:p></style:footer></style:master-page></office:master-styles>
 <office:body><office:text>{body}</office:text></office:body></office:document>"""
FLAT_FILES = {
    "years-over-page-numbers": ("", "".join(f"<text:p>{year}</text:p>" for year in range(1990, 2090))),
    "years-over-named-pages": ("Trang ", "".join(f"<text:p>{year}</text:p>" for year in range(1990, 2090))),
}
"""Documents for LibreOffice with a footer that counts the pages: the words before the number, and the body."""

UNUSED = {
    # LibreOffice shows tracked deletions and moves, counts on against `lvlRestart` 0, and drops formulas.
    *(f"{name}.{suffix}" for name in ("deletions", "moves") for suffix in ("pdf", "html")),
    *(f"{name}.{suffix}" for name in ("no-restart", "formula") for suffix in ("docx", "pdf", "html")),
    # It writes lists of its own words as plain numbers, and too many spanned rows.
    *(f"{name}.html" for name in ("starts-of-their-own", "levels", "vertical-merges")),
}
"""Files in which LibreOffice writes something other than Word shows."""
