"""Commands of an administrator on persons and keys, within one transaction.

An administrator acts for the agencies of their own key, and gives no more than they have: scopes, agencies and life of
every key that is created, widened or rotated lie within their own. Whoever creates a key has seen it, so it is also in
their hands where the four-eyes rule compares persons (`hub.auth.hands`). Every command is in the audit trail; what
gives or takes rights is logged as `key_changed` and raises the alarm `keys_changed` until the operator has seen it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.keys import create_key, lock_valid_key, revoke_key, rotate_key
from hub.auth.models import ApiKey, Person
from hub.auth.people import add_person, end_keys_of, known_names
from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.errors import Forbidden, InvalidInput, NotFound, TransitionConflict, UnknownReference
from hub.manage.audit_trail import append_entry
from hub.manage.models import ALARMING_VERBS
from hub.people.queries import read_key, read_person, require_admin
from hub.people.views import (
    KeyChange,
    KeyRotation,
    KeyView,
    KeyWithSecret,
    NewKey,
    NewPerson,
    PersonChange,
    PersonView,
)
from hub.problem_texts.templates import as_data, fill, list_names
from hub.registry.models import Agency
from hub.registry.queries import agency_with_descendants
from hub.times import format_rfc3339, now

log = structlog.get_logger()

AGENCY = table(Agency)
USUAL_LIFE = timedelta(days=365)
LONGEST_LIFE = timedelta(days=3_650)


class PeopleManager:
    """Commands of one administrator."""

    def __init__(self, session: AsyncSession, by: Principal):
        self.session = session
        self.by = by

    async def create_person(self, new: NewPerson) -> PersonView:
        """Create a person. Raises `Forbidden` or `UnknownReference`."""
        require_admin(self.by, new.agency)
        if await self.session.get(Agency, new.agency) is None:
            raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=new.agency), field="agency")
        made = await add_person(
            self.session,
            agency=new.agency,
            name=new.name,
            subject=new.subject,
            email=new.email,
            created_by=self.by.id,
        )
        await self._audit("person-create", made.agency, person=str(made.id), name=made.name, subject=made.subject)
        return await read_person(self.session, self.by, made.id)

    async def change_person(self, person_id: UUID, change: PersonChange) -> PersonView:
        """Change name, subject or address. Earlier names still count as the person's. Raises `NotFound`."""
        person = await self._lock_person(person_id)
        given = change.model_dump(exclude_unset=True)
        if "name" in given and given["name"] is None:
            raise InvalidInput("A person has a name.", field="name", expected="a name, or no member `name`")
        for name, value in given.items():
            setattr(person, name, value)
        person.known_as = known_names(person.known_as, given.get("name"), given.get("subject"))
        if given:
            await self._audit("person-change", person.agency, person=str(person.id), members=sorted(given))
        return await read_person(self.session, self.by, person.id)

    async def end_person(self, person_id: UUID) -> PersonView:
        """End a person with all keys, at once. Ending again is not an error. Raises `NotFound`."""
        person = await self._lock_person(person_id)
        if person.ended_at is None:
            person.ended_at = now()
            keys = await end_keys_of(self.session, person.id, person.ended_at)
            await self._audit("person-end", person.agency, person=str(person.id), keys=keys)
        return await read_person(self.session, self.by, person.id)

    async def create_key(self, new: NewKey) -> KeyWithSecret:
        """Create a key of a person. Raises `NotFound`, `Forbidden`, `InvalidInput` or `UnknownReference`."""
        person = await self._lock_person(new.person_id, field="person_id")
        if person.ended_at is not None:
            raise TransitionConflict("This person has ended.", field="person_id", expected="an active person")
        agency = new.agency or person.agency
        require_admin(self.by, agency)
        self._require_scopes(new.scopes)
        expires_at = self._require_life(new.expires_at)
        agencies = await self._require_agencies(agency, new.agencies)
        key_id, key = await create_key(
            self.session,
            agency=agency,
            scopes=[scope.value for scope in new.scopes],
            label=new.label,
            person=person.name,
            person_id=person.id,
            agencies=agencies,
            expires_at=expires_at,
            created_by=self.by.id,
        )
        made = await read_key(self.session, self.by, key_id)
        await self._audit("key-create", agency, **_facts(made))
        return KeyWithSecret(**dict(made), key=key)

    async def change_key(self, key_id: str, change: KeyChange) -> KeyView:
        """Limit a key, or widen it within one's own rights. Raises `NotFound`, `Forbidden` or `InvalidInput`."""
        key = await self._lock_key(key_id)
        given = change.model_dump(exclude_unset=True)
        is_wider = False
        if "label" in given:
            key.label = given["label"] or ""
        if (scopes := change.scopes) is not None:
            added = [scope for scope in scopes if scope.value not in key.scopes]
            self._require_scopes(added)
            is_wider |= bool(added)
            key.scopes = sorted({scope.value for scope in scopes})
        if "agencies" in given:
            is_wider |= await self._change_agencies(key, change.agencies)
        if "expires_at" in given:
            is_longer = key.expires_at is not None and (change.expires_at is None or change.expires_at > key.expires_at)
            if change.expires_at is None and self.by.expires_at is not None and is_longer:
                raise self._too_long()
            if change.expires_at is not None:
                key.expires_at = self._require_life(change.expires_at) if is_longer else change.expires_at
            elif is_longer:
                key.expires_at = None
            is_wider |= is_longer
        await self.session.flush()
        made = await read_key(self.session, self.by, key.id)
        if given:
            await self._audit("key-widen" if is_wider else "key-limit", key.agency, **_facts(made))
        return made

    async def rotate_key(self, key_id: str, rotation: KeyRotation) -> KeyWithSecret:
        """Replace a key by a new one with the same rights, which must be one's own: the new one is shown.

        Raises `NotFound`, `Forbidden` or `InvalidInput`.
        """
        key = await self._lock_key(key_id)
        self._require_scopes(Scope(scope) for scope in key.scopes)
        await self._require_agencies(key.agency, key.agencies)
        if key.agencies is None and (self.by.is_limited or not await self._covers(key.agency)):
            raise self._too_many_agencies()
        expires_at = self._require_life(rotation.expires_at)
        is_own = self.by.id == f"key:{key.rotated_from or key.id}"
        new_id, secret = await rotate_key(
            self.session,
            key_id,
            overlap=timedelta(hours=rotation.overlap_hours),
            expires_at=expires_at,
            created_by=key.created_by if is_own else self.by.id,
        )
        if is_own and key.vouched_at is not None:
            (await self.session.get_one(ApiKey, new_id)).vouched_at = key.vouched_at
            await self.session.flush()
        made = await read_key(self.session, self.by, new_id)
        await self._audit("key-rotate", key.agency, **_facts(made), rotated=key_id)
        return KeyWithSecret(**dict(made), key=secret)

    async def end_key(self, key_id: str) -> KeyView:
        """End a key at once. Ending again is not an error. Raises `NotFound`."""
        found = await read_key(self.session, self.by, key_id)
        if found.ended_at is None:
            await revoke_key(self.session, key_id)
            await self._audit("key-end", found.agency, key=key_id, person=found.person)
        return await read_key(self.session, self.by, key_id)

    async def _lock_person(self, person_id: UUID, *, field: str = "id") -> Person:
        require_admin(self.by, None)
        query = select(Person).where(table(Person).c.id == person_id).with_for_update()
        person = (await self.session.execute(query)).scalar_one_or_none()
        if person is None or person.agency not in self.by.agencies:
            raise NotFound("There is no person with this id.", field=field)
        return person

    async def _lock_key(self, key_id: str) -> ApiKey:
        await read_key(self.session, self.by, key_id)  # within the administrator's reach, also when it has ended
        return await lock_valid_key(self.session, key_id)

    def _require_scopes(self, wanted: Iterable[Scope]) -> None:
        if missing := [scope for scope in wanted if scope not in self.by.scopes]:
            raise Forbidden(
                fill("Your own key has no scope `{name}`, so it can give none.", name=missing[0]),
                field="scopes",
                expected=list_names(sorted(self.by.scopes)),
            )

    def _require_life(self, wanted: datetime | None) -> datetime:
        own = self.by.expires_at
        moment = now()
        expires_at = wanted or min(moment + USUAL_LIFE, own or moment + USUAL_LIFE)
        if wanted is not None and wanted <= moment:
            raise InvalidInput("The end is in the past.", field="expires_at", expected="a future time")
        if own is not None and expires_at > own:
            raise self._too_long()
        if expires_at > moment + LONGEST_LIFE:
            raise InvalidInput(
                "A key lives at most ten years.",
                field="expires_at",
                expected=fill("at most {moment}", moment=format_rfc3339(moment + LONGEST_LIFE)),
            )
        return expires_at

    def _too_long(self) -> Forbidden:
        end = as_data(format_rfc3339(self.by.expires_at)) if self.by.expires_at is not None else None
        return Forbidden("A key cannot outlive the one that it is made with.", field="expires_at", expected=end)

    async def _require_agencies(self, agency: str, wanted: Iterable[str] | None) -> list[str] | None:
        """The limit of a new key: the wanted agencies, or one's own below its agency if one does not have them all."""
        below = await self._descendants(agency)
        if wanted is None:
            if not self.by.is_limited and below <= self.by.agencies:
                return None
            return sorted(below & self.by.agencies)
        found = _require_below(agency, below, wanted)
        if not self.by.agencies.issuperset(found):
            raise self._too_many_agencies()
        return found

    async def _change_agencies(self, key: ApiKey, wanted: list[str] | None) -> bool:
        """Change the limit; returns true if the key acts for more agencies than before."""
        before = key.agencies
        if wanted is None:
            if before is None:
                return False
            if self.by.is_limited or not await self._covers(key.agency):
                raise self._too_many_agencies()
            key.agencies = None
            return True
        below = await self._descendants(key.agency)
        found = _require_below(key.agency, below, wanted)
        added = set(found) - set(below if before is None else before)
        if not self.by.agencies.issuperset(added):
            raise self._too_many_agencies()
        key.agencies = found
        return bool(added)

    async def _covers(self, agency: str) -> bool:
        return await self._descendants(agency) <= self.by.agencies

    async def _descendants(self, agency: str) -> frozenset[str]:
        query = select(agency_with_descendants(AGENCY.c.code)).where(AGENCY.c.code == agency)
        return frozenset(await self.session.scalar(query) or ())

    def _too_many_agencies(self) -> Forbidden:
        return Forbidden(
            "A key cannot act for agencies that the one it is made with does not act for.",
            field="agencies",
            expected=list_names(sorted(self.by.agencies)),
        )

    async def _audit(self, verb: str, agency: str, **details: object) -> None:
        await append_entry(self.session, self.by, verb, agency, **details)
        if verb in ALARMING_VERBS:
            facts = {name: details[name] for name in ("key", "person", "scopes") if name in details}
            log.warning("key_changed", verb=verb, agency=agency, by=self.by.id, **facts)


def _facts(key: KeyView) -> dict[str, object]:
    return {
        "key": key.id,
        "person": key.person,
        "scopes": [scope.value for scope in key.scopes],
        "agencies": key.agencies,
        "expires_at": format_rfc3339(key.expires_at) if key.expires_at is not None else None,
    }


def _require_below(agency: str, below: frozenset[str], wanted: Iterable[str]) -> list[str]:
    """Return wanted agencies, each once. Raises `InvalidInput` for one that is not the agency and not below it."""
    found = sorted(set(wanted))
    if outside := [code for code in found if code not in below]:
        raise InvalidInput(
            fill("`{name}` is not {agency} and not below it.", name=outside[0], agency=agency),
            field="agencies",
            expected=list_names(sorted(below)),
        )
    return found
