"""Agencies (cơ quan) in time and their spokespersons (người phát ngôn).

A renamed or merged agency is a new row with its own code; the old one keeps its name, its last day and its
successors, so what it issued stays its own.
"""

from datetime import date

from sqlmodel import Field, SQLModel


class Agency(SQLModel, table=True):
    """One agency under one name; valid until the day before `valid_to`."""

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


class AgencySuccessor(SQLModel, table=True):
    """Which agency took over the work of which: many to many."""

    __tablename__ = "agency_successor"

    code: str = Field(primary_key=True, foreign_key="agency.code", ondelete="CASCADE")
    successor: str = Field(primary_key=True, foreign_key="agency.code", ondelete="CASCADE")


class Spokesperson(SQLModel, table=True):
    """Who may speak for an agency, with the contact that is public by law (Nghị định 09/2017/NĐ-CP)."""

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
