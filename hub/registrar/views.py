"""Response models of the editing of the registry."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from hub.domain.types import View
from hub.log.subjects import RegistryEvent
from hub.registry.entries import RegistryEntry, RegistryList, list_of
from hub.registry.views import AgencyView, PlaceView, SpokespersonView, TopicView

EntryView = AgencyView | TopicView | PlaceView | SpokespersonView
ENTRY_VIEWS: Mapping[RegistryList, type[EntryView]] = {
    RegistryList.agencies: AgencyView,
    RegistryList.topics: TopicView,
    RegistryList.places: PlaceView,
    RegistryList.spokespersons: SpokespersonView,
}


def view_of(entry: RegistryEntry) -> EntryView:
    """Return an entry as the public lists show it."""
    return ENTRY_VIEWS[list_of(entry)].model_validate(entry.model_dump())


class EntryUse(View):
    """Things of one sort that use a code."""

    sort: str = Field(description="Sort: documents, keys, sources, webhooks, agencies, topics, places, …")
    count: int = Field(description="Number of them, counted up to 1,000.")
    examples: list[str] = Field(description="Ids or codes of some of them.")


class EntryChange(View):
    """A change that the request made, also of other entries than the requested one."""

    event: RegistryEvent = Field(description="Event of the publication log.")
    list: RegistryList = Field(description="List of the entry.")
    code: str = Field(description="Code of the entry.")


class ManagedEntry(View):
    """An entry of the registry for its editors (mục danh mục)."""

    list: RegistryList = Field(description="List of the entry.")
    code: str = Field(description="Code of the entry.")
    valid_from: date | None = Field(None, description="First day of the unit, part of the key of a place.")
    version: int = Field(description="Version for `If-Match`; 0 if the entry was removed.")
    entry: EntryView | None = Field(None, description="The entry; null if it was removed.")
    uses: Sequence[EntryUse] = Field(
        [], description="Uses of the code, when the entry is read; private ones of one's own agencies alone."
    )
    changes: Sequence[EntryChange] = Field([], description="Changes that a write has made.")


class MemberChange(View):
    """A member of an entry that a file changes."""

    name: str = Field(description="Member.", examples=["name_en"])
    before: Any = Field(None, description="Value before; null for none.")
    after: Any = Field(None, description="Value after; null for none.")


class RegistryLoadChange(View):
    """A change of one entry that a file makes."""

    event: RegistryEvent = Field(description="Event of the publication log.")
    list: RegistryList = Field(description="List of the entry.")
    code: str = Field(description="Code of the entry.")
    valid_from: date | None = Field(None, description="First day of the unit, part of the key of a place.")
    members: Sequence[MemberChange] = Field(description="Members that change; those that are not named stay.")


class RegistryFaultView(View):
    """A rule that a record of a file breaks."""

    entry: str = Field(description="Place in the file, and the entry.", examples=["line 2: agencies moi"])
    field: str = Field(description="Member.")
    detail: str = Field(description="Description of the fault.")
    expected: str = Field(description="Value that was expected.")


class RegistryLoad(View):
    """The difference between a file and the registry (khác biệt)."""

    applied: bool = Field(description="True if the changes were made.")
    changes: Sequence[RegistryLoadChange] = Field(description="Changes, in the order of the file.")
    faults: Sequence[RegistryFaultView] = Field(description="Faults, for which nothing can be changed.")
