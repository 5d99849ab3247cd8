"""Hands: one person never counts as two, whatever keys and persons that person has made.

The property compares with a model that is told the truth: which human made, saw and holds every key.
"""

from random import Random
from uuid import UUID

import pytest

from hub.auth.hands import UNKNOWN, HandBook, KeyFacts, PersonFacts


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
        persons[person] = PersonFacts(person, (f"human {human}",), None)
        keys[key] = KeyFacts(key, None, None if dice.random() < 0.1 else person, None, is_vouched=False)
        held[f"key:{key}"] = {human}
    for step in range(dice.randint(1, 8)):
        maker = dice.choice(sorted(held))
        human = dice.choice(sorted(held[maker]))
        if dice.random() < 0.5:
            person = UUID(int=dice.getrandbits(128))
            persons[person] = PersonFacts(person, (f"{dice.choice(['human', 'false'])} {dice.choice(humans)}",), maker)
        person = dice.choice(sorted(persons))
        if dice.random() < 0.2:
            root = dice.choice(sorted(keys))
            first = keys[root].rotated_from or root
            keys[f"r{step}"] = KeyFacts(f"r{step}", first, keys[root].person_id, maker, is_vouched=False)
            held[f"key:{first}"] |= {human, *held[maker]}
        else:
            keys[f"m{step}"] = KeyFacts(f"m{step}", None, person, maker, is_vouched=False)
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
    persons = [PersonFacts(id_, (name,), maker) for id_, name, maker in zip(ids, names, makers, strict=True)]
    keys = [
        KeyFacts("a", None, ids[0], None, is_vouched=False),
        KeyFacts("b", None, ids[1], None, is_vouched=False),
        KeyFacts("c", None, ids[2], "key:a", is_vouched=False),
        KeyFacts("d", None, ids[3], "key:b", is_vouched=False),
        KeyFacts("e", None, ids[4], "key:a", is_vouched=False),
        KeyFacts("v", None, ids[4], "key:a", is_vouched=True),
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
        PersonFacts(ids[0], ("an", "sub-1"), None),
        PersonFacts(ids[1], ("sub-1", "bình"), None),
        PersonFacts(ids[2], ("bình",), None),
    ]
    keys = [KeyFacts(str(number), None, person, None, is_vouched=False) for number, person in enumerate(ids)]

    assert not can_approve(HandBook(keys, persons), "key:0", "key:2")
