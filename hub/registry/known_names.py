"""Names of the registry by their words: what a content says becomes codes, and what the registry does not know stays.

A decision of an editor (`NameMapping`) goes before a name of the registry, which has to fit on the document's own day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import Database
from hub.domain.fingerprints import issue_date
from hub.domain.kinds import KINDS
from hub.domain.types import DerivedMember, UnmappedField
from hub.legal.agency_names import name_key
from hub.legal.issuers import canonical_agency
from hub.legal.types import canonical_type
from hub.registry.models import UNKNOWN_FIRST_DAY, Agency, NameMapping, Place, Topic
from hub.text import one_line

MAX_UNMAPPED = 100


@dataclass(frozen=True)
class _Entry:
    code: str
    valid_from: date | None
    valid_to: date | None

    def is_valid(self, on: date | None) -> bool:
        return on is None or (
            (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)
        )


class RegistryNames:
    """The registry by name and day, with the decisions of editors on names that it does not have."""

    def __init__(
        self,
        agencies: Sequence[Agency],
        topics: Sequence[Topic] = (),
        places: Sequence[Place] = (),
        decided: Sequence[NameMapping] = (),
    ):
        self.codes = frozenset(row.code for row in agencies)
        self._codes = {
            UnmappedField.issuers: self.codes,
            UnmappedField.topics: frozenset(row.code for row in topics),
            UnmappedField.places: frozenset(row.code for row in places),
        }
        self._names: dict[UnmappedField, dict[str, list[_Entry]]] = {field: {} for field in UnmappedField}
        for row in agencies:
            self._add(UnmappedField.issuers, row.name, _Entry(row.code, row.valid_from, row.valid_to))
        for topic in topics:
            for name in (topic.name, *(former["name"] for former in topic.former_names)):
                self._add(UnmappedField.topics, name, _Entry(topic.code, None, None))
        for place in places:
            first = None if place.valid_from == UNKNOWN_FIRST_DAY else place.valid_from
            self._add(UnmappedField.places, place.name, _Entry(place.code, first, place.valid_to))
        self._decided = {(UnmappedField(row.field), row.key): row.target for row in decided}

    def _add(self, field: UnmappedField, name: str, entry: _Entry) -> None:
        self._names[field].setdefault(name_key(name), []).append(entry)

    @classmethod
    async def load(cls, database: Database) -> "RegistryNames":
        """Load the present registry."""
        async with database.write() as session:
            return await cls.read(session)

    @classmethod
    async def read(cls, session: AsyncSession) -> "RegistryNames":
        """Read the registry as this transaction sees it."""
        return cls(
            (await session.execute(select(Agency))).scalars().all(),
            (await session.execute(select(Topic))).scalars().all(),
            (await session.execute(select(Place))).scalars().all(),
            (await session.execute(select(NameMapping))).scalars().all(),
        )

    def code(self, name: str, on: date) -> str | None:
        """The code of the one agency that had the name on that day; None for none or several."""
        return self._by_name(UnmappedField.issuers, name, on)

    def find(self, field: UnmappedField, text: str, on: date | None) -> str | None:
        """The code that words mean, or the type: by an editor's decision, else by name; None if nobody knows."""
        decided = self._decided.get((field, name_key(text)))
        if decided is not None:
            return decided
        if field is UnmappedField.type:
            return canonical_type(text)
        return text if text in self._codes[field] else self._by_name(field, text, on)

    def _by_name(self, field: UnmappedField, name: str, on: date | None) -> str | None:
        codes = {entry.code for entry in self._names[field].get(name_key(name), ()) if entry.is_valid(on)}
        return next(iter(codes)) if len(codes) == 1 else None

    def map_content(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stored content with codes for all words that are known; the others are in its `unmapped`."""
        mapped, on = dict(content), issue_date(content)
        words: list[dict[str, str]] = []
        given = [(UnmappedField(each["field"]), each["text"]) for each in content.get("unmapped") or ()]
        for field in (UnmappedField.topics, UnmappedField.places):
            mapped[field], unknown = self._map_codes(kind, field, content, given, on)
            words += unknown
        if kind == "policy":
            words += self._map_issuers(mapped, [text for field, text in given if field is UnmappedField.issuers], on)
            words += self._map_type(mapped)
        mapped.pop("unmapped", None)
        return mapped | ({"unmapped": _distinct(words)} if words else {})

    def _map_codes(
        self,
        kind: str,
        field: UnmappedField,
        content: Mapping[str, Any],
        given: Sequence[tuple[UnmappedField, str]],
        on: date | None,
    ) -> tuple[list[str], list[dict[str, str]]]:
        codes: list[str] = []
        unknown: list[dict[str, str]] = []
        limit = KINDS[kind].content.model_fields[field].metadata[0].max_length
        for text in (*content[field], *(text for own, text in given if own is field)):
            code = self.find(field, text, on)
            if code is None or (code not in codes and len(codes) >= limit):
                unknown.append({"field": field.value, "text": text})
            elif code not in codes:
                codes.append(code)
        return codes, unknown

    def _map_issuers(self, mapped: dict[str, Any], given: Sequence[str], on: date | None) -> list[dict[str, str]]:
        field = UnmappedField.issuers
        issuers, unknown = [], []
        for issuer in mapped["issuers"]:
            name, code = issuer["name"], issuer.get("code")
            if code not in self.codes:
                # An issuer outside of the province has a name and no code: the central agencies are known.
                code = (
                    self.find(field, name, on) if on is not None or (field, name_key(name)) in self._decided else None
                )
                if code is None and canonical_agency(name) is None:
                    unknown.append({"field": field.value, "text": name[:500]})
            issuers.append(issuer | {"code": code})
        mapped["issuers"] = issuers
        names = {each["name"] for each in issuers}
        return unknown + [{"field": field.value, "text": text} for text in given if text not in names]

    def _map_type(self, mapped: dict[str, Any]) -> list[dict[str, str]]:
        text = mapped["type"]
        if canonical_type(text) is not None or DerivedMember.type in (mapped.get("derived") or ()):
            return []
        found = self.find(UnmappedField.type, text, None)
        if found is None:
            return [{"field": UnmappedField.type.value, "text": one_line(text)}]
        mapped["type"] = found
        return []


def _distinct(words: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return list({(each["field"], each["text"]): each for each in words}.values())[:MAX_UNMAPPED]
