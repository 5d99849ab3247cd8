"""Models of requests and answers about persons and keys. Private, always `no-store`."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hub.auth.people import MAX_PERSON_LENGTH
from hub.auth.principal import Scope
from hub.domain.scalars import Code, Line, Moment
from hub.domain.types import Content, View
from hub.web.parameters import PageParams

AgencyCode = Annotated[Code, Field(max_length=64, examples=["so-y-te"])]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Subject = Annotated[Line, Field(max_length=100)]

MAX_LIST = 200
"""Agencies that a key can be limited to."""


class KeyState(StrEnum):
    """State of a key: `valid`, `expired` (its time is over) or `ended` (by a person)."""

    valid = "valid"
    expired = "expired"
    ended = "ended"


class PersonView(View):
    """A person of an agency (người của cơ quan), to whom keys belong."""

    id: UUID = Field(description="UUID of the person.")
    agency: str = Field(description="Code of the agency.")
    name: str = Field(description="Name.")
    subject: str | None = Field(None, description="Subject (`sub`) of the person's staff tokens.")
    email: str | None = Field(None, description="E-mail address; private.")
    created_by: str | None = Field(None, description="Principal that created the person; null for the operator.")
    created_at: Moment = Field(description="Time of creation, with +07:00.")
    ended_at: Moment | None = Field(None, description="Time from which all keys of the person are refused.")
    keys: int = Field(description="Number of valid keys.")


class PersonPage(BaseModel):
    """One page of persons."""

    items: list[PersonView] = Field(description="Persons, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class NewPerson(Content):
    """A new person."""

    agency: AgencyCode = Field(description="Code of the agency.")
    name: Line = Field(max_length=MAX_PERSON_LENGTH, description="Name.", examples=["Trần Thị Bình"])
    subject: Subject | None = Field(None, description="Subject (`sub`) of the person's staff tokens.")
    email: Email | None = Field(None, description="E-mail address; private.")


class PersonChange(Content):
    """Changes of a person; members that are absent stay as they are."""

    name: Line | None = Field(None, max_length=MAX_PERSON_LENGTH, description="Name.")
    subject: Subject | None = Field(None, description="Subject (`sub`) of the person's staff tokens.")
    email: Email | None = Field(None, description="E-mail address; private.")


class KeyView(View):
    """An API key (khóa) without its secret."""

    id: str = Field(description="Public id: the twelve characters after `hub_`.")
    label: str = Field(description="Purpose.")
    person_id: UUID | None = Field(None, description="UUID of the person who answers for it.")
    person: str | None = Field(None, description="Name of that person.")
    agency: str = Field(description="Code of the agency that it acts for.")
    agencies: list[str] | None = Field(
        None, description="The only agencies it acts for; null for its agency and all agencies below."
    )
    scopes: list[Scope] = Field(description="Scopes (quyền).")
    state: KeyState = Field(description="State: valid, expired or ended.")
    created_by: str | None = Field(None, description="Principal that created it; null for the operator.")
    created_at: Moment = Field(description="Time of creation, with +07:00.")
    expires_at: Moment | None = Field(None, description="End of its life.")
    ended_at: Moment | None = Field(None, description="Time at which it was ended.")
    rotated_from: str | None = Field(None, description="The first key of its rotations, whose principal it is.")
    last_used_at: Moment | None = Field(None, description="Last use, to the minute.")


class KeyWithSecret(KeyView):
    """A new key, shown once."""

    key: str | None = Field(
        None,
        description="The whole key. It is not stored and shown only now; null in the answer to a repeated request.",
        examples=["hub_0123456789ab_…"],
    )


class KeyPage(BaseModel):
    """One page of keys."""

    items: list[KeyView] = Field(description="Keys, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


KeyScopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
KeyAgencies = Annotated[list[AgencyCode], Field(min_length=1, max_length=MAX_LIST)]


class NewKey(Content):
    """A new key of a person."""

    person_id: UUID = Field(description="UUID of the person who answers for it.")
    agency: AgencyCode | None = Field(None, description="Agency that it acts for; the person's agency when absent.")
    agencies: KeyAgencies | None = Field(
        None, description="The only agencies that it acts for; its agency and all agencies below when absent."
    )
    scopes: KeyScopes = Field(description="Scopes (quyền), all of them also yours.", examples=[["write"]])
    label: Line = Field("", min_length=0, max_length=200, description="Purpose.")
    expires_at: Moment | None = Field(
        None, description="End of its life, not after yours; a year from now, or yours, when absent."
    )


class KeyChange(Content):
    """Changes of a key; members that are absent stay as they are. What is added must be yours."""

    label: Line | None = Field(None, min_length=0, max_length=200, description="Purpose.")
    agencies: KeyAgencies | None = Field(None, description="The only agencies that it acts for.")
    scopes: KeyScopes | None = Field(None, description="Scopes (quyền).")
    expires_at: Moment | None = Field(None, description="End of its life.")


class KeyRotation(Content):
    """Rotation of a key."""

    overlap_hours: int = Field(24, ge=0, le=8_760, description="Hours for which the old key stays valid.")
    expires_at: Moment | None = Field(
        None, description="End of the new key's life, not after yours; a year from now, or yours, when absent."
    )


class PersonParams(PageParams):
    """Query of the list of persons."""

    agency: AgencyCode | None = Field(None, description="Only persons of this agency.")
    active: bool | None = Field(None, description="Only persons who are active, or who are not.")


class KeyParams(PageParams):
    """Query of the list of keys."""

    agency: AgencyCode | None = Field(None, description="Only keys of this agency.")
    person: UUID | None = Field(None, description="Only keys of this person.")
    state: KeyState | None = Field(None, description="Only keys in this state.")
    created_by: Line | None = Field(None, max_length=128, description="Only keys that this principal created.")
