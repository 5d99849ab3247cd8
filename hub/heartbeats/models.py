"""Table of heartbeats."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class Heartbeat(SQLModel, table=True):
    """Last round of one loop of one worker process (nhịp của tiến trình nền), and its failures in a row."""

    __tablename__ = "heartbeat"

    worker: str = Field(primary_key=True, max_length=128)
    """Host and number of the process."""
    loop: str = Field(primary_key=True, max_length=64)
    turned_at: datetime = Field(sa_column=timestamp_column())
    """End of the last round, by the clock of the database."""
    patience: float
    """Seconds without a round after which the loop stands still."""
    failures: int = 0
    problem: str | None = None
    failing_since: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
