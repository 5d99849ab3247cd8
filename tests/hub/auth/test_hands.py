"""Hands: one person never counts as two, whatever keys and persons that person has made.

The property compares with a model that is told the truth: which human made, saw and holds every key.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from hub.auth.hands import UNKNOWN, HandBook, KeyFacts, PersonFacts

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def can_approve(book: HandBook, author: str, approver: str) -> bool:
    writing, approving = book.hands_of([author]), book.hands_of([approver])
    return UNKNOWN not in writing | approving and writing.isdisjoint(approving)


@pytest.mark.parametrize("seed", range(300))
def test_no_person_writes_and_approves_alone(seed: int) -> None:
    """Humans get keys from the operator, and make persons and keys for others or, under false names, for themselves."""
    dice = Random(seed)  # noqa: S311
    keys: dict[str, KeyFacts] = {}
    persons: dict[UUID, PersonFacts] = {}
    held: dict[str, set[int]] = {}
    """The humans who have each principal in hand: whoever got the key, and whoever saw it being made."""
    humans = range(dice.randint(2, 4))
    for human in humans:
        key, person = f"k{human}", UUID(int=dice.getrandbits(128))
        persons[person] = PersonFacts(person, (f"human {human}",), None, AT)
        keys[key] = KeyFacts(key, None, None if dice.random() < 0.1 else person, None, AT, None)
        held[f"key:{key}"] = {human}
    for step in range(dice.randint(1, 8)):
        maker = dice.choice(sorted(held))
        human = dice.choice(sorted(held[maker]))
        if dice.random() < 0.5:
            person = UUID(int=dice.getrandbits(128))
            name = f"{dice.choice(['human', 'false'])} {dice.choice(humans)}"
            persons[person] = PersonFacts(person, (name,), maker, AT)
        person = dice.choice(sorted(persons))
        if dice.random() < 0.2:
            root = dice.choice(sorted(keys))
            first = keys[root].rotated_from or root
            keys[f"r{step}"] = KeyFacts(f"r{step}", first, keys[root].person_id, maker, AT, None)
            held[f"key:{first}"] |= {human, *held[maker]}
        else:
            keys[f"m{step}"] = KeyFacts(f"m{step}", None, person, maker, AT, None)
            held[f"key:m{step}"] = {human} | held[maker]
    book = HandBook(keys.values(), persons.values())
    for author, writers in held.items():
        for approver, approvers in held.items():
            if writers & approvers:
                assert not can_approve(book, author, approver), (author, approver)


def test_persons_of_two_administrators_are_two_and_of_one_are_not() -> None:
    ids = [UUID(int=number) for number in range(6)]
    names = ("an", "bình", "cường", "dung", "em", "em")
    makers = (None, None, "key:a", "key:b", "key:a", None)
    persons = [PersonFacts(id_, (name,), maker, AT) for id_, name, maker in zip(ids, names, makers, strict=True)]
    keys = [
        KeyFacts("a", None, ids[0], None, AT, None),
        KeyFacts("b", None, ids[1], None, AT, None),
        KeyFacts("c", None, ids[2], "key:a", AT, None),
        KeyFacts("d", None, ids[3], "key:b", AT, None),
        KeyFacts("e", None, ids[4], "key:a", AT, None),
        KeyFacts("v", None, ids[4], "key:a", AT, AT),
    ]
    book = HandBook(keys, persons)

    assert can_approve(book, "key:c", "key:d")
    assert not can_approve(book, "key:c", "key:e"), "both were made by An"
    assert not can_approve(book, "key:a", "key:c")
    assert not can_approve(book, "key:c", "key:a")
    assert can_approve(book, "key:c", "key:v"), "the operator has vouched for it"
    assert can_approve(book, "key:c", "staff:dung.hue")
    assert not can_approve(book, "key:v", "staff:em"), "a subject is a name, too"


def test_names_that_one_person_has_had_are_one_name() -> None:
    ids = [UUID(int=number) for number in range(3)]
    persons = [
        PersonFacts(ids[0], ("an", "sub-1"), None, AT),
        PersonFacts(ids[1], ("sub-1", "bình"), None, AT),
        PersonFacts(ids[2], ("bình",), None, AT),
    ]
    keys = [KeyFacts(str(number), None, person, None, AT, None) for number, person in enumerate(ids)]

    assert not can_approve(HandBook(keys, persons), "key:0", "key:2")


def test_what_was_done_with_a_key_before_it_was_vouched_for_stays_in_the_hands_of_its_maker() -> None:
    """An made a key for Bình, wrote with it and made another key with it, before Bình took it over."""
    ids = [UUID(int=number) for number in range(3)]
    names, makers = ("an", "bình", "cường"), (None, "key:a", "key:a")
    persons = [PersonFacts(id_, (name,), maker, AT) for id_, name, maker in zip(ids, names, makers, strict=True)]
    before, vouched, after = (AT + timedelta(hours=hours) for hours in (1, 2, 3))
    keys = [
        KeyFacts("a", None, ids[0], None, AT, None),
        KeyFacts("b", None, ids[1], "key:a", AT, vouched),
        KeyFacts("early", None, ids[2], "key:b", before, None),
        KeyFacts("late", None, ids[1], "key:b", after, None),
    ]
    book = HandBook(keys, persons)

    assert can_approve(book, "key:a", "key:b")
    assert not can_approve(book, "key:a", "key:late"), "An made its person"
    assert not can_approve(book, "key:a", "key:early")
    assert "an" in book.hands_of(["key:b"], before)
    assert "an" not in book.hands_of(["key:b"], after)
