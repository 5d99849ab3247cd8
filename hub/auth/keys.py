"""API keys: `hub_<id>_<secret>`. The secret has 256 random bits, so storing its plain SHA-256 is enough."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.models import ApiKey
from hub.auth.people import KEY, PERSON, find_or_create_person, parse_person_name
from hub.auth.principal import Principal, Scope
from hub.errors import InvalidInput, NotFound, Unauthenticated, UnknownReference
from hub.problem_texts.templates import fill, list_names
from hub.registry.models import Agency
from hub.registry.queries import agency_with_descendants
from hub.times import now

LAST_USED_PRECISION = timedelta(minutes=1)
"""Precision of `last_used_at`, so that a key in constant use costs only one write a minute."""


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as operators see it, without its secret; the members are columns of `api_key`, and the person's name."""

    id: str
    label: str
    person: str | None
    person_id: UUID | None
    agency: str
    only_agencies: list[str] | None
    scopes: list[str]
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_from: str | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PresentedKeyRow(ApiKeyRow):
    """The key that a client claims to have, with the hash of its secret and the agencies it acts for."""

    secret_sha256: str
    agencies: list[str]
    person_ended_at: datetime | None


_COLUMNS = {"person": func.coalesce(PERSON.c.name, KEY.c.person), "only_agencies": KEY.c.agencies}
KEY_COLUMNS = [
    (_COLUMNS[field.name] if field.name in _COLUMNS else KEY.c[field.name]).label(field.name)
    for field in fields(ApiKeyRow)
]
"""Columns of an `ApiKeyRow`, for `KEYS_WITH_PERSONS`."""
KEYS_WITH_PERSONS = KEY.outerjoin(PERSON, PERSON.c.id == KEY.c.person_id)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def parse_scopes(wanted: Iterable[str]) -> list[str]:
    valid = {scope.value for scope in Scope}
    found = sorted(set(wanted))
    if not found:
        raise InvalidInput("A key must have at least one scope.", field="scope", expected=list_names(sorted(valid)))
    if unknown := [scope for scope in found if scope not in valid]:
        raise InvalidInput(
            fill("There is no scope `{name}`.", name=unknown[0]), field="scope", expected=list_names(sorted(valid))
        )
    return found


async def create_key(
    session: AsyncSession,
    *,
    agency: str,
    scopes: Iterable[str],
    label: str,
    person: str | None = None,
    person_id: UUID | None = None,
    agencies: Sequence[str] | None = None,
    expires_at: datetime | None = None,
    created_by: str | None = None,
    rotated_from: str | None = None,
) -> tuple[str, str]:
    """Create a key; returns its public id and the whole key, which is not stored and can be shown only now.

    `person_id`, or a person of the agency named `person`, answers for it: two keys of one person are one pair of eyes.
    `agencies` limits it, `created_by` is who sees the key now (None for the operator). Raises `InvalidInput` or
    `UnknownReference`.
    """
    wanted = parse_scopes(scopes)
    if person is not None:
        person = parse_person_name(person)
    if await session.get(Agency, agency) is None:
        raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=agency), field="agency")
    if person is not None and person_id is None:
        person_id = await find_or_create_person(session, agency, person)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            id=key_id,
            secret_sha256=_digest(secret),
            label=label,
            person=person,
            person_id=person_id,
            agency=agency,
            agencies=None if agencies is None else sorted(agencies),
            scopes=wanted,
            expires_at=expires_at,
            created_by=created_by,
            rotated_from=rotated_from,
        )
    )
    await session.flush()
    return key_id, f"hub_{key_id}_{secret}"


async def rotate_key(
    session: AsyncSession,
    key_id: str,
    *,
    overlap: timedelta,
    expires_at: datetime | None = None,
    created_by: str | None = None,
) -> tuple[str, str]:
    """Create a successor with the same rights; the old key stays valid for `overlap`, while clients change over.

    Both keys are the same principal: rotating a key gives nobody the second pair of eyes, and `created_by`, who sees
    the successor, has it in hand from now on. Raises `NotFound`.
    """
    old = await lock_valid_key(session, key_id)
    made = await create_key(
        session,
        agency=old.agency,
        scopes=old.scopes,
        label=old.label,
        person=old.person,
        person_id=old.person_id,
        agencies=old.agencies,
        created_by=created_by,
        expires_at=expires_at,
        rotated_from=old.rotated_from or old.id,
    )
    end = now() + overlap
    old.expires_at = end if old.expires_at is None else min(old.expires_at, end)
    await session.flush()
    return made


async def name_person(session: AsyncSession, key_id: str, person: str) -> str:
    """Name the person of a key and of all keys that it was rotated to or from; returns the agency.

    Raises `NotFound` or `InvalidInput`.
    """
    key = await lock_valid_key(session, key_id)
    name = parse_person_name(person)
    found = await find_or_create_person(session, key.agency, name)
    await session.execute(update(KEY).where(_chain_of(key)).values(person=name, person_id=found))
    return key.agency


async def vouch_for_key(session: AsyncSession, key_id: str) -> str:
    """Declare for the operator that a key, with all it was rotated to or from, is in the hands of its person alone.

    What was vouched for before keeps its time: what was done with it since then stays its person's alone. Returns the
    agency. Raises `NotFound`, or `InvalidInput` for a key that belongs to no person.
    """
    key = await lock_valid_key(session, key_id)
    if key.person_id is None:
        raise InvalidInput(
            fill("The key {key_id} belongs to no person.", key_id=key_id), field="id", expected="`hub key person` first"
        )
    await session.execute(update(KEY).where(_chain_of(key)).values(vouched_at=func.coalesce(KEY.c.vouched_at, now())))
    return key.agency


def _chain_of(key: ApiKey) -> ColumnElement[bool]:
    root = key.rotated_from or key.id
    return or_(KEY.c.id == root, KEY.c.rotated_from == root)


async def read_agency(session: AsyncSession, key_id: str) -> str:
    """The agency of a key that exists."""
    found: str = (await session.execute(select(KEY.c.agency).where(KEY.c.id == key_id))).scalar_one()
    return found


async def revoke_key(session: AsyncSession, key_id: str) -> str:
    """Revoke a key now; returns its agency. Revoking it again is not an error. Raises `NotFound`."""
    key = await session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(fill("There is no key {key_id}.", key_id=key_id), field="id")
    key.revoked_at = key.revoked_at or now()
    await session.flush()
    return key.agency


async def lock_valid_key(session: AsyncSession, key_id: str) -> ApiKey:
    """Lock a key that has not ended. Raises `NotFound`."""
    key = await session.get(ApiKey, key_id, with_for_update=True)
    if key is None or key.revoked_at is not None:
        raise NotFound(fill("There is no valid key {key_id}.", key_id=key_id), field="id")
    return key


async def list_keys(connection: AsyncConnection) -> Sequence[ApiKeyRow]:
    """Read all keys without their secrets, newest first."""
    query = select(*KEY_COLUMNS).select_from(KEYS_WITH_PERSONS).order_by(KEY.c.created_at.desc(), KEY.c.id)
    rows = await connection.execute(query)
    return [ApiKeyRow(*row) for row in rows]


async def _find_key(connection: AsyncConnection, key_id: str) -> PresentedKeyRow | None:
    query = select(
        *KEY_COLUMNS,
        KEY.c.secret_sha256,
        agency_with_descendants(KEY.c.agency).label("agencies"),
        PERSON.c.ended_at.label("person_ended_at"),
    ).select_from(KEYS_WITH_PERSONS)
    row = (await connection.execute(query.where(KEY.c.id == key_id))).mappings().one_or_none()
    return PresentedKeyRow(**row) if row is not None else None


async def authenticate(connection: AsyncConnection, presented: str) -> tuple[Principal, str | None]:
    """The principal of a key, in one statement, and the key's id if `record_use` is due.

    Raises `Unauthenticated`, which never says what was wrong with the key.
    """
    kind, _, rest = presented.partition("_")
    key_id, _, secret = rest.partition("_")
    row = await _find_key(connection, key_id)
    # Compared also for an unknown id, so that the time taken does not tell it from a wrong secret.
    matches = compare_digest(_digest(secret), row.secret_sha256 if row else _digest(""))
    if kind != "hub" or row is None or not matches or row.revoked_at is not None:
        raise Unauthenticated
    moment = now()
    if (row.expires_at is not None and row.expires_at <= moment) or row.person_ended_at is not None:
        raise Unauthenticated
    agencies = frozenset(row.agencies)
    principal = Principal(
        id=f"key:{row.rotated_from or row.id}",
        label=row.label,
        agency=row.agency,
        agencies=agencies if row.only_agencies is None else agencies & frozenset(row.only_agencies),
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        person=row.person,
        person_id=row.person_id,
        expires_at=row.expires_at,
        is_limited=row.only_agencies is not None,
    )
    due = row.last_used_at is None or moment - row.last_used_at > LAST_USED_PRECISION
    return principal, row.id if due else None


async def record_use(session: AsyncSession, key_id: str) -> None:
    """Update `last_used_at`, unless another request has done so within `LAST_USED_PRECISION`."""
    moment = now()
    due = KEY.c.last_used_at.is_(None) | (KEY.c.last_used_at < moment - LAST_USED_PRECISION)
    await session.execute(update(KEY).where(KEY.c.id == key_id, due).values(last_used_at=moment))
