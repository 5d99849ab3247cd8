"""Response models of exports."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.changes.position import EXAMPLE
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.log.signing import SignedHeadView
from hub.log.subjects import LogSubject


class EpochView(View):
    """An epoch of the publication log (một kỳ của nhật ký)."""

    epoch: UUID = Field(description="Identifier of the epoch.")
    first_seq: int = Field(description="Position of its first entry.", examples=[1])
    previous_epoch: UUID | None = Field(None, description="Epoch before it; null for the first one.")
    previous_hash: str | None = Field(None, description="Hash of the last entry before it; null for the first epoch.")
    reason: str = Field(description="Reason why it was begun, such as a restore from a backup.")
    at: Moment = Field(description="Time at which it was begun, with +07:00.")


class EpochsView(BaseModel):
    """The epochs of the publication log."""

    items: list[EpochView] = Field(description="Epochs, from the first to the current one.")


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
        examples=[EXAMPLE],
    )
    head: SignedHeadView = Field(description="Signed head of the log at this position.")
    subjects: list[LogSubject] = Field(
        [LogSubject.document], description="Subjects of the log that the snapshot carries."
    )


class DumpsView(BaseModel):
    """All export files, created at the same position of the log."""

    items: list[DumpFileView] = Field(description="Export files.")
    head: SignedHeadView = Field(description="Signed head of the log at the position of the files.")
    subjects: list[LogSubject] = Field(
        [LogSubject.document, LogSubject.registry],
        description="Subjects that the files carry: documents, and each list of the registry as CSV.",
    )
