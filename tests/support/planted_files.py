"""Files with a word of its own in every place that readers do not see, and all the bytes in which one could be left."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from matplotlib.figure import Figure
from PIL import Image, ImageCms
from PIL.ExifTags import Base
from PIL.PngImagePlugin import PngInfo

SEEN = "Góp ý được nhìn thấy"
"""Words that readers see in every document."""
_WORD = re.compile(r"hidden[a-z0-9]{1,40}")


def photo(word: str, *, form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture, lying on its side, with a word in EXIF, XMP, comment, profile, text chunks and behind its end."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Artist] = f"{word}artist"
    exif[Base.ImageDescription] = f"{word}description"
    exif[Base.GPSInfo] = {1: "N", 2: (16.0, 27.0, 49.0), 29: f"{word}gps"}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), word[:4].encode("utf-16-be"), 1)
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{word}xmp</x:xmpmeta>".encode()
    out = io.BytesIO()
    if form == "PNG":
        info = PngInfo()
        info.add_text("Author", f"{word}text")
        info.add_text("Comment", f"{word}packed", zip=True)
        info.add_itxt("Title", f"{word}international")
        image.save(out, form, exif=exif, icc_profile=profile, pnginfo=info)
    else:
        image.save(out, form, exif=exif, icc_profile=profile, xmp=xmp, comment=f"{word}comment".encode())
    return out.getvalue() + f"{word}behind".encode()


def drawn_pdf() -> bytes:
    """A PDF of one page as a program makes it, with fonts of its own."""
    figure = Figure(figsize=(4, 3))
    figure.text(0.1, 0.5, SEEN)
    out = io.BytesIO()
    figure.savefig(out, format="pdf", metadata={"Author": "hiddenmaker", "Title": "hiddentitle"})
    return out.getvalue()


def planted_pdf() -> bytes:
    """A PDF with words in its properties, XMP, files, scripts, actions, form, annotations, pictures and comments."""
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        pdf.docinfo["/Author"] = "hiddenauthor"
        pdf.docinfo["/Keywords"] = pikepdf.String("hiddenwide Đ")
        with pdf.open_metadata() as xmp:
            xmp["dc:creator"] = ["hiddenxmp"]
        pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"hiddenattached", filename="hiddenfile.txt")
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("hiddenopen()"))
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("hiddenlaunch.exe"))
        pdf.Root.AA = pikepdf.Dictionary(WC=launch)
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pdf.make_stream(b"hiddenscript()"))
        pdf.Root.Names.JavaScript = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), script]))
        pdf.Root.PieceInfo = pikepdf.Dictionary(Word=pikepdf.Dictionary(Private=pdf.make_stream(b"hiddenpiece")))
        pdf.Root.Lang = pikepdf.String("hiddenlang")
        pdf.Root.PrivateKey = pikepdf.Dictionary(Note=pikepdf.String("hiddenunknown"))
        pdf.trailer.Own = pikepdf.String("hiddentrailer")
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("hiddenbookmark", 0))
        page = pdf.pages[0]
        page.Thumb = pdf.make_stream(b"hiddenthumb", Width=1, Height=1)
        page.PieceInfo = pikepdf.Dictionary(Word=pikepdf.Dictionary(Private=pikepdf.String("hiddenpagepiece")))
        page.Metadata = pdf.make_stream(b"<x>hiddenpagexmp</x>", Type=pikepdf.Name.Metadata)
        page.AA = pikepdf.Dictionary(O=launch)
        _add_form(pdf)
        _add_pictures(pdf)
        page.contents_add(
            b"% hiddencomment\n/Span << /ActualText (hiddenactual) >> BDC\nEMC\nBX (hiddenoperand) xyz EX\n"
            b"/T << /E (hiddenpoint) >> DP\n"
        )
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return _with_revision(out.getvalue()) + b"hiddenappended"


def _add_form(pdf: pikepdf.Pdf) -> None:
    shown = pdf.make_stream(
        b"/Tx BMC q BT /Helv 12 Tf 2 4 Td (Shown value) Tj ET Q EMC",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 120, 20],
        Resources=pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                Helv=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        ),
    )
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("hiddenfield()"))
    widget = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("hiddenfieldname"),
            V=pikepdf.String("Shown value"),
            TU=pikepdf.String("hiddentooltip"),
            Rect=[20, 20, 140, 40],
            F=4,
            AA=pikepdf.Dictionary(K=script),
            AP=pikepdf.Dictionary(N=shown),
        )
    )
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 10, 10],
        T=pikepdf.String("hiddennoter"),
        Contents=pikepdf.String("hiddennote"),
    )
    uri = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://hiddenlink.example/"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=uri)
    pdf.pages[0].Annots = pikepdf.Array([widget, pdf.make_indirect(note), pdf.make_indirect(link)])
    xfa = pdf.make_stream(b"<xdp>hiddenxfa</xdp>")
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), XFA=xfa)


def _add_pictures(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    picture = pdf.make_stream(
        photo("hiddenphoto"),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=60,
        Height=40,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Array(
            [pikepdf.Name.ICCBased, pdf.make_stream(b"hiddenprofile", N=3, Alternate=pikepdf.Name.DeviceRGB)]
        ),
        Filter=pikepdf.Name.DCTDecode,
        Metadata=pdf.make_stream(b"hiddenpicturexmp"),
        Name=pikepdf.Name.hiddenname,
    )
    packed = pdf.make_stream(
        zlib.compress(photo("hiddentwice")),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=60,
        Height=40,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode]),
    )
    form = pdf.make_stream(
        b"% hiddenformcomment\nq 1 0 0 1 0 0 cm Q",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 9, 9],
        LastModified=pikepdf.String("hiddenmodified"),
        PieceInfo=pikepdf.Dictionary(X=pikepdf.String("hiddenformpiece")),
    )
    page.Resources.XObject = pikepdf.Dictionary(Photo=picture, Packed=packed, Form=form)
    page.contents_add(
        b"q 90 0 0 60 20 120 cm /Photo Do Q q 90 0 0 60 120 120 cm /Packed Do Q q /Form Do Q\n"
        b"q 20 0 0 20 200 20 cm BI /W 60 /H 40 /CS /RGB /BPC 8 /F /DCT ID " + photo("hiddeninline") + b" EI Q\n"
    )


def _with_revision(body: bytes) -> bytes:
    """The PDF with an update behind it that replaces its properties: what it said before stays in the bytes."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        number, size, root = pdf.docinfo.objgen[0], int(pdf.trailer.Size), pdf.Root.objgen[0]
    before = int(body[body.rindex(b"startxref") + 9 :].split()[0])
    at = len(body)
    new = f"{number} 0 obj\n<< /Author (hiddensecond) >>\nendobj\n".encode()
    table = f"xref\n{number} 1\n{at:010d} 00000 n \ntrailer\n".encode()
    trailer = f"<< /Size {size} /Root {root} 0 R /Info {number} 0 R /Prev {before} >>\n".encode()
    return body + new + table + trailer + f"startxref\n{at + len(new)}\n%%EOF\n".encode()


def planted_docx() -> bytes:
    """A DOCX with words in its properties, revisions, comments, fields, links, objects, pictures and names of parts."""
    document = Document()
    document.core_properties.author = "hiddenauthor"
    document.core_properties.last_modified_by = "hiddeneditor"
    document.core_properties.comments = "hiddenproperty"
    document.settings.element.append(_element('<w:rsids><w:rsidRoot w:val="hiddenrsid"/></w:rsids>'))
    document.settings.element.append(_element('<w:docVars><w:docVar w:name="x" w:val="hiddenvariable"/></w:docVars>'))
    paragraph = document.add_paragraph(SEEN)
    paragraph._p.set(f"{{{_W}}}rsidR", "hiddenrsidr")
    document.add_comment(paragraph.runs, text="Shown remark", author="hiddencommenter", initials="hiddeninitials")
    paragraph._p.append(
        _element(
            '<w:ins w:id="7" w:author="hiddeninserter" w:date="2026-11-29T00:00:00Z"><w:r><w:t>Shown insert</w:t></w:r>'
            "</w:ins>"
        )
    )
    for code in ("INCLUDETEXT hiddenpath", "HYPERLINK &quot;https://hiddenfield.example&quot;", "PAGE"):
        paragraph._p.append(
            _element(f'<w:fldSimple w:instr="{code}"><w:r><w:t>Shown {code[:4]}</w:t></w:r></w:fldSimple>')
        )
    for xml in (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r><w:instrText>DDE</w:instrText></w:r>",
        "<w:r><w:instrText>AUTO hiddendde</w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        "<w:r><w:t>Shown result</w:t></w:r>",
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:smartTag w:uri="urn:x" w:element="hiddentag"><w:r><w:t>Shown tag</w:t></w:r></w:smartTag>',
        '<x:own xmlns:x="urn:hiddennamespace">hiddenforeign</x:own>',
        '<w:permStart w:id="1" w:ed="hiddenperson@example.vn"/>',
    ):
        paragraph._p.append(_element(xml))
    external = document.part.relate_to("https://hiddenlink.example/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    paragraph._p.append(
        _element(
            f'<w:hyperlink r:id="{external}" w:tooltip="hiddentooltip"><w:r><w:t>Shown link</w:t></w:r></w:hyperlink>'
        )
    )
    shape = document.add_picture(io.BytesIO(photo("hiddenphoto")))
    shape._inline.docPr.set("descr", "hiddendescription")
    shape._inline.docPr.set("name", "hiddenname.jpg")
    header = document.sections[0].header.paragraphs[0]
    header.add_run("Shown header").add_picture(io.BytesIO(photo("hiddenpng", form="PNG")))
    out = io.BytesIO()
    document.save(out)
    return _add_parts(out.getvalue())


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _element(xml: str) -> Any:
    spaces = f'xmlns:w="{_W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    at = len(re.split(r"[\s/>]", xml)[0])
    return parse_xml(f"{xml[:at]} {spaces}{xml[at:]}")


def _add_parts(body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "word/document.xml":
                content = content.replace(b"<w:body>", b"<!-- hiddenxmlcomment --><?x hiddeninstruction?><w:body>", 1)
                content = content.replace(b"<w:document ", b'<w:document xmlns:x="urn:hiddendeclared" ', 1)
            if part.filename == "word/settings.xml":
                content = content.replace(
                    b"</w:settings>", b'<w:captions><w:caption w:name="hiddencaption"/></w:captions></w:settings>'
                )
            if part.filename == "word/_rels/document.xml.rels":
                content = content.replace(
                    b"</Relationships>",
                    b'<Relationship Id="hiddenid" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                    b'relationships/oleObject" Target="embeddings/hiddenobject.bin"/><Relationship Id="hiddenglossary" '
                    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/glossaryDocument" '
                    b'Target="hiddenglossary.xml"/><Relationship Id="hiddenoutside" '
                    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
                    b'Target="file:///C:/Users/hiddenuser/a.dotx" TargetMode="External"/></Relationships>',
                )
            if part.filename in ("customXml/item1.xml", "docProps/thumbnail.jpeg"):
                continue
            if part.filename == "[Content_Types].xml":
                kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml"
                override = b'<Override PartName="/word/hiddenglossary.xml" ContentType="' + kind + b'"/></Types>'
                content = content.replace(b"</Types>", override)
            info = zipfile.ZipInfo(part.filename, (2026, 11, 29, 1, 2, 4))
            info.comment = b"hiddenzipcomment"
            new.writestr(info, content)
        new.writestr("word/embeddings/hiddenobject.bin", b"hiddenole")
        new.writestr("customXml/item1.xml", "<x>hiddencustom</x>")
        new.writestr("docProps/thumbnail.jpeg", photo("hiddenthumbnail"))
        new.writestr("word/hiddenglossary.xml", f'<w:glossaryDocument xmlns:w="{_W}">hiddenentry</w:glossaryDocument>')
        new.writestr("word/people.xml", "<x>hiddenpeople</x>")
        new.comment = b"hiddenarchivecomment"
    return out.getvalue()


def list_planted(body: bytes) -> set[str]:
    """Every planted word in a file: in its bytes, in its unpacked streams and parts, and in pictures in them."""
    found = set()
    for layer in layers(body):
        for text in (layer.decode("latin-1"), layer.replace(b"\0", b"").decode("latin-1")):
            found |= {match.lower() for match in _WORD.findall(text)}
    return found


def layers(body: bytes) -> Iterator[bytes]:
    """Yield the bytes of a file, and what is packed in them: streams of a PDF, parts of an archive, facts of a PNG."""
    yield body
    if body.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            for found in [*pdf.objects, pdf.trailer]:
                yield found.unparse() if isinstance(found, pikepdf.Object) else str(found).encode()
                if isinstance(found, pikepdf.Stream):
                    yield found.read_raw_bytes()
                    try:
                        yield from layers(found.read_bytes(pikepdf.StreamDecodeLevel.generalized))
                    except pikepdf.PdfError:
                        yield b""
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for part in archive.infolist():
                yield part.filename.encode()
                yield from layers(archive.read(part))
    elif body.startswith(b"\x89PNG"):
        with Image.open(io.BytesIO(body)) as image:
            yield str(image.info).encode()
