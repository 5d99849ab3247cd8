"""Entries of the registry as editors and files write them, one frozen model for each of the four lists."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from hub.domain.scalars import Code, Flag, Line, StoredDay
from hub.domain.types import Content

MAX_SUCCESSORS = 100


class RegistryList(StrEnum):
    """A list of the registry (danh mục): agencies, topics, places or spokespersons."""

    agencies = "agencies"
    topics = "topics"
    places = "places"
    spokespersons = "spokespersons"


class AgencyLevel(StrEnum):
    """Level of an agency (cấp)."""

    central = "central"
    province = "province"
    department = "department"
    commune = "commune"
    party = "party"
    other = "other"


class PlaceLevel(StrEnum):
    """Level of an administrative unit (cấp)."""

    province = "province"
    city = "city"
    district = "district"
    ward = "ward"
    commune = "commune"
    township = "township"


PlaceCode = Annotated[Code, Field(max_length=16)]
FirstDay = Annotated[StoredDay | None, Field(description="First day of validity; null if unknown (từ ngày).")]
EndDay = Annotated[
    StoredDay | None, Field(description="First day no longer valid; null if still valid (hết hiệu lực từ ngày).")
]


class FormerName(Content):
    """A name that an entry had until a day (tên cũ)."""

    name: Line = Field(max_length=300, description="Former name.")
    valid_to: StoredDay = Field(description="First day on which it was no longer the name.")


MAX_FORMER_NAMES = 50
FORMER_NAMES = "Former names, which search still finds (tên cũ)."


class AgencyEntry(Content):
    """An agency (cơ quan)."""

    code: Code = Field(description="Code of the agency; never reused.", examples=["ubnd-hue"])
    name: Line = Field(max_length=300, description="Name (tên).")
    name_en: Line | None = Field(None, max_length=300, description="Name in English.")
    level: AgencyLevel = Field(description="Level (cấp).")
    parent: Code | None = Field(None, description="Code of the parent agency (cơ quan cấp trên).")
    place: PlaceCode | None = Field(None, description="Code of its administrative unit (địa bàn).")
    valid_from: FirstDay = None
    valid_to: EndDay = None
    successors: list[Code] = Field(
        [], max_length=MAX_SUCCESSORS, description="Codes of the agencies that took over its work (cơ quan kế thừa)."
    )
    former_names: list[FormerName] = Field([], max_length=MAX_FORMER_NAMES, description=FORMER_NAMES)


class TopicEntry(Content):
    """A topic (chủ đề)."""

    code: Code = Field(description="Code of the topic; never reused.", examples=["truyen-thong"])
    name: Line = Field(max_length=300, description="Name in Vietnamese (tên).")
    name_en: Line = Field(max_length=300, description="Name in English.")
    parent: Code | None = Field(None, description="Code of the parent topic; of a merged one, the topic that took it.")
    valid_to: EndDay = None
    former_names: list[FormerName] = Field([], max_length=MAX_FORMER_NAMES, description=FORMER_NAMES)


class PlaceSuccessorEntry(Content):
    """Successor of an administrative unit (đơn vị kế thừa)."""

    code: PlaceCode = Field(description="Code of the successor.")
    valid_from: FirstDay = None
    whole: Flag = Field(True, description="False if the old unit was divided between several units.")


class PlaceEntry(Content):
    """An administrative unit in its period of validity (đơn vị hành chính)."""

    code: PlaceCode = Field(description="Code in the national list.", examples=["19753"])
    valid_from: FirstDay = None
    valid_to: EndDay = None
    name: Line = Field(max_length=300, description="Name (tên).")
    name_en: Line | None = Field(None, max_length=300, description="Name in English.")
    level: PlaceLevel = Field(description="Level (cấp).")
    parent: PlaceCode | None = Field(None, description="Code of the parent unit.")
    successors: list[PlaceSuccessorEntry] = Field([], max_length=MAX_SUCCESSORS, description="Successors of the unit.")


class SpokespersonEntry(Content):
    """A spokesperson of an agency (người phát ngôn), with the contact details that are public by law."""

    code: Code = Field(description="Code of the spokesperson.")
    agency: Code = Field(description="Code of the agency.")
    name: Line = Field(max_length=300, description="Full name (họ tên).")
    title: Line = Field(max_length=300, description="Position (chức vụ).")
    phone: Line | None = Field(None, max_length=100, description="Public telephone number.")
    email: Line | None = Field(None, max_length=200, description="Public e-mail address.")
    valid_from: FirstDay = None
    valid_to: EndDay = None


RegistryEntry = AgencyEntry | TopicEntry | PlaceEntry | SpokespersonEntry
ENTRY_MODELS: Mapping[RegistryList, type[RegistryEntry]] = {
    RegistryList.agencies: AgencyEntry,
    RegistryList.topics: TopicEntry,
    RegistryList.places: PlaceEntry,
    RegistryList.spokespersons: SpokespersonEntry,
}
SINGULAR: Mapping[RegistryList, str] = {
    RegistryList.agencies: "agency",
    RegistryList.topics: "topic",
    RegistryList.places: "place",
    RegistryList.spokespersons: "spokesperson",
}

EntryKey = tuple[RegistryList, str, date | None]
"""Key of an entry: its list and code and, of a place only, its first day: former and current units share codes."""


def entry_key(entry: RegistryEntry) -> EntryKey:
    """Return the key of an entry."""
    if isinstance(entry, PlaceEntry):
        return RegistryList.places, entry.code, entry.valid_from
    return list_of(entry), entry.code, None


def list_of(entry: RegistryEntry) -> RegistryList:
    """Return the list that an entry belongs to."""
    return next(name for name, model in ENTRY_MODELS.items() if isinstance(entry, model))


def key_text(key: EntryKey) -> str:
    """Write a key for people: `place 19753 (2025-07-01)`."""
    kind, code, day = key
    return f"{SINGULAR[kind]} {code}" + (f" ({day})" if day else "")


def public_entry(entry: RegistryEntry | None) -> dict[str, Any] | None:
    """Return the JSON of an entry; None for none."""
    return entry.model_dump(mode="json") if entry is not None else None
