"""Damage that comparisons of editions meet: that of one edition, until it is whole."""

from typing import Any
from uuid import UUID

import pytest

from hub.content import damage
from hub.content.damage import DamageMemory
from hub.content.history import EditionPair
from hub.errors import ViewBroken

DOCUMENT = UUID("01900000-0000-7000-8000-000000000031")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> DamageMemory:
    made = DamageMemory()
    monkeypatch.setattr(damage, "_memory", made)
    return made


def edition(number: int, **of_first_article: Any) -> dict[str, Any]:
    first = {"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": "Phạm vi"} | of_first_article
    return {"title": f"Kế hoạch lần {number}", "nodes": [first, {"ref": "dieu-2", "type": "article", "text": "Lũ"}]}


def compare(editions: dict[int, dict[str, Any]], before: int, after: int) -> bool:
    """Compare two editions; false if that fails."""
    pair = EditionPair("policy", DOCUMENT, "vi", (before, editions[before]), (after, editions[after]))
    try:
        pair.compare()
    except ViewBroken:
        return False
    return True


def compare_all(editions: dict[int, dict[str, Any]]) -> list[tuple[int, int]]:
    """Compare every pair; return those that fail."""
    pairs = [(before, after) for before in editions for after in editions if before < after]
    return [pair for pair in pairs if not compare(editions, *pair)]


def test_one_damaged_edition_is_one_alarm_however_many_it_is_compared_with(memory: DamageMemory) -> None:
    editions = {number: edition(number) for number in range(1, 9)} | {3: edition(3, text=["Phạm vi"])}

    failed = compare_all(editions)

    assert failed == [(1, 3), (2, 3), (3, 4), (3, 5), (3, 6), (3, 7), (3, 8)]
    assert list(memory.damaged) == [(str(DOCUMENT), "diff vi 3")]
    editions[3] = edition(3)
    assert compare(editions, 5, 6)
    assert list(memory.damaged) == [(str(DOCUMENT), "diff vi 3")], "others are whole"
    assert compare(editions, 3, 7)
    assert list(memory.damaged) == []


def test_however_many_are_damaged_there_is_one_alarm_for_each_edition(memory: DamageMemory) -> None:
    editions = {number: edition(number, type=f"loại {number}") for number in range(1, 13)}

    assert len(compare_all(editions)) == 66
    assert sorted(memory.damaged) == sorted((str(DOCUMENT), f"diff vi {number}") for number in editions)


def test_a_comparison_that_does_not_meet_the_damage_ends_no_alarm_of_it(memory: DamageMemory) -> None:
    editions = {1: edition(1), 2: edition(2, type="mục cũ"), 3: edition(3, type="mục cũ")}

    assert not compare(editions, 1, 2)
    assert compare(editions, 2, 3), "the article is the same in both"
    assert list(memory.damaged) == [(str(DOCUMENT), "diff vi 2")]


def test_damage_that_only_both_together_show_is_an_alarm_of_both_until_they_can_be_compared(
    memory: DamageMemory,
) -> None:
    editions = {4: edition(4, parent=["chuong-1"]), 5: edition(5)}

    assert not compare(editions, 4, 5)
    assert sorted(memory.damaged) == [(str(DOCUMENT), "diff vi 4"), (str(DOCUMENT), "diff vi 5")]
    editions[4] = edition(4)
    assert compare(editions, 4, 5)
    assert list(memory.damaged) == []
