"""Facts of stored pictures, put into views when they are read: dimensions, sizes and a placeholder. Pure.

Stored views and their hashes never hold them, so that a width or a placeholder that is added later rewrites nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import Field

from hub.domain.file_names import parse_file_url
from hub.domain.scalars import FileUrl, Line
from hub.domain.types import LaterMember, View, is_absent


class Width(IntEnum):
    """Widths of the smaller sizes, in pixels."""

    small = 320
    medium = 640
    large = 1280


_IMAGE = b'"image":'
_FILE_ID = re.compile(rb"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
_IMG = re.compile(r'<img src="([^"]*)"((?: [a-z]++="[^"]*+")*+)')
_GIVEN_SIDE = re.compile(r' (?:width|height)="')
_GIVEN_WIDTH = re.compile(r' width="(\d++)"')


class PictureSize(View):
    """A width in which a picture of the hub can be fetched."""

    width: int = Field(description="Width in pixels.", examples=[640])
    height: int = Field(description="Height in pixels.", examples=[427])
    url: str = Field(description="URL of the picture in this width.")


class ImageView(View):
    """An image as it is read (ảnh). Lists and details add dimensions, sizes and placeholder from the stored file."""

    url: FileUrl = Field(description="URL of the file; a path that starts with `/files/` is served by this hub.")
    alt: Line = Field(description="Alternative text for people who cannot see the image.")
    credit: Line | None = Field(None, description="Author of the image.")
    width: Annotated[int | None, LaterMember()] = Field(
        None, description="Width in pixels; null for an image of another site.", exclude_if=is_absent, examples=[1600]
    )
    height: Annotated[int | None, LaterMember()] = Field(
        None, description="Height in pixels; null for an image of another site.", exclude_if=is_absent, examples=[900]
    )
    sizes: Annotated[list[PictureSize], LaterMember()] = Field(
        default_factory=list,
        description="Widths up to 1280 pixels in which the hub serves it, smallest first, as for `srcset`; empty for "
        "an image of another site.",
        exclude_if=is_absent,
    )
    placeholder: Annotated[str | None, LaterMember()] = Field(
        None, description="Mean colour, to show until the image is loaded.", exclude_if=is_absent, examples=["#8a9ba8"]
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture: its dimensions, the widths in which it can be fetched, and its mean colour as `#rrggbb`."""

    width: int
    height: int
    placeholder: str | None
    sizes: tuple[tuple[int, int, bool], ...]
    """Width, height, and true for the stored picture itself, smallest first."""

    def members(self, url: str) -> dict[str, Any]:
        """The members that a read adds to an image with this URL."""
        sizes = [
            {"width": width, "height": height, "url": url if is_own else f"{url}?w={width}"}
            for width, height, is_own in self.sizes
        ]
        return {"width": self.width, "height": self.height, "sizes": sizes, "placeholder": self.placeholder}


Pictures = Mapping[UUID, Picture]
"""Stored pictures by the id of their file."""

UNKNOWN: Mapping[str, Any] = {"width": None, "height": None, "sizes": [], "placeholder": None}
"""The members of an image of another site."""


def image_members(url: str, pictures: Pictures, base: str = "") -> Mapping[str, Any]:
    """Return the members that a read adds to an image at a path of this hub, with absolute URLs if `base` is given."""
    file_id = parse_file_url(url)
    picture = pictures.get(file_id) if file_id else None
    return picture.members(base + url) if picture else UNKNOWN


def read_image(view: bytes | None) -> dict[str, Any] | None:
    """Read the image of a stored view; None if it has none."""
    if view is None or _IMAGE + b"{" not in view:
        return None
    item = orjson.loads(view)
    image = item.get("image") if isinstance(item, dict) else None
    return image if isinstance(image, dict) else None


def find_image_ids(views: Iterable[bytes | None]) -> set[UUID]:
    """Find the files that the images of stored views name."""
    return file_ids_of(map(read_image, views))


def file_ids_of(images: Iterable[Mapping[str, Any] | None]) -> set[UUID]:
    """Find the files that images name."""
    return {file_id for image in images if image and (file_id := parse_file_url(str(image.get("url"))))}


def find_file_ids(view: bytes | None) -> set[UUID]:
    """Find all files that a stored view names, in its text too."""
    return {UUID(found.decode()) for found in _FILE_ID.findall(view or b"")}


def add_picture(view: bytes, pictures: Pictures) -> bytes:
    """Add the facts of its image to a stored view; every other byte stays."""
    return replace_image(view, read_image(view), pictures)


def replace_image(view: bytes, image: Mapping[str, Any] | None, pictures: Pictures) -> bytes:
    """`add_picture` for a view whose image was read before."""
    if image is None:
        return view
    old = _IMAGE + orjson.dumps(image)
    new = {**image, **image_members(str(image.get("url")), pictures)}
    if view.count(old) == 1:
        return view.replace(old, _IMAGE + orjson.dumps(new))
    return orjson.dumps(orjson.loads(view) | {"image": new})


def add_sizes(html: str, pictures: Pictures, sizes: str, base: str = "") -> str:
    """Add dimensions and `srcset` to the pictures of a sanitised text; `sizes` is the width at which they are shown.

    A picture keeps the dimensions that an editor gave it, and is then shown at that width.
    """

    def with_sizes(found: re.Match[str]) -> str:
        url, others = found[1], found[2]
        members = image_members(url, pictures, base)
        if not _GIVEN_SIDE.search(others):
            return f'<img src="{url}"{size_attributes(members, sizes)}{others}'
        shown = _GIVEN_WIDTH.search(others)
        if shown is None or len(members["sizes"]) < 2:
            return found[0]
        return f'<img src="{url}" srcset="{escape(srcset(members))}" sizes="{shown[1]}px"{others}'

    return _IMG.sub(with_sizes, html) if pictures else html


def size_attributes(image: Mapping[str, Any], sizes: str) -> str:
    """The attributes of an `img` that follow from the facts of its picture, with a space before each."""
    if not image.get("width"):
        return ""
    given = f' width="{image["width"]}" height="{image["height"]}"'
    if len(image["sizes"]) > 1:
        given += f' srcset="{escape(srcset(image))}" sizes="{escape(sizes)}"'
    return given


def srcset(image: Mapping[str, Any]) -> str:
    """The value of `srcset` for an image with its sizes."""
    return ", ".join(f"{size['url']} {size['width']}w" for size in image["sizes"])
