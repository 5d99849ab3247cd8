"""Query parameters of uploads and downloads."""

from pydantic import Field

from hub.domain.pictures import Width
from hub.web.parameters import NoParams


class UploadParams(NoParams):
    """Parameters of an upload."""

    name: str = Field(min_length=1, max_length=400, description="Name of the file.", examples=["Kế hoạch 269.pdf"])


class FileParams(NoParams):
    """Parameters of a download."""

    w: Width | None = Field(
        None, description="Width of a smaller size of the image; a narrower image is returned unchanged."
    )
