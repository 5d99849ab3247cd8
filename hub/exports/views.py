"""Response models of exports."""

from pydantic import BaseModel, Field

from hub.domain.types import Moment, View
from hub.log.signing import SignedHeadView


class DumpFileView(View):
    """A file with all that is public of one sort (tệp dữ liệu)."""

    name: str = Field(description="Its name.", examples=["policies.csv"])
    path: str = Field(description="Where it is, under the hub's address.", examples=["/api/v1/dumps/policies.csv"])
    media_type: str = Field(description="Its media type.", examples=["text/csv"])
    size: int = Field(description="Size in bytes.")
    sha256: str = Field(description="SHA-256 of its bytes; its ETag too.")
    rows: int = Field(description="Items in it, without the header.")
    made_at: Moment = Field(description="When it was made, with +07:00.")


class SnapshotView(DumpFileView):
    """The snapshot: all that an offline copy holds, at a position of the log (bản sao)."""

    next: str = Field(
        description="Give it to `/changes` as `after` once you have the snapshot.",
        examples=["0190a3c2-0000-7000-8000-000000000000:42"],
    )
    head: SignedHeadView = Field(description="The log's head at this position, signed.")


class DumpsView(BaseModel):
    """All files, made at the same position."""

    items: list[DumpFileView] = Field(description="The files.")
    head: SignedHeadView = Field(description="The log's head at their position, signed.")
