"""Table of the versions of public state that changes without a log entry."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel


class PublicVersion(SQLModel, table=True):
    """The single row of counters; triggers add one for each transaction that changes what a counter stands for."""

    __tablename__ = "public_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    registry_entries: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Agencies, topics, places and spokespersons."""
    files: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Facts of files, as the sizes of pictures."""
    views: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Views that were changed after they were published: erased, or given another window."""
    consultations: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Consultations and their drafts, without their comments."""
    citations: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Citations that the follower has found."""
    queries: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Persisted queries that were removed or registered."""
