"""Pictures of comments: decoded to pixels and encoded again, so that nothing but the pixels is left."""

from io import BytesIO

from PIL import Image

from hub.consultation.comment_files.errors import FileBroken, FileOverrun, FileTypeRefused
from hub.errors import InvalidInput, UnsupportedFile
from hub.files.images import MAX_PIXELS, decode_image
from hub.files.sniff import FileType
from hub.problem_texts.templates import fill

_FORMATS = {FileType.jpeg: "JPEG", FileType.png: "PNG"}
_BY_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}


def clean_picture(body: bytes, kind: FileType) -> bytes:
    """Return a JPEG or PNG upright, in sRGB, without EXIF, XMP, ICC, text chunks, comments and appended data.

    Raises `FileBroken`, `FileOverrun` or `FileTypeRefused`.
    """
    form = _FORMATS[kind]
    _check_pixels(body, form)
    try:
        return encode_picture(decode_image(BytesIO(body), form), form)
    except UnsupportedFile as problem:
        raise FileTypeRefused(problem.detail, expected=problem.expected) from problem
    except InvalidInput as problem:
        raise FileBroken(problem.detail, expected=problem.expected) from problem


def clean_embedded_picture(body: bytes) -> tuple[bytes, FileType] | None:
    """Return a picture of a document encoded again, as JPEG or else as PNG; None for one that is no bitmap.

    It is not turned: the document says how it lies. Raises `FileBroken` or `FileOverrun`.
    """
    form = next((form for magic, form in _BY_MAGIC.items() if body.startswith(magic)), None)
    if form is None:
        return None
    _check_pixels(body, form)
    try:
        image = decode_image(BytesIO(body), form, upright=False)
    except UnsupportedFile:  # animated: its document is not for watching
        return None
    except InvalidInput as problem:
        raise FileBroken("A picture in the document is damaged.", expected="a whole document") from problem
    kind = FileType.jpeg if form == "JPEG" else FileType.png
    return encode_picture(image, _FORMATS[kind]), kind


def blank_picture() -> bytes:
    """Return a PNG of one transparent pixel, for a picture that cannot be cleaned."""
    return encode_picture(Image.new("RGBA", (1, 1)), "PNG")


def encode_picture(image: Image.Image, form: str) -> bytes:
    """Encode an image without metadata as JPEG or PNG."""
    out = BytesIO()
    if form == "JPEG":
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
        image.save(out, form, quality=90, optimize=True)
    else:
        image.save(out, form)
    return out.getvalue()


def _check_pixels(body: bytes, form: str) -> None:
    """Raise `FileOverrun` for a header that promises too many pixels, before any of them is decoded."""
    try:
        with Image.open(BytesIO(body), formats=[form]) as opened:
            pixels = opened.width * opened.height
    except Image.DecompressionBombError as problem:
        raise FileOverrun(
            "The picture has too many pixels.", expected=fill("at most {max_pixels:,}", max_pixels=MAX_PIXELS)
        ) from problem
    except MemoryError:
        raise
    except Exception as problem:  # Pillow's readers raise many types for damaged files
        raise FileBroken("The picture is damaged.", expected=fill("a whole {form}", form=form)) from problem
    if pixels > MAX_PIXELS:
        raise FileOverrun(
            fill("The picture has {pixels:,} pixels.", pixels=pixels),
            expected=fill("at most {max_pixels:,}", max_pixels=MAX_PIXELS),
        )
