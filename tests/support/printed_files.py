"""Files made for tests of reading: PDFs with text, scanned and locked ones, DOCX files."""

import io
import textwrap
import zipfile

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image, ImageDraw

ROWS, WIDTH = 42, 84


def pdf(text: str, *, header: str | None = None) -> bytes:
    """A PDF with a text layer: paragraphs broken to lines, pages numbered, a running header where one is given."""
    # Imported here: it takes a second, and every process of the tests collects this file.
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    rows = [row for line in text.split("\n") for row in (_broken(line) or [""])]
    out = io.BytesIO()
    with rc_context({"pdf.fonttype": 42, "pdf.compression": 6}), PdfPages(out) as pages:
        for start in range(0, len(rows), ROWS):
            page = Figure(figsize=(8.27, 11.69))
            page.text(0.5, 0.965, str(start // ROWS + 1), fontsize=9)
            if header:
                page.text(0.1, 0.985, header, fontsize=7)
            for place, row in enumerate(rows[start : start + ROWS]):
                if row.strip():
                    page.text(0.06, 0.93 - place * 0.02, row, fontsize=9)
            pages.savefig(page)
    return out.getvalue()


def _broken(line: str) -> list[str]:
    wide = "    " in line
    return [line] if wide else textwrap.wrap(line, WIDTH)


def scanned_pdf(pages: int = 2) -> bytes:
    """A PDF whose pages are pictures of text."""
    pictures = []
    for _ in range(pages):
        picture = Image.new("L", (620, 877), 255)
        ImageDraw.Draw(picture).text((60, 60), "QUYET DINH", fill=0)
        pictures.append(picture)
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF whose trailer asks for a password that nobody has."""
    secret = b"<" + b"41" * 32 + b">"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O " + secret + b" /U " + secret + b" /P -4 >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(out))
    )


def docx(left: list[str], right: list[str], text: list[str], table: list[list[str]], numbered: list[str]) -> bytes:
    """A DOCX: a head in a table of two columns, paragraphs, paragraphs that Word numbers, a table."""
    document = Document()
    head = document.add_table(rows=1, cols=2)
    for cell, lines in zip(head.rows[0].cells, (left, right), strict=True):
        cell.text = "\n".join(lines)
    for line in text:
        document.add_paragraph(line)
    for line in numbered:
        document.add_paragraph(line, style="List Number")
    rows = document.add_table(rows=0, cols=len(table[0]))
    for row in table:
        for cell, word in zip(rows.add_row().cells, row, strict=True):
            cell.text = word
    struck = document.add_paragraph("Dòng này ")._p
    removed = OxmlElement("w:del")
    run = OxmlElement("w:r")
    words = OxmlElement("w:delText")
    words.text = "đã bị xóa"
    run.append(words)
    removed.append(run)
    struck.append(removed)
    struck.set(qn("w:rsidR"), "00000001")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bomb(paragraphs: int) -> bytes:
    """A DOCX of few bytes that unpacks to very many: empty paragraphs, seven bytes each."""
    small, out = io.BytesIO(), io.BytesIO()
    Document().save(small)
    with zipfile.ZipFile(small) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as swollen:
        for part in archive.namelist():
            body = archive.read(part)
            if part == "word/document.xml":
                body = body.replace(b"<w:sectPr", b"<w:p/> " * paragraphs + b"<w:sectPr", 1)
            swollen.writestr(part, body)
    return out.getvalue()


def placed_pdf(*pages: list[tuple[float, float, str]]) -> bytes:
    """A PDF of ASCII texts at places of A4 pages, in points from the left and the bottom, written by hand."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        shown = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in page)
        parts.append(f"<< /Length {len(shown)} >>\nstream\n{shown}endstream")
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(parts)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(parts)} 0 R")
    parts[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    return (out + f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode()
