"""Places (đơn vị hành chính) in time.

The national list gives old and new units the same code (19753 was phường Thuận Lộc and is phường Phú Xuân), so a
place is known by its code *and* its first day.
"""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

BEGINNING = date(1, 1, 1)
"""First day of units whose beginning the registry does not know."""


class Place(SQLModel, table=True):
    """One unit of administration, valid from a day until the day before `valid_to`."""

    __tablename__ = "place"

    code: str = Field(primary_key=True, max_length=16)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    name: str
    level: str
    parent: str | None = Field(default=None, max_length=16)
    sort_key: str


class PlaceSuccessor(SQLModel, table=True):
    """Which unit took over from which; `whole` is false where the old unit was divided."""

    __tablename__ = "place_successor"
    __table_args__ = (
        ForeignKeyConstraint(["code", "valid_from"], ["place.code", "place.valid_from"], ondelete="CASCADE"),
        ForeignKeyConstraint(["successor", "successor_from"], ["place.code", "place.valid_from"], ondelete="CASCADE"),
    )

    code: str = Field(primary_key=True, max_length=16)
    valid_from: date = Field(primary_key=True)
    successor: str = Field(primary_key=True, max_length=16)
    successor_from: date = Field(primary_key=True)
    whole: bool = True
