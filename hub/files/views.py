"""Response models of files."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.file_names import file_url
from hub.files.rows import FileRow, SizeRow


class SizeView(BaseModel):
    """A smaller size of an image."""

    model_config = ConfigDict(frozen=True)

    width: int = Field(description="Width in pixels.", examples=[640])
    height: int = Field(description="Height in pixels.", examples=[427])
    media_type: str = Field(description="Media type.", examples=["image/webp"])
    size: int = Field(description="Size in bytes.")
    url: str = Field(description="URL of this size.")


class FileView(BaseModel):
    """A stored file. An attachment needs its name, media_type, url, size and sha256; an image needs its url."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(description="The file's UUID.")
    name: str = Field(description="Name as stored.", examples=["ke-hoach-269.pdf"])
    media_type: str = Field(description="Media type, determined from the bytes.", examples=["application/pdf"])
    size: int = Field(description="Size in bytes, as stored.")
    sha256: str = Field(description="SHA-256 of the stored bytes; images are stored without EXIF data.")
    url: str = Field(description="URL of the file; public once an edition that refers to it is public.")
    width: int | None = Field(None, description="Width in pixels, for images.")
    height: int | None = Field(None, description="Height in pixels, for images.")
    placeholder: str | None = Field(None, description="Mean colour of an image, to show until it is loaded.")
    sizes: list[SizeView] = Field(description="Smaller sizes of an image, for mobile.")


class FileList(BaseModel):
    """All files of a document."""

    items: list[FileView] = Field(description="Files, in upload order.")


def file_view(row: FileRow, sizes: Iterable[SizeRow]) -> FileView:
    """Build the view of a file from its row and the rows of its sizes."""
    url = file_url(row.id, row.name)
    return FileView(
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        url=url,
        width=row.width,
        height=row.height,
        placeholder=row.placeholder,
        sizes=[
            SizeView(
                width=size.width,
                height=size.height,
                media_type=size.media_type,
                size=size.size,
                url=f"{url}?w={size.width}",
            )
            for size in sizes
        ],
    )
