"""Hands: the persons through whose hands a principal has passed, who could all have acted with it.

A key is in the hands of its person and of whoever saw it: the principal that created it over the API, the one that
created its person, and so on up to the operator. Two principals are two persons only where no hand is in both.
The operator, and keys that the operator has vouched for, end the chain; but what was done with a key before it was
vouched for, the keys made with it among them, stays in the hands of whoever had it then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.people import KEY, PERSON, fold_person

UNKNOWN = "?"
"""The hand of a key that belongs to no named person: it may be anybody's."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The facts about a key that hands follow from."""

    id: str
    rotated_from: str | None
    person_id: UUID | None
    created_by: str | None
    created_at: datetime
    vouched_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The facts about a person that hands follow from."""

    id: UUID
    known_as: tuple[str, ...]
    created_by: str | None
    created_at: datetime
    subject: str | None = None


class HandBook:
    """The hands of every principal, computed from all keys and persons. Pure, apart from `load`."""

    def __init__(self, keys: Iterable[KeyFacts], persons: Iterable[PersonFacts]):
        self._keys: defaultdict[str, list[KeyFacts]] = defaultdict(list)
        for key in keys:
            self._keys[key.rotated_from or key.id].append(key)
        self._persons = {person.id: person for person in persons}
        self._same = _same_names(self._persons)

    @classmethod
    async def load(cls, session: AsyncSession | AsyncConnection) -> "HandBook":
        """Read all keys and persons: two statements over small tables."""
        columns = (
            *(KEY.c.id, KEY.c.rotated_from, KEY.c.person_id),
            *(KEY.c.created_by, KEY.c.created_at, KEY.c.vouched_at),
        )
        keys = await session.execute(select(*columns))
        facts = PERSON.c.id, PERSON.c.known_as, PERSON.c.created_by, PERSON.c.created_at, PERSON.c.subject
        persons = await session.execute(select(*facts))
        return cls(
            [KeyFacts(*row) for row in keys],
            [PersonFacts(person, tuple(names), *others) for person, names, *others in persons],
        )

    def hands_of(self, principals: Iterable[str], at: datetime | None = None) -> frozenset[str]:
        """The hands in which principals are now, or were at a time: names of persons, principals, and `UNKNOWN`."""
        found: set[str] = set()
        waiting = [(principal, at) for principal in principals]
        seen = set[tuple[str, datetime | None]]()
        while waiting:
            principal, moment = waiting.pop()
            if (principal, moment) in seen:
                continue
            seen.add((principal, moment))
            found.add(principal)
            kind, _, name = principal.partition(":")
            if kind == "staff":
                found |= self._names(fold_person(name))
            for key in self._keys.get(name, ()) if kind == "key" else ():
                person = self._persons.get(key.person_id) if key.person_id is not None else None
                found |= self._names(*person.known_as) if person is not None else {UNKNOWN}
                if key.vouched_at is None or (moment is not None and moment < key.vouched_at):
                    makers = [(made.created_by, made.created_at) for made in (key, person) if made is not None]
                    waiting += [(maker, made_at) for maker, made_at in makers if maker is not None]
        return frozenset(found)

    def principals_of_person(self, principal: str) -> frozenset[str]:
        """The principals of the person behind a principal: its keys, and the person's staff tokens."""
        kind, _, name = principal.partition(":")
        named = set[str]()
        for key in self._keys.get(name, ()) if kind == "key" else ():
            person = self._persons.get(key.person_id) if key.person_id is not None else None
            named |= self._names(*person.known_as) if person is not None else set()
        named |= self._names(fold_person(name)) if kind == "staff" else set()
        persons = {
            person.id for person in self._persons.values() if not named.isdisjoint(self._names(*person.known_as))
        }
        keys = {f"key:{root}" for root, chain in self._keys.items() if any(key.person_id in persons for key in chain)}
        subjects = {person.subject for person in self._persons.values() if person.id in persons and person.subject}
        return frozenset({principal} | keys | {f"staff:{subject}" for subject in subjects})

    def _names(self, *names: str) -> set[str]:
        return {self._same.get(name, name) for name in names}


def _same_names(persons: Mapping[UUID, PersonFacts]) -> dict[str, str]:
    """One name for all names that some person has had together: each leads to the first of its group."""
    leads: dict[str, str] = {}

    def first_of(name: str) -> str:
        while (lead := leads.setdefault(name, name)) != name:
            name = lead
        return name

    for person in persons.values():
        roots = sorted({first_of(name) for name in person.known_as})
        for root in roots[1:]:
            leads[root] = roots[0]
    return {name: first_of(name) for name in leads}
