"""Tables of the registry: agencies (cơ quan), spokespersons (người phát ngôn), topics (chủ đề) and places (đơn vị hành
chính).

A renamed or merged agency is a new row with its own code; the old one keeps its name, its last day and its
successors, so its documents stay its own.
The national list gives old and new units the same code (19753 was phường Thuận Lộc and is phường Phú Xuân), so a
place is identified by its code *and* its first day. An agency or topic that keeps its code under a new name remembers
its former names.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

UNKNOWN_FIRST_DAY = date(1, 1, 1)
"""First day of units whose actual first day is not known."""


def _former_names() -> Column[Any]:
    return Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))


class Agency(SQLModel, table=True):
    """An agency under one name, valid until the day before `valid_to`."""

    __tablename__ = "agency"

    code: str = Field(primary_key=True, max_length=64)
    name: str
    name_en: str | None = None
    level: str
    parent: str | None = Field(default=None, foreign_key="agency.code", max_length=64)
    place: str | None = Field(default=None, max_length=16)
    valid_from: date | None = None
    valid_to: date | None = None
    sort_key: str
    former_names: list[dict[str, Any]] = Field(default_factory=list, sa_column=_former_names())
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class AgencySuccessor(SQLModel, table=True):
    """Successor of an agency, many to many."""

    __tablename__ = "agency_successor"

    code: str = Field(primary_key=True, foreign_key="agency.code", ondelete="CASCADE")
    successor: str = Field(primary_key=True, foreign_key="agency.code", ondelete="CASCADE")


class Spokesperson(SQLModel, table=True):
    """A spokesperson of an agency, with the contact details that are public by law (Nghị định 09/2017/NĐ-CP)."""

    __tablename__ = "spokesperson"

    code: str = Field(primary_key=True, max_length=64)
    agency: str = Field(foreign_key="agency.code", index=True)
    name: str
    title: str
    phone: str | None = None
    email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    sort_key: str
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Topic(SQLModel, table=True):
    """A topic; `parent` makes a shallow tree."""

    __tablename__ = "topic"

    code: str = Field(primary_key=True, max_length=64)
    name: str
    name_en: str
    parent: str | None = Field(default=None, foreign_key="topic.code")
    valid_to: date | None = None
    sort_key: str
    former_names: list[dict[str, Any]] = Field(default_factory=list, sa_column=_former_names())
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Place(SQLModel, table=True):
    """An administrative unit, valid from `valid_from` until the day before `valid_to`."""

    __tablename__ = "place"

    code: str = Field(primary_key=True, max_length=16)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    name: str
    name_en: str | None = None
    level: str
    parent: str | None = Field(default=None, max_length=16)
    sort_key: str
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class PlaceSuccessor(SQLModel, table=True):
    """Successor of an administrative unit; `whole` is false if the old unit was divided."""

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


class NameMapping(SQLModel, table=True):
    """Decision of an editor on words that the registry does not know: the code, or the type, that they mean."""

    __tablename__ = "name_mapping"

    field: str = Field(primary_key=True, max_length=16)
    key: str = Field(primary_key=True, max_length=600)
    """`name_key` of the words."""
    text: str
    target: str = Field(max_length=80)
    decided_by: str = Field(max_length=128)
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
