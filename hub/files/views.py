"""What editors are told of a file."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.file_names import file_url
from hub.files.rows import FileRow, SizeRow


class SizeView(BaseModel):
    """A picture in a smaller size."""

    model_config = ConfigDict(frozen=True)

    width: int = Field(description="Width in pixels.", examples=[640])
    height: int = Field(description="Height in pixels.", examples=[427])
    media_type: str = Field(description="Its media type.", examples=["image/webp"])
    size: int = Field(description="Size in bytes.")
    url: str = Field(description="Where it is served.")


class FileView(BaseModel):
    """A stored file; name, media_type, url, size and sha256 go into an attachment, url into an image."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(description="The file's UUID.")
    name: str = Field(description="Its name as it is kept.", examples=["ke-hoach-269.pdf"])
    media_type: str = Field(description="What its bytes are.", examples=["application/pdf"])
    size: int = Field(description="Size in bytes, as stored.")
    sha256: str = Field(description="SHA-256 of the stored bytes; a picture is stored without its EXIF data.")
    url: str = Field(description="Where it is served once an edition with it is public.")
    width: int | None = Field(None, description="Width in pixels, of a picture.")
    height: int | None = Field(None, description="Height in pixels, of a picture.")
    sizes: list[SizeView] = Field(description="Smaller sizes of a picture, for mobile.")


class FileList(BaseModel):
    """All files of a document."""

    items: list[FileView] = Field(description="Files, in the order of their upload.")


def file_view(row: FileRow, sizes: Iterable[SizeRow]) -> FileView:
    """A file's view from its row and those of its sizes."""
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
