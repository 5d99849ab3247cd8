"""Re-encoding of images: upright, in sRGB, without EXIF, comments or appended data, and in smaller sizes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from hub.domain.pictures import Width
from hub.errors import HubError, InvalidInput, UnsupportedFile
from hub.files.sniff import FileType
from hub.problem_texts.templates import fill

MAX_PIXELS = 40_000_000
"""Most pixels of an image, about 7,700 × 5,200: 160 MB while it is decoded."""

_FORMATS = {FileType.jpeg: "JPEG", FileType.png: "PNG", FileType.webp: "WEBP"}
_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "progressive": True, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90},
}
_RESIZED_OPTIONS: dict[str, int] = {"quality": 80}
_MAX_HEIGHT = 16_383  # limit of WebP
_PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA", "P")
_SRGB = ImageCms.createProfile("sRGB")


def reencode_image(path: Path, kind: FileType, folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Write the re-encoded image, then its smaller sizes as WebP, to a folder; yields each path with width and height.

    Raises `InvalidInput` or `UnsupportedFile` for images that cannot be decoded.
    """
    image = decode_image(path, _FORMATS[kind])
    yield _save(image, _FORMATS[kind], folder / "picture", _OPTIONS[_FORMATS[kind]])
    base = image.convert(_colour_mode(image))
    for width in map(int, Width):
        height = max(1, round(image.height * width / image.width))
        if width < image.width and height <= _MAX_HEIGHT:
            smaller = base.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            yield _save(smaller, "WEBP", folder / f"width-{width}", _RESIZED_OPTIONS)


def mean_colour(file: Path | BytesIO) -> str:
    """The mean colour of an image that the hub encoded, on white where it is transparent, as `#rrggbb`."""
    with Image.open(file) as opened:
        image = opened.convert("RGBA").resize((1, 1), Image.Resampling.BOX)
    white = Image.new("RGBA", image.size, "white")
    pixel = Image.alpha_composite(white, image).convert("RGB").tobytes()
    return f"#{pixel.hex()}"


def decode_image(source: Path | BytesIO, form: str, *, upright: bool = True) -> Image.Image:
    """Decode an image of one of Pillow's formats to pixels in sRGB that carry no metadata.

    `upright` turns it as its EXIF data say. Raises `InvalidInput` or `UnsupportedFile`.
    """
    try:
        with Image.open(source, formats=[form]) as opened:
            _check_header(opened, form)
            opened.load()
            image = _convert_to_srgb(ImageOps.exif_transpose(opened) if upright else opened)
    except (HubError, MemoryError):
        raise
    except Exception as problem:  # Pillow's decoders raise many types for damaged files
        raise InvalidInput(
            "The image is damaged.", field="body", expected=fill("a complete {form} image", form=form)
        ) from problem
    # A copy: an image that is still the opened one knows more of its file than `info`.
    image = image.copy()
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    return image


def _check_header(image: Image.Image, form: str) -> None:
    """Check the header before anything is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise InvalidInput(
            fill("The image has {width} × {height} pixels.", width=image.width, height=image.height),
            field="body",
            expected=fill("at most {max_pixels:,} pixels", max_pixels=MAX_PIXELS),
        )
    # A JPEG with several frames is a phone photo followed by a preview; the first frame is the photo.
    if form != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise UnsupportedFile("The image is animated.", field="body", expected="a still image")


def _colour_mode(image: Image.Image) -> str:
    return "RGBA" if image.has_transparency_data else "RGB"


def _convert_to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16-bit greyscale
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    wanted = _colour_mode(image)
    if profile:
        source = image.convert(wanted) if image.mode in ("P", "1", "LA", "PA") else image
        try:
            converted = ImageCms.profileToProfile(
                source, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode=wanted
            )
        except (ImageCms.PyCMSError, OSError, ValueError):  # an unsuitable profile: keep the colours
            converted = None
        if converted is not None:
            return converted
    return image if image.mode in _PLAIN_MODES else image.convert(wanted)


def _save(
    image: Image.Image, form: str, path: Path, options: dict[str, int | bool] | dict[str, int]
) -> tuple[Path, int, int]:
    if form == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    if form == "WEBP" and image.mode not in ("RGB", "RGBA"):
        image = image.convert(_colour_mode(image))
    image.save(path, form, **options)
    return path, image.width, image.height
