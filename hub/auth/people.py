"""Persons of agencies (người của cơ quan): finding, naming and ending them.

A person is known by names and subjects of staff tokens. All that it ever had are kept, so that a new name makes nobody
a second person.
"""

from collections.abc import Iterable
from datetime import datetime
from unicodedata import normalize
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.models import ApiKey, Person
from hub.db import table
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.text import one_line

PERSON, KEY = table(Person), table(ApiKey)

MAX_PERSON_LENGTH = 200
"""Letters of the name of a person."""


def fold_person(person: str) -> str:
    """A person's name in the form in which names are compared: the same in any case, spacing and Unicode form."""
    return " ".join(normalize("NFKC", person).casefold().split())


def parse_person_name(person: str) -> str:
    """The name in one line. Raises `InvalidInput`."""
    name = one_line(person)
    if not name or len(name) > MAX_PERSON_LENGTH:
        raise InvalidInput(
            "The person has no readable name.",
            field="person",
            expected=fill(
                "a name or the subject of the person's staff token, of at most {max_person_length} characters",
                max_person_length=MAX_PERSON_LENGTH,
            ),
        )
    return name


async def find_or_create_person(session: AsyncSession, agency: str, name: str) -> UUID:
    """The active person of an agency with this name or subject; one that the operator creates if there is none."""
    known = PERSON.c.agency == agency, PERSON.c.ended_at.is_(None), PERSON.c.known_as.contains([fold_person(name)])
    query = select(PERSON.c.id).where(*known).order_by(PERSON.c.created_at).limit(1)
    found: UUID | None = await session.scalar(query)
    return found or (await add_person(session, agency=agency, name=name, created_by=None)).id


async def add_person(
    session: AsyncSession,
    *,
    agency: str,
    name: str,
    created_by: str | None,
    subject: str | None = None,
    email: str | None = None,
) -> Person:
    """Create a person of an agency."""
    person = Person(
        id=uuid4(),
        agency=agency,
        name=name,
        subject=subject,
        email=email,
        known_as=known_names([], name, subject),
        created_by=created_by,
    )
    session.add(person)
    await session.flush()
    return person


def known_names(earlier: Iterable[str], *names: str | None) -> list[str]:
    """All folded names that a person has had, with new ones at the end."""
    return list(dict.fromkeys([*earlier, *(fold_person(name) for name in names if name is not None)]))


async def end_keys_of(session: AsyncSession, person: UUID, at: datetime) -> list[str]:
    """End all keys of a person that have not ended; returns their ids."""
    ended = update(KEY).where(KEY.c.person_id == person, KEY.c.revoked_at.is_(None)).values(revoked_at=at)
    return list((await session.execute(ended.returning(KEY.c.id))).scalars())
