"""Rules that hold between the entries of the registry. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hub.problem_texts.templates import FilledText, as_words, fill
from hub.registry.entries import (
    AgencyEntry,
    EntryKey,
    PlaceEntry,
    RegistryEntry,
    RegistryList,
    SpokespersonEntry,
    TopicEntry,
    key_text,
)

_Finding = tuple[str, FilledText, FilledText]
"""Field, detail and expected value."""

RegistryState = Mapping[EntryKey, RegistryEntry]
"""The whole registry by the keys of its entries."""


@dataclass(frozen=True, order=True)
class RegistryFault:
    """A rule that an entry breaks."""

    entry: str
    field: str
    detail: FilledText
    expected: FilledText

    def __str__(self) -> str:
        return f"{self.entry}: {self.field}: {self.detail} Expected: {self.expected}."


def new_faults(before: RegistryState, after: RegistryState) -> list[RegistryFault]:
    """Return the faults of a changed registry that it did not have before."""
    return sorted(set(find_faults(after)) - set(find_faults(before)))


def find_faults(state: RegistryState) -> Iterator[RegistryFault]:
    """Yield the rules that entries break: references that lead nowhere, circles, days in the wrong order."""
    units: dict[str, list[PlaceEntry]] = {}
    for entry in state.values():
        if isinstance(entry, PlaceEntry):
            units.setdefault(entry.code, []).append(entry)
    for key, entry in state.items():
        for field, detail, expected in _entry_faults(state, units, entry):
            yield RegistryFault(key_text(key), field, detail, expected)


def _entry_faults(
    state: RegistryState, units: Mapping[str, list[PlaceEntry]], entry: RegistryEntry
) -> Iterator[_Finding]:
    first, end = getattr(entry, "valid_from", None), entry.valid_to
    if first and end and end <= first:
        detail = fill("{end} is not after {first}.", end=end, first=first)
        yield "valid_to", detail, as_words("a later day than `valid_from`")
    if isinstance(entry, AgencyEntry):
        yield from _reference_faults(state, RegistryList.agencies, "parent", [entry.parent])
        yield from _reference_faults(state, RegistryList.agencies, "successors", entry.successors)
        if entry.code in entry.successors:
            yield "successors", _succeeds_itself(entry.code), as_words("another agency")
        if entry.place is not None and entry.place not in units:
            yield "place", _no_place(entry.place), as_words("a code of `places`")
        yield from _circle_faults(state, RegistryList.agencies, entry)
    elif isinstance(entry, TopicEntry):
        yield from _reference_faults(state, RegistryList.topics, "parent", [entry.parent])
        yield from _circle_faults(state, RegistryList.topics, entry)
    elif isinstance(entry, SpokespersonEntry):
        yield from _reference_faults(state, RegistryList.agencies, "agency", [entry.agency])
    else:
        yield from _place_faults(state, units, entry)


def _reference_faults(
    state: RegistryState, kind: RegistryList, field: str, codes: Iterable[str | None]
) -> Iterator[_Finding]:
    for code in codes:
        if code is not None and (kind, code, None) not in state:
            detail = fill("The registry has no `{code}` in `{kind}`.", code=code, kind=kind)
            yield field, detail, fill("a code of `{kind}`", kind=kind)


def _circle_faults(state: RegistryState, kind: RegistryList, entry: AgencyEntry | TopicEntry) -> Iterator[_Finding]:
    seen, above = {entry.code}, entry.parent
    while above is not None:
        if above in seen:
            yield "parent", _is_above_itself(entry.code), as_words("a parent that is not below it")
            return
        seen.add(above)
        found = state.get((kind, above, None))
        above = found.parent if isinstance(found, AgencyEntry | TopicEntry) else None


def _place_faults(state: RegistryState, units: Mapping[str, list[PlaceEntry]], entry: PlaceEntry) -> Iterator[_Finding]:
    if entry.parent is not None and entry.parent not in units:
        yield "parent", _no_place(entry.parent), as_words("a code of `places`")
    if entry.parent == entry.code:
        yield "parent", _is_above_itself(entry.code), as_words("another place")
    for other in units[entry.code]:
        if other is not entry and _overlaps(entry, other):
            detail = fill("Two units with the code `{code}` would be valid at once.", code=entry.code)
            yield "valid_from", detail, as_words("periods apart")
    for successor in entry.successors:
        if (RegistryList.places, successor.code, successor.valid_from) not in state:
            day = successor.valid_from or as_words("an unknown day")
            detail = fill("There is no place `{code}` from {day}.", code=successor.code, day=day)
            yield "successors", detail, as_words("a code of `places` and its first day")
        if (successor.code, successor.valid_from) == (entry.code, entry.valid_from):
            yield "successors", _succeeds_itself(entry.code), as_words("another unit")


def _no_place(code: str) -> FilledText:
    return fill("There is no place `{code}`.", code=code)


def _is_above_itself(code: str) -> FilledText:
    return fill("`{code}` would be above itself.", code=code)


def _succeeds_itself(code: str) -> FilledText:
    return fill("`{code}` would succeed itself.", code=code)


def _overlaps(one: PlaceEntry, other: PlaceEntry) -> bool:
    first, last = date.min, date.max
    return (one.valid_from or first) < (other.valid_to or last) and (other.valid_from or first) < (one.valid_to or last)
