"""Small files of every kind, and files that are not what they seem."""

import io
import zipfile
from typing import Any

from PIL import Image
from PIL.ExifTags import Base

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
CAMERA = "May anh cua phong vien"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def pdf(*, words: str = "", size: int = 0) -> bytes:
    """A PDF with words of its own, of at least a size."""
    inner = b"% " + words.encode() + b"\n" + b"%" * max(0, size - len(PDF))
    return PDF.replace(b"xref\n0 1", inner + b"\nxref\n0 1", 1)


def office(main: str = WORD, **more: bytes) -> bytes:
    """A DOCX, or an XLSX with that main type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>')
        archive.writestr("word/document.xml", "<document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG as a phone makes it: lying on its side, and telling who took it and where."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Artist] = CAMERA
    exif[Base.GPSInfo] = {1: "N", 2: (16.0, 27.0, 49.0)}
    return picture("JPEG", size, exif=exif, comment=CAMERA.encode())


def moving() -> bytes:
    """A WebP of two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 400 million pixels."""
    return picture("PNG", (1, 1))[:16] + (20_000).to_bytes(4) * 2 + picture("PNG", (1, 1))[24:]
