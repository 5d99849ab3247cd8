"""Response models of exports."""

from pydantic import BaseModel, Field

from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.log.signing import SignedHeadView


class DumpFileView(View):
    """An export file with all public items of one kind (tệp dữ liệu)."""

    name: str = Field(description="File name.", examples=["policies.csv"])
    path: str = Field(
        description="Path of the file, relative to the base URL of the hub.", examples=["/api/v1/dumps/policies.csv"]
    )
    media_type: str = Field(description="Media type.", examples=["text/csv"])
    size: int = Field(description="Size in bytes.")
    sha256: str = Field(description="SHA-256 of the file; also its ETag.")
    rows: int = Field(description="Number of items, without the header.")
    made_at: Moment = Field(description="Time of creation, with +07:00.")


class SnapshotView(DumpFileView):
    """The snapshot for an offline copy, at a position of the log (bản sao)."""

    next: str = Field(
        description="Value for `after` of `/changes`, to continue from the snapshot.",
        examples=["0190a3c2-0000-7000-8000-000000000000:42"],
    )
    head: SignedHeadView = Field(description="Signed head of the log at this position.")


class DumpsView(BaseModel):
    """All export files, created at the same position of the log."""

    items: list[DumpFileView] = Field(description="Export files.")
    head: SignedHeadView = Field(description="Signed head of the log at the position of the files.")
