"""Changes that each verb makes. Pure: from the registry and the body of a request to a list of changes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hub.errors import InvalidInput, TransitionConflict
from hub.log.subjects import RegistryEvent
from hub.problem_texts.templates import fill
from hub.registrar.params import Close, Merge, Rename, Succession
from hub.registry.consistency import RegistryState
from hub.registry.difference import RegistryChange, classify, keep_former_name, validate_entry
from hub.registry.entries import (
    AgencyEntry,
    PlaceEntry,
    RegistryEntry,
    RegistryList,
    SpokespersonEntry,
    TopicEntry,
    entry_key,
    key_text,
    list_of,
)


def put_entry(before: RegistryEntry | None, kind: RegistryList, members: Mapping[str, Any]) -> list[RegistryChange]:
    """Create an entry, or replace all its members."""
    after = validate_entry(kind, members)
    return [RegistryChange(classify(before, after), entry_key(after), before, after)]


def patch_entry(before: RegistryEntry, members: Mapping[str, Any]) -> list[RegistryChange]:
    """Change members of an entry; the others stay."""
    after = validate_entry(list_of(before), before.model_dump(mode="json") | dict(members))
    if entry_key(after) != entry_key(before):
        raise InvalidInput("A code and the first day of a unit never change.", field="code", expected="a new entry")
    return [_change(classify(before, after), before, after, None)]


def rename(state: RegistryState, before: RegistryEntry, body: Rename, today: date) -> list[RegistryChange]:
    """Give an entry a new name from a day on."""
    names = {"name": body.name} | ({"name_en": body.name_en} if "name_en" in type(before).model_fields else {})
    if isinstance(before, PlaceEntry):
        return _rename_place(before, body, names)
    if isinstance(before, AgencyEntry) and body.code is not None:
        return _rename_agency(state, before, body, names)
    if body.code is not None:
        raise InvalidInput("Only a renamed agency may get another code.", field="code", expected="no `code`")
    if body.valid_from > today:
        raise InvalidInput(
            fill(
                "{valid_from} is still to come; under the same code a name changes at once.", valid_from=body.valid_from
            ),
            field="valid_from",
            expected="a day up to today, or a new `code` for an agency",
        )
    if isinstance(before, TopicEntry):
        names["name_en"] = body.name_en or before.name_en
    after = _with(before, names)
    return [_change(RegistryEvent.renamed, before, keep_former_name(before, after, body.valid_from), body.note)]


def _rename_place(before: PlaceEntry, body: Rename, names: Mapping[str, Any]) -> list[RegistryChange]:
    if body.code is not None and body.code != before.code:
        raise InvalidInput("A renamed place keeps its code.", field="code", expected="no `code`")
    _require_open(before)
    start: dict[str, Any] = {"valid_from": body.valid_from, "valid_to": None, "successors": []}
    new = _with(before, {**names, **start})
    successor = {"code": before.code, "valid_from": body.valid_from, "whole": True}
    ended = _with(before, {"valid_to": body.valid_from, "successors": [successor]})
    return [
        _change(RegistryEvent.renamed, before, ended, body.note),
        RegistryChange(RegistryEvent.created, entry_key(new), None, new, body.note),
    ]


def _rename_agency(
    state: RegistryState, before: AgencyEntry, body: Rename, names: Mapping[str, Any]
) -> list[RegistryChange]:
    _require_open(before)
    start: dict[str, Any] = {
        "code": body.code,
        "valid_from": body.valid_from,
        "valid_to": None,
        "successors": [],
        "former_names": [],
    }
    new = _with(before, {**names, **start})
    if entry_key(new) in state:
        raise TransitionConflict(
            fill("There is an agency `{code}`.", code=body.code), field="code", expected="a code that is not used"
        )
    ended = _with(before, {"valid_to": body.valid_from, "successors": [*before.successors, body.code]})
    return [
        RegistryChange(RegistryEvent.created, entry_key(new), None, new, body.note),
        _change(RegistryEvent.renamed, before, ended, body.note),
        *_move_below(state, before, new.code, body.valid_from, body.note),
    ]


def merge(state: RegistryState, before: RegistryEntry, body: Merge) -> list[RegistryChange]:
    """Merge an entry into another: it ends, is succeeded by the other, and what is below it goes there."""
    _require_open(before)
    if body.into == before.code:
        raise InvalidInput("An entry cannot be merged into itself.", field="into", expected="another code")
    ended: dict[str, Any] = {"valid_to": body.valid_from}
    moved: Iterator[RegistryChange] = iter(())
    if isinstance(before, AgencyEntry):
        ended["successors"] = [body.into]
        moved = _move_below(state, before, body.into, body.valid_from, body.note)
    elif isinstance(before, TopicEntry):
        ended["parent"] = body.into
    elif isinstance(before, PlaceEntry):
        unit = find_unit(state, body.into, body.valid_from)
        ended["successors"] = [{"code": body.into, "valid_from": unit.valid_from, "whole": True}]
    else:
        raise InvalidInput("A spokesperson cannot be merged.", field="list", expected="agencies, topics or places")
    return [_change(RegistryEvent.merged, before, _with(before, ended), body.note), *moved]


def close(before: RegistryEntry, body: Close) -> list[RegistryChange]:
    """End an entry on a day."""
    _require_open(before)
    return [_change(RegistryEvent.closed, before, _with(before, {"valid_to": body.valid_to}), body.note)]


def set_successors(state: RegistryState, before: RegistryEntry, body: Succession) -> list[RegistryChange]:
    """Replace the successors of an agency or place."""
    successors: list[Any]
    if isinstance(before, AgencyEntry):
        successors = [one.code for one in body.successors]
    elif isinstance(before, PlaceEntry):
        day = before.valid_to or date.max
        successors = [
            one.model_dump() if one.valid_from else one.model_dump() | _first_day(state, one.code, day)
            for one in body.successors
        ]
    else:
        raise InvalidInput("Only agencies and places have successors.", field="list", expected="agencies or places")
    after = _with(before, {"successors": successors})
    return [_change(RegistryEvent.succeeded, before, after, body.note)]


def remove(before: RegistryEntry) -> list[RegistryChange]:
    """Remove an entry that nothing uses."""
    return [RegistryChange(RegistryEvent.removed, entry_key(before), before, None)]


def find_unit(state: RegistryState, code: str, day: date) -> PlaceEntry:
    """Return the unit that has a code on a day, or the latest one. Raises `InvalidInput` if no unit has the code."""
    units = [entry for entry in state.values() if isinstance(entry, PlaceEntry) and entry.code == code]
    if not units:
        raise InvalidInput(fill("There is no place `{code}`.", code=code), field="into", expected="a code of `places`")
    valid = [unit for unit in units if (unit.valid_from or date.min) <= day]
    return max(valid or units, key=lambda unit: unit.valid_from or date.min)


def _first_day(state: RegistryState, code: str, day: date) -> dict[str, Any]:
    return {"valid_from": find_unit(state, code, day).valid_from}


def _move_below(
    state: RegistryState, before: AgencyEntry, into: str, day: date, note: str | None
) -> Iterator[RegistryChange]:
    """Put the agencies and spokespersons of an ended agency under the one that takes it over."""
    for entry in state.values():
        if entry.valid_to is not None and entry.valid_to <= day:
            continue
        if isinstance(entry, AgencyEntry) and entry.parent == before.code and entry.code != into:
            yield _change(RegistryEvent.updated, entry, _with(entry, {"parent": into}), note)
        elif isinstance(entry, AgencyEntry) and entry.code == into and entry.parent == before.code:
            yield _change(RegistryEvent.updated, entry, _with(entry, {"parent": before.parent}), note)
        elif isinstance(entry, SpokespersonEntry) and entry.agency == before.code:
            yield _change(RegistryEvent.updated, entry, _with(entry, {"agency": into}), note)


def _with(before: RegistryEntry, members: Mapping[str, Any]) -> Any:
    return validate_entry(list_of(before), before.model_dump() | dict(members))


def _change(event: RegistryEvent, before: RegistryEntry, after: RegistryEntry, note: str | None) -> RegistryChange:
    return RegistryChange(event, entry_key(before), before, after, note)


def _require_open(entry: RegistryEntry) -> None:
    if entry.valid_to is not None:
        raise TransitionConflict(
            fill("{entry} ended on {valid_to}.", entry=key_text(entry_key(entry)), valid_to=entry.valid_to),
            expected="an entry that is still valid",
        )
