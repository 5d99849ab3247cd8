"""The table of import runs. The origin of documents is kept in `hub.content.provenance_models`."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, text
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class ImportRun(SQLModel, table=True):
    """One import of one file with its options; every number is committed together with the batch it counts.

    `position` is the number of the last line that was processed. A run without `finished_at` was interrupted, and the
    next import of the same file and options resumes after its position; there is at most one such run.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index(
            "uq_import_run_open",
            "file_sha256",
            "format",
            "publish",
            "agency",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    file_sha256: str = Field(max_length=64)
    file_name: str
    format: str = Field(max_length=16)
    publish: bool
    agency: str = Field(max_length=64)
    position: int = Field(default=0, sa_type=BigInteger)
    created: int = 0
    changed: int = 0
    joined: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    unchanged: int = 0
    rejected: int = 0
    published: int = 0
    started_at: datetime | None = Field(default=None, sa_column=timestamp_column(now=True))
    finished_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
