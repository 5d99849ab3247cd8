"""Pictures are drawn anew: without EXIF, comments or anything hidden behind them, upright, in sRGB, and in sizes."""

from collections.abc import Iterator
from enum import IntEnum
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from hub.errors import HubError, InvalidInput, UnsupportedFile
from hub.files.sniff import FileType


class Width(IntEnum):
    """The smaller sizes, in pixels."""

    small = 320
    medium = 640
    large = 1280


MAX_PIXELS = 40_000_000
"""The largest picture, about 7,700 × 5,200: 160 MB while it is being drawn."""

_FORMATS = {FileType.jpeg: "JPEG", FileType.png: "PNG", FileType.webp: "WEBP"}
_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "progressive": True, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90},
}
_RESIZED_OPTIONS: dict[str, int] = {"quality": 80}
_MAX_HEIGHT = 16_383  # what WebP can hold
_PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA", "P")
_SRGB = ImageCms.createProfile("sRGB")


def reencode_image(path: Path, kind: FileType, folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Files in the folder with the picture itself, then its smaller sizes as WebP; each with width and height.

    Raises `InvalidInput` or `UnsupportedFile` for what cannot be drawn.
    """
    picture = _decode(path, _FORMATS[kind])
    yield _save(picture, _FORMATS[kind], folder / "picture", _OPTIONS[_FORMATS[kind]])
    base = picture.convert(_colour_mode(picture))
    for width in map(int, Width):
        height = max(1, round(picture.height * width / picture.width))
        if width < picture.width and height <= _MAX_HEIGHT:
            smaller = base.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            yield _save(smaller, "WEBP", folder / f"width-{width}", _RESIZED_OPTIONS)


def _decode(path: Path, form: str) -> Image.Image:
    try:
        with Image.open(path, formats=[form]) as opened:
            _check_header(opened, form)
            opened.load()
            picture = _convert_to_srgb(ImageOps.exif_transpose(opened))
    except (HubError, MemoryError):
        raise
    except Exception as problem:  # Pillow raises whatever a damaged file makes its decoders trip over
        raise InvalidInput("The picture is damaged.", field="body", expected=f"a whole {form} picture") from problem
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    return picture


def _check_header(picture: Image.Image, form: str) -> None:
    """What the header says, before anything is drawn."""
    if picture.width * picture.height > MAX_PIXELS:
        raise InvalidInput(
            f"The picture has {picture.width} × {picture.height} pixels.",
            field="body",
            expected=f"at most {MAX_PIXELS:,} pixels",
        )
    # A JPEG of several frames is a phone's photo with a preview behind it; the first one is the photo.
    if form != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        raise UnsupportedFile("The picture moves.", field="body", expected="a still picture")


def _colour_mode(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _convert_to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    wanted = _colour_mode(picture)
    if profile:
        source = picture.convert(wanted) if picture.mode in ("P", "1", "LA", "PA") else picture
        try:
            turned = ImageCms.profileToProfile(
                source, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode=wanted
            )
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that does not fit: the colours as they are
            turned = None
        if turned is not None:
            return turned
    return picture if picture.mode in _PLAIN_MODES else picture.convert(wanted)


def _save(
    picture: Image.Image, form: str, path: Path, options: dict[str, int | bool] | dict[str, int]
) -> tuple[Path, int, int]:
    if form == "JPEG" and picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    if form == "WEBP" and picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert(_colour_mode(picture))
    picture.save(path, form, **options)
    return path, picture.width, picture.height
