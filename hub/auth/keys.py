"""API keys: `hub_<id>_<secret>`. The secret has 256 random bits, so storing its plain SHA-256 is enough."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.models import ApiKey
from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.errors import InvalidInput, NotFound, Unauthenticated, UnknownReference
from hub.registry.models import Agency
from hub.registry.queries import agency_with_descendants
from hub.times import now

KEY = table(ApiKey)

LAST_USED_PRECISION = timedelta(minutes=1)
"""Precision of `last_used_at`, so that a key in constant use costs only one write a minute."""


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as operators see it, without its secret; the members are columns of `api_key`."""

    id: str
    label: str
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


async def create_key(
    session: AsyncSession,
    *,
    agency: str,
    scopes: Iterable[str],
    label: str,
    expires_at: datetime | None = None,
    rotated_from: str | None = None,
) -> tuple[str, str]:
    """Create a key; returns its public id and the whole key, which is not stored and can be shown only now.

    Raises `InvalidInput` or `UnknownReference`.
    """
    wanted = _parse_scopes(scopes)
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry has no agency `{agency}`.", field="agency")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            id=key_id,
            secret_sha256=_digest(secret),
            label=label,
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
        expires_at=expires_at,
        rotated_from=old.rotated_from or old.id,
    )
    end = now() + overlap
    old.expires_at = end if old.expires_at is None else min(old.expires_at, end)
    await session.flush()
    return made


async def revoke_key(session: AsyncSession, key_id: str) -> None:
    """Revoke a key now. Revoking it again is not an error. Raises `NotFound`."""
    key = await session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"There is no key {key_id}.", field="id")
    key.revoked_at = key.revoked_at or now()
    await session.flush()


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
    query = select(*_KEY_COLUMNS, KEY.c.secret_sha256, agency_with_descendants(KEY.c.agency))
    row = (await connection.execute(query.where(KEY.c.id == key_id))).one_or_none()
    return PresentedKeyRow(*row) if row is not None else None


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
    )
    due = row.last_used_at is None or moment - row.last_used_at > LAST_USED_PRECISION
    return principal, row.id if due else None


async def record_use(session: AsyncSession, key_id: str) -> None:
    """Update `last_used_at`, unless another request has done so within `LAST_USED_PRECISION`."""
    moment = now()
    due = KEY.c.last_used_at.is_(None) | (KEY.c.last_used_at < moment - LAST_USED_PRECISION)
    await session.execute(update(KEY).where(KEY.c.id == key_id, due).values(last_used_at=moment))
