"""Files of comments are cleaned: what readers see stays, and no byte of what they do not see.

Hostile files are refused by the sandbox, within its limits, and the next file is read as before.
"""

import io
import zipfile
import zlib
from base64 import b64decode
from typing import Any

import pikepdf
import pypdfium2
import pytest
from docx import Document
from PIL import Image

from hub.consultation.comment_files.cleaner import CLEAN_FUNCTION
from hub.consultation.comment_files.errors import (
    CLEANING_ERRORS,
    FileBroken,
    FileEncrypted,
    FileOverrun,
    FileTypeRefused,
)
from hub.consultation.comment_files.file_cleaning import clean_file
from hub.errors import HubError
from hub.sandbox.errors import ReadingOverrun
from hub.sandbox.runner import SandboxLimits, call_in_sandbox
from tests.support.file_samples import bomb, office
from tests.support.planted_files import SEEN, drawn_pdf, list_planted, photo, planted_docx, planted_pdf

LIMITS = SandboxLimits(seconds=2, megabytes=500)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def cleaned(body: bytes, media_type: str) -> bytes:
    found = clean_file(body)
    assert found["media_type"] == media_type
    return b64decode(found["body"])


def pdf_text(body: bytes) -> str:
    with pypdfium2.PdfDocument(body) as document:
        return document[0].get_textpage().get_text_range()


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_picture_keeps_its_pixels_upright_and_nothing_else(form: str, media_type: str) -> None:
    sent = photo("hidden", form=form)
    assert len(list_planted(sent)) >= 7

    out = cleaned(sent, media_type)

    assert list_planted(out) == set()
    with Image.open(io.BytesIO(out)) as image:
        assert image.size == (40, 60)
        assert image.getexif() == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        red, _, blue = image.convert("RGB").tobytes()[:3]
        assert red > 200 > 60 > blue


def test_a_pdf_keeps_what_its_pages_show_and_nothing_else() -> None:
    sent = planted_pdf()
    assert len(list_planted(sent)) >= 40

    out = cleaned(sent, "application/pdf")

    assert list_planted(out) == set()
    text = pdf_text(out)
    assert SEEN in text
    assert "Shown value" in text
    with pikepdf.open(io.BytesIO(out)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in pdf.trailer
        assert "/Annots" not in pdf.pages[0]
    before, after = _draw(sent), _draw(out)
    # The value of the form and no note: the pictures and the text are where they were.
    box = (0, 100, before.width, before.height // 2)
    assert before.crop(box).tobytes() == after.crop(box).tobytes()
    assert after.convert("RGB").getpixel((203, after.height - 30)) == before.convert("RGB").getpixel(
        (203, before.height - 30)
    ), "a picture in the page's own stream stays"


def _draw(body: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(body) as document:
        drawn: Image.Image = document[0].render(scale=1).to_pil()
    return drawn


def test_a_pdf_says_nothing_of_the_file_that_it_came_from() -> None:
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        out = io.BytesIO()
        pdf.trailer.ID = pikepdf.Array([pikepdf.String(b"hiddenidentity-0"), pikepdf.String(b"hiddenidentity-1")])
        pdf.save(out)
    sent = out.getvalue()
    with pikepdf.open(io.BytesIO(sent)) as pdf:
        before = bytes(pdf.trailer.ID[0])
    assert before == b"hiddenidentity-0"
    with pikepdf.open(io.BytesIO(cleaned(sent, "application/pdf"))) as pdf:
        assert bytes(pdf.trailer.ID[0]) != before


def test_a_hidden_layer_of_a_pdf_stays_hidden() -> None:
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("hiddenlayer")))
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]), Creator="hiddencreator")
        )
        pdf.pages[0].Resources.Properties = pikepdf.Dictionary(Layer=layer)
        pdf.pages[0].contents_add(b"/OC /Layer BDC 1 0 0 rg 0 0 300 300 re f EMC")
        out = io.BytesIO()
        pdf.save(out)

    body = cleaned(out.getvalue(), "application/pdf")

    assert list_planted(body) == set()
    assert _draw(body).convert("RGB").getpixel((2, 100)) == (255, 255, 255)
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert str(pdf.Root.OCProperties.OCGs[0].Name) == ""


def test_a_docx_keeps_what_its_pages_show_and_nothing_else() -> None:
    sent = planted_docx()
    assert len(list_planted(sent)) >= 45

    out = cleaned(sent, DOCX)

    assert list_planted(out) == set()
    document = Document(io.BytesIO(out))
    xml = "".join(document.element.itertext())
    for shown in (
        SEEN,
        "Shown insert",
        "Shown INCL",
        "Shown HYPE",
        "Shown PAGE",
        "Shown result",
        "Shown tag",
        "Shown link",
    ):
        assert shown in xml, shown
    assert document.sections[0].header.paragraphs[0].text == "Shown header"
    assert [comment.text for comment in document.comments] == ["Shown remark"]
    assert [comment.author for comment in document.comments] == [""]
    assert len(document.inline_shapes) == 1
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert archive.testzip() is None
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if not name.startswith(("word/", "_rels/", "[Content"))]


def _docx(**parts: bytes) -> bytes:
    """A DOCX of one paragraph, with parts added or replaced."""
    document = Document()
    document.add_paragraph(SEEN)
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, body in parts.items():
            new.writestr(name, body)
    return out.getvalue()


def _encrypted_pdf(**options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(**options))
    return out.getvalue()


def _large_png() -> bytes:
    """A PNG of seven kilobytes with 49 million pixels."""
    out = io.BytesIO()
    Image.new("1", (7_000, 7_000)).save(out, "PNG")
    return out.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "hidden"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="urn:w">&b;</w:document>'

REFUSED: list[tuple[str, bytes, type[HubError]]] = [
    ("nothing", b"", FileBroken),
    ("a text", "Góp ý".encode(), FileTypeRefused),
    ("a web page", b"<!doctype html><html><script>alert(1)</script></html>", FileTypeRefused),
    ("a GIF", b"GIF89a" + bytes(40), FileTypeRefused),
    (
        "a workbook",
        office("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        FileTypeRefused,
    ),
    ("an archive", _docx()[:4] + bytes(60), FileTypeRefused),
    ("a DOCX with macros", _docx(**{"word/vbaProject.bin": b"macro"}), FileTypeRefused),
    ("a DOCX with entities", _docx(**{"word/document.xml": ENTITIES}), FileBroken),
    ("half a DOCX", _docx()[: len(_docx()) // 2], FileBroken),
    ("a PDF with a password", _encrypted_pdf(user="a", owner="b"), FileEncrypted),
    ("a PDF with restrictions", _encrypted_pdf(owner="b"), FileEncrypted),
    ("half a PDF", drawn_pdf()[:4_000], FileBroken),
    ("a PDF that needs a repair", drawn_pdf().replace(b"startxref\n", b"startxref\n9", 1), FileBroken),
    ("a PDF that is a web page", b"%PDF-1.7\n<html><script>alert(1)</script></html>", FileBroken),
    ("half a JPEG", photo("hidden")[:900], FileBroken),
    ("too many pixels", _large_png(), FileOverrun),
]


@pytest.mark.parametrize(("body", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_file_that_cannot_be_cleaned_is_refused_with_its_code(body: bytes, error: type[HubError]) -> None:
    with pytest.raises(error) as refused:
        clean_file(body)
    assert "hidden" not in str(refused.value.members())


def _nested_pdf() -> bytes:
    inner = b"[" * 100_000 + b"]" * 100_000
    return drawn_pdf().replace(b"/Type /Catalog", b"/Own " + inner + b" /Type /Catalog", 1)


def _bomb_pdf() -> bytes:
    """A PDF whose page is 300 megabytes when it is unpacked."""
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(30)) + packer.flush()
        pdf.pages[0].Contents = pdf.make_stream(packed, Filter=pikepdf.Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _looping_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _promising_docx() -> bytes:
    return _with_size(2_000_000_000)


def _lying_docx() -> bytes:
    return _with_size(10)


def _with_size(size: int) -> bytes:
    """A DOCX whose directory says that its document has a size that it has not."""
    body = bytearray(_docx())
    at = body.index(b"PK\x01\x02")
    while body[at + 46 : at + 63] != b"word/document.xml":
        at = body.index(b"PK\x01\x02", at + 4)
    body[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(body)


HOSTILE = [
    ("two gigabytes in a DOCX", _promising_docx),
    ("a DOCX that promises less than it holds", _lying_docx),
    ("nested XML in a DOCX", lambda: _docx(**{"word/document.xml": b"<a>" * 200_000 + b"</a>" * 200_000})),
    ("a page of 300 megabytes in a PDF", _bomb_pdf),
    ("a hundred thousand nested arrays in a PDF", _nested_pdf),
    ("pages of a PDF in a loop", _looping_pdf),
    ("four hundred million pixels", bomb),
]


@pytest.mark.server
@pytest.mark.parametrize("make", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_file_is_refused_in_the_sandbox_and_harms_nothing(make: Any) -> None:
    body = make()
    assert len(body) < 5_000_000
    try:
        call_in_sandbox(CLEAN_FUNCTION, body, {}, LIMITS, CLEANING_ERRORS)
    except HubError as refused:
        assert refused.code in {"file_broken", "file_too_complex", ReadingOverrun.code, "file_type", "broken_file"}  # noqa: PT017
    else:
        assert make is _nested_pdf, "only nesting may be dropped without harm"
    after = call_in_sandbox(CLEAN_FUNCTION, photo("hidden"), {}, LIMITS, CLEANING_ERRORS)
    assert after["media_type"] == "image/jpeg"
