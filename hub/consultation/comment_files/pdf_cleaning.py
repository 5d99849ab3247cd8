"""PDFs of comments: rewritten with what their pages draw, and nothing else.

Only listed keys are kept, so whatever a program of today or tomorrow hides elsewhere is dropped: properties, XMP,
attached files, scripts, actions, forms, signatures, thumbnails, tags, bookmarks, links, and older revisions.
"""

from collections.abc import Iterator
from enum import Enum
from io import BytesIO
from typing import Any

import pikepdf

from hub.consultation.comment_files.errors import FileBroken, FileEncrypted, FileOverrun
from hub.consultation.comment_files.jpeg_segments import drop_jpeg2000_metadata, drop_jpeg_metadata
from hub.consultation.comment_files.pdf_content import clean_content, drop_comments
from hub.consultation.comment_files.pdf_keys import KEPT_KEYS, MAP_KEYS
from hub.problem_texts.templates import fill

MAX_PAGES = 500
MAX_OBJECTS = 200_000
MAX_UNPACKED = 100_000_000
"""Bytes of a stream when it is unpacked."""

_DEVICES = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}

_DAMAGES = (pikepdf.PikepdfError, ValueError, TypeError, KeyError, AttributeError, IndexError)
"""Errors of pikepdf, and of what a damaged file has where something else is expected."""


class _Role(Enum):
    """Meaning of an object for what refers to it."""

    plain = 0
    names = 1
    """Keys are names given by the program that made the file."""
    glyphs = 2
    """The same, for streams that draw the letters of a font."""
    glyph = 3


def clean_pdf(body: bytes) -> bytes:
    """Return a PDF rewritten without metadata. Raises `FileBroken`, `FileEncrypted` or `FileOverrun`."""
    try:
        with pikepdf.open(BytesIO(body), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise FileEncrypted(expected="the PDF without password and restrictions")
            _check_pages(pdf)
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("screen")
            _clean_trailer(pdf)
            _clean_objects(pdf)
            return _save(pdf)
    except pikepdf.PasswordError as problem:
        raise FileEncrypted(expected="the PDF without password and restrictions") from problem
    except _DAMAGES as problem:
        raise FileBroken("The PDF is damaged.", expected="a whole PDF") from problem


def _check_pages(pdf: pikepdf.Pdf) -> None:
    count = len(pdf.pages)
    if count > MAX_PAGES:
        raise FileOverrun(
            fill("The PDF has {count:,} pages.", count=count),
            expected=fill("at most {max_pages:,}", max_pages=MAX_PAGES),
        )
    if count == 0:
        raise FileBroken("The PDF has no pages.", expected="a whole PDF")


def _clean_trailer(pdf: pikepdf.Pdf) -> None:
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        del pdf.trailer[key]
    for page in pdf.pages:
        page.externalize_inline_images(0)
        page.Contents = pdf.make_stream(clean_content(page.obj))


def _save(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(
        out,
        fix_metadata_version=False,
        preserve_pdfa=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        recompress_flate=True,
        deterministic_id=True,
    )
    return out.getvalue()


def _clean_objects(pdf: pikepdf.Pdf) -> None:
    """Walk all that the catalogue reaches and drop every key that is not listed."""
    page_contents = {page.Contents.objgen for page in pdf.pages}
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, _Role]] = [(pdf.Root, _Role.plain)]
    count = 0
    while waiting:
        found, role = waiting.pop()
        if found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        count += 1
        if count > MAX_OBJECTS:
            raise FileOverrun("The PDF has too many objects.", expected="a simpler PDF")
        if isinstance(found, pikepdf.Array):
            _drop_profiles(found)
            waiting += [(item, _Role.plain) for item in found if _is_container(item)]
            continue
        if role not in (_Role.names, _Role.glyphs):
            for key in set(found.keys()) - KEPT_KEYS:
                del found[key]
            if found.get("/Type") == pikepdf.Name.OCG:
                found.Name = pikepdf.String("")
        waiting += list(_list_children(found, role))
        if isinstance(found, pikepdf.Stream) and found.objgen not in page_contents:
            _clean_stream(found, pdf, is_glyph=role is _Role.glyph)


def _is_container(found: Any) -> bool:
    return isinstance(found, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)


def _list_children(found: Any, role: _Role) -> Iterator[tuple[Any, _Role]]:
    # Resources have no type: they are told by the members that only others have.
    is_resources = role is _Role.plain and "/ShadingType" not in found and "/PatternType" not in found
    for key, value in found.items():
        if not _is_container(value):
            continue
        if role is _Role.glyphs:
            yield value, _Role.glyph
        elif role is _Role.plain and isinstance(value, pikepdf.Dictionary):
            names = _Role.names if key == "/Colorants" or (key in MAP_KEYS and is_resources) else _Role.plain
            yield value, _Role.glyphs if key == "/CharProcs" else names
        else:
            yield value, _Role.plain


def _drop_profiles(found: Any) -> None:
    """Replace a colour space of an ICC profile, which has room for any text, by the device's with as many colours."""
    if len(found) == 2 and found[0] == pikepdf.Name.ICCBased and isinstance(found[1], pikepdf.Stream):
        device = _DEVICES.get(int(found[1].get("/N", 0)))
        if device is None:
            raise ValueError("a profile without colours")
        profile = found[1]
        del found[1]
        found[0] = device
        del profile


def _clean_stream(found: Any, pdf: pikepdf.Pdf, *, is_glyph: bool) -> None:
    filters = _list_filters(found)
    if filters and filters[-1] in ("/DCTDecode", "/JPXDecode"):
        _clean_picture(found, filters, pdf)
        return
    kind = found.get("/Subtype")
    if is_glyph or kind == pikepdf.Name.Form or found.get("/PatternType") == 1:
        found.write(clean_content(found))
    elif found.get("/Type") == pikepdf.Name.CMap or found.get("/FunctionType") == 4:
        found.write(drop_comments(_unpack(found)))


def _list_filters(found: Any) -> list[str]:
    filters = found.get("/Filter", [])
    return [str(filters)] if isinstance(filters, pikepdf.Name) else [str(name) for name in filters]


def _clean_picture(found: Any, filters: list[str], pdf: pikepdf.Pdf) -> None:
    """Drop the metadata inside a JPEG; its pixels are not touched."""
    body = bytes(found.read_raw_bytes())
    if len(filters) > 1:
        packed = pdf.make_stream(body, Filter=pikepdf.Array([pikepdf.Name(name) for name in filters[:-1]]))
        body = _unpack(packed)
    clean = drop_jpeg_metadata if filters[-1] == "/DCTDecode" else drop_jpeg2000_metadata
    parameters = found.get("/DecodeParms")
    if isinstance(parameters, pikepdf.Array):
        parameters = parameters[-1] if len(parameters) else None
    found.write(clean(body), filter=pikepdf.Name(filters[-1]))
    if isinstance(parameters, pikepdf.Dictionary):
        found.DecodeParms = parameters


def _unpack(found: Any) -> bytes:
    body = bytes(found.read_bytes(pikepdf.StreamDecodeLevel.generalized))
    if len(body) > MAX_UNPACKED:
        raise FileOverrun("A stream of the PDF is too large when unpacked.", expected="a smaller PDF")
    return body
