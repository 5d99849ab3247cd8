"""API keys: `hub_<id>_<secret>`. The secret has 256 random bits, so storing its plain SHA-256 is enough."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.models import ApiKey
from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.errors import InvalidInput, NotFound, Unauthenticated, UnknownReference
from hub.registry.models import Agency
from hub.registry.queries import agency_with_descendants
from hub.text import one_line
from hub.times import now

KEY = table(ApiKey)

LAST_USED_PRECISION = timedelta(minutes=1)
"""Precision of `last_used_at`, so that a key in constant use costs only one write a minute."""
MAX_PERSON_LENGTH = 200
"""Letters of the name of a person."""


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as operators see it, without its secret; the members are columns of `api_key`."""

    id: str
    label: str
    person: str | None
    agency: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_from: str | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PresentedKeyRow(ApiKeyRow):
    """The key that a client claims to have, with the hash of its secret and the agencies it acts for."""

    secret_sha256: str
    agencies: list[str]


_KEY_COLUMNS = [KEY.c[field.name] for field in fields(ApiKeyRow)]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _parse_scopes(wanted: Iterable[str]) -> list[str]:
    valid = {scope.value for scope in Scope}
    found = sorted(set(wanted))
    if not found:
        raise InvalidInput("A key must have at least one scope.", field="scope", expected=", ".join(sorted(valid)))
    if unknown := [scope for scope in found if scope not in valid]:
        raise InvalidInput(f"There is no scope `{unknown[0]}`.", field="scope", expected=", ".join(sorted(valid)))
    return found


def _parse_person(person: str | None) -> str | None:
    if person is None:
        return None
    name = one_line(person)
    if not name or len(name) > MAX_PERSON_LENGTH:
        raise InvalidInput(
            "The person has no readable name.",
            field="person",
            expected=f"a name or the subject of the person's staff token, of at most {MAX_PERSON_LENGTH} characters",
        )
    return name


async def create_key(
    session: AsyncSession,
    *,
    agency: str,
    scopes: Iterable[str],
    label: str,
    person: str | None = None,
    expires_at: datetime | None = None,
    rotated_from: str | None = None,
) -> tuple[str, str]:
    """Create a key; returns its public id and the whole key, which is not stored and can be shown only now.

    `person` names who answers for it: two keys of one person are one pair of eyes. Raises `InvalidInput` or
    `UnknownReference`.
    """
    wanted = _parse_scopes(scopes)
    person = _parse_person(person)
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry has no agency `{agency}`.", field="agency")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            id=key_id,
            secret_sha256=_digest(secret),
            label=label,
            person=person,
            agency=agency,
            scopes=wanted,
            expires_at=expires_at,
            rotated_from=rotated_from,
        )
    )
    await session.flush()
    return key_id, f"hub_{key_id}_{secret}"


async def rotate_key(
    session: AsyncSession, key_id: str, *, overlap: timedelta, expires_at: datetime | None = None
) -> tuple[str, str]:
    """Create a successor with the same rights; the old key stays valid for `overlap`, while clients change over.

    Both keys are the same principal: rotating a key gives nobody the second pair of eyes. Raises `NotFound`.
    """
    old = await _lock_valid_key(session, key_id)
    made = await create_key(
        session,
        agency=old.agency,
        scopes=old.scopes,
        label=old.label,
        person=old.person,
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
    key = await _lock_valid_key(session, key_id)
    root = key.rotated_from or key.id
    chain = or_(KEY.c.id == root, KEY.c.rotated_from == root)
    await session.execute(update(KEY).where(chain).values(person=_parse_person(person)))
    return key.agency


async def read_agency(session: AsyncSession, key_id: str) -> str:
    """The agency of a key that exists."""
    found: str = (await session.execute(select(KEY.c.agency).where(KEY.c.id == key_id))).scalar_one()
    return found


async def find_person(session: AsyncSession, principal: str) -> str | None:
    """The person of a principal by its id, `key:…` or `staff:…`; None if nobody is named."""
    kind, _, name = principal.partition(":")
    if kind == "staff":
        return name
    query = select(KEY.c.person).where(or_(KEY.c.id == name, KEY.c.rotated_from == name), KEY.c.person.is_not(None))
    found: str | None = await session.scalar(query.limit(1)) if kind == "key" else None
    return found


async def revoke_key(session: AsyncSession, key_id: str) -> str:
    """Revoke a key now; returns its agency. Revoking it again is not an error. Raises `NotFound`."""
    key = await session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"There is no key {key_id}.", field="id")
    key.revoked_at = key.revoked_at or now()
    await session.flush()
    return key.agency


async def _lock_valid_key(session: AsyncSession, key_id: str) -> ApiKey:
    key = await session.get(ApiKey, key_id, with_for_update=True)
    if key is None or key.revoked_at is not None:
        raise NotFound(f"There is no valid key {key_id}.", field="id")
    return key


async def list_keys(connection: AsyncConnection) -> Sequence[ApiKeyRow]:
    """Read all keys without their secrets, newest first."""
    rows = await connection.execute(select(*_KEY_COLUMNS).order_by(KEY.c.created_at.desc(), KEY.c.id))
    return [ApiKeyRow(*row) for row in rows]


async def _find_key(connection: AsyncConnection, key_id: str) -> PresentedKeyRow | None:
    query = select(*_KEY_COLUMNS, KEY.c.secret_sha256, agency_with_descendants(KEY.c.agency).label("agencies"))
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
    if row.expires_at is not None and row.expires_at <= moment:
        raise Unauthenticated
    principal = Principal(
        id=f"key:{row.rotated_from or row.id}",
        label=row.label,
        agency=row.agency,
        agencies=frozenset(row.agencies),
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        person=row.person,
    )
    due = row.last_used_at is None or moment - row.last_used_at > LAST_USED_PRECISION
    return principal, row.id if due else None


async def record_use(session: AsyncSession, key_id: str) -> None:
    """Update `last_used_at`, unless another request has done so within `LAST_USED_PRECISION`."""
    moment = now()
    due = KEY.c.last_used_at.is_(None) | (KEY.c.last_used_at < moment - LAST_USED_PRECISION)
    await session.execute(update(KEY).where(KEY.c.id == key_id, due).values(last_used_at=moment))
