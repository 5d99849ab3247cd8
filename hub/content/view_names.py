"""Registry names for views, looked up for a whole batch of editions at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from hub.domain.kinds import ViewNames
from hub.domain.kinds.statement import SpokespersonRef
from hub.errors import UnknownReference
from hub.problem_texts.templates import fill
from hub.registry.models import Agency, Place, Spokesperson, Topic
from hub.registry.names import name_in

M = TypeVar("M", bound=SQLModel)


@dataclass
class CodeSet:
    """Registry codes that contents refer to."""

    agencies: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    spokespersons: set[str] = field(default_factory=set)

    def add(self, owner: str, content: Mapping[str, Any]) -> None:
        self.agencies.add(owner)
        self.agencies.update(issuer["code"] for issuer in content.get("issuers", ()) if issuer.get("code"))
        if drafting := content.get("drafting_agency"):
            self.agencies.add(drafting)
        if spokesperson := content.get("spokesperson"):
            self.spokespersons.add(spokesperson)
        self.topics.update(content.get("topics", ()))
        self.places.update(content.get("places", ()))


class NameLookup:
    """Registry rows for the codes of a batch; `names` returns the names for one item."""

    def __init__(self, agencies: list[Agency], topics: list[Topic], places: list[Place], people: list[Spokesperson]):
        self.agencies = {row.code: row for row in agencies}
        self.topics = {row.code: row for row in topics}
        self.places: dict[str, list[Place]] = {}
        for place in sorted(places, key=lambda row: row.valid_from):
            self.places.setdefault(place.code, []).append(place)
        self.people = {row.code: row for row in people}

    @classmethod
    async def load(cls, session: AsyncSession, codes: CodeSet) -> "NameLookup":
        """Load the rows, in one statement for each part of the registry that the codes refer to."""

        async def rows(model: type[M], code: str, wanted: Collection[str]) -> list[M]:
            if not wanted:
                return []
            return list((await session.execute(select(model).where(col(code).in_(list(wanted))))).scalars())

        return cls(
            await rows(Agency, Agency.code, codes.agencies),
            await rows(Topic, Topic.code, codes.topics),
            await rows(Place, Place.code, codes.places),
            await rows(Spokesperson, Spokesperson.code, codes.spokespersons),
        )

    def require(self, codes: CodeSet) -> None:
        """Raise `UnknownReference` for the first code that is not in the registry."""
        for name, wanted, known in (
            ("agency", codes.agencies, self.agencies),
            ("topics", codes.topics, self.topics),
            ("places", codes.places, self.places),
            ("spokesperson", codes.spokespersons, self.people),
        ):
            if missing := sorted(wanted - known.keys()):
                raise UnknownReference(
                    fill("The registry has no {name} with the code `{code}`.", name=name, code=missing[0]),
                    field=name,
                    expected="a code of the registry",
                )

    def names(self, lang: str, *, on: date, first_day: date, today: date) -> ViewNames:
        """Return the names in a language; names of places are those on the item's own day `on`."""
        return ViewNames(
            agencies={code: name_in(lang, row.name, row.name_en) for code, row in self.agencies.items()},
            topics={code: name_in(lang, row.name, row.name_en) for code, row in self.topics.items()},
            places={
                code: name_in(lang, unit.name, unit.name_en)
                for code, rows in self.places.items()
                for unit in [_valid_on(rows, on)]
            },
            spokespersons={
                code: SpokespersonRef(code=code, name=row.name, title=row.title, phone=row.phone, email=row.email)
                for code, row in self.people.items()
            },
            first_day=first_day,
            today=today,
        )


def _valid_on(rows: list[Place], day: date) -> Place:
    """Return the unit that had the code on a day; before the first unit, the first one."""
    return next((row for row in reversed(rows) if row.valid_from <= day), rows[0])
