"""The difference between the registry and records, and the rules between entries."""

from datetime import date
from typing import Any

import pytest

from hub.registry.bundle import bundle_records
from hub.registry.consistency import RegistryState
from hub.registry.difference import RegistryRecord, apply_changes, compare
from hub.registry.entries import RegistryList

DAY = date(2026, 11, 29)


def record(kind: str, **members: Any) -> RegistryRecord:
    return RegistryRecord(RegistryList(kind), members)


@pytest.fixture(scope="module")
def hue() -> RegistryState:
    found = compare({}, bundle_records("hue"), DAY)
    assert found.faults == []
    return apply_changes({}, found.changes)


def told(state: RegistryState, *records: RegistryRecord) -> list[str]:
    found = compare(state, records, DAY)
    assert found.faults == []
    return [f"{change.event}: {change}" for change in found.changes]


def refused(state: RegistryState, *records: RegistryRecord) -> list[tuple[str, str]]:
    return [(fault.field, fault.detail) for fault in compare(state, records, DAY).faults]


def test_the_bundle_loaded_again_changes_nothing(hue: RegistryState) -> None:
    assert compare(hue, bundle_records("hue"), DAY).changes == []


def test_members_and_entries_that_are_not_named_stay(hue: RegistryState) -> None:
    [change] = compare(hue, [record("agencies", code="ubnd-hue", name_en="Huế People's Committee")], DAY).changes

    assert list(change.members) == ["name_en"]
    assert len(apply_changes(hue, [change])) == len(hue)


def test_a_renamed_agency_keeps_its_code_and_remembers_its_former_name(hue: RegistryState) -> None:
    [change] = compare(
        hue, [record("agencies", code="ubnd-hue", name="Ủy ban nhân dân thành phố Huế mới")], DAY
    ).changes

    assert change.event == "renamed"
    assert change.members["former_names"][1] == [{"name": "Ủy ban nhân dân thành phố Huế", "valid_to": "2026-11-29"}]


def test_new_entries_may_refer_to_each_other_in_any_order(hue: RegistryState) -> None:
    below = record("topics", code="cap-nuoc", name="Cấp nước", name_en="Water supply", parent="nuoc")

    assert told(hue, below, record("topics", code="nuoc", name="Nước", name_en="Water")) == [
        "created: + topic cap-nuoc  Cấp nước",
        "created: + topic nuoc  Nước",
    ]
    assert refused(hue, below) == [("parent", "The registry has no `nuoc` in `topics`.")]


@pytest.mark.parametrize(
    ("kind", "members", "field"),
    [
        ("agencies", {"code": "ubnd-hue", "parent": "so-y-te-hue"}, "parent"),
        ("agencies", {"code": "ubnd-hue", "successors": ["ubnd-hue"]}, "successors"),
        ("agencies", {"code": "ubnd-hue", "successors": ["khong-co"]}, "successors"),
        ("agencies", {"code": "ubnd-hue", "place": "99999"}, "place"),
        ("agencies", {"code": "ubnd-hue", "valid_to": "2024-01-01"}, "valid_to"),
        ("agencies", {"code": "ubnd-hue", "level": "village"}, "level"),
        ("agencies", {"code": "moi", "name": "Mới"}, "level"),
        ("agencies", {"code": "ubnd-hue", "chief": "A"}, "chief"),
        ("places", {"code": "19753", "valid_from": "2026-01-01", "name": "Phường X", "level": "ward"}, "valid_from"),
        (
            "places",
            {"code": "19753", "valid_from": "2025-07-01", "successors": [{"code": "46", "valid_from": "2030-01-01"}]},
            "successors",
        ),
        ("spokespersons", {"code": "a", "agency": "khong-co", "name": "A", "title": "B"}, "agency"),
        ("topics", {"code": "khong-co", "remove": True}, "code"),
    ],
)
def test_what_would_break_a_rule_is_refused_with_its_field(
    hue: RegistryState, kind: str, members: dict[str, Any], field: str
) -> None:
    if members.get("parent") == "so-y-te-hue":
        below = next(entry.code for entry in hue.values() if getattr(entry, "parent", None) == "ubnd-hue")
        members = members | {"parent": below}

    assert field in [found for found, _ in refused(hue, record(kind, **members))]


def test_an_entry_named_twice_is_refused(hue: RegistryState) -> None:
    twice = record("topics", code="nuoc", name="Nước", name_en="Water")

    assert refused(hue, twice, twice) == [("code", "This entry is there twice.")]


def test_removing_what_others_stand_under_is_refused(hue: RegistryState) -> None:
    assert ("parent", "The registry has no `ubnd-hue` in `agencies`.") in refused(
        hue, record("agencies", code="ubnd-hue", remove=True)
    )
