"""API keys: `hub_<id>_<secret>`. The secret has 256 random bits, so a plain SHA-256 of it is enough to keep."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.agencies.models import Agency
from hub.auth.models import ApiKey
from hub.db import table
from hub.errors import InvalidInput, Unauthenticated, UnknownReference
from hub.times import now

KEY = table(ApiKey)


class Scope(StrEnum):
    """What a key may do for its agency and the agencies below it."""

    read_working = "read:working"
    write = "write"
    publish = "publish"
    moderate = "moderate"
    admin = "admin"


@dataclass(frozen=True)
class Principal:
    """Who acts, for which agency, and with which rights."""

    id: str
    label: str
    agency: str
    scopes: frozenset[Scope]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


async def create_key(
    session: AsyncSession, *, agency: str, scopes: Iterable[str], label: str, expires_at: datetime | None = None
) -> tuple[str, str]:
    """A new key: its public id and the whole key, which is shown this once."""
    known = {scope.value for scope in Scope}
    wanted = sorted(set(scopes))
    if not wanted or (unknown := [scope for scope in wanted if scope not in known]):
        raise InvalidInput(
            f"There is no scope `{unknown[0]}`." if wanted else "A key needs a scope.",
            field="scope",
            expected=", ".join(sorted(known)),
        )
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry holds no agency `{agency}`.", field="agency")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            id=key_id,
            secret_sha256=_digest(secret),
            label=label,
            agency=agency,
            scopes=wanted,
            expires_at=expires_at,
        )
    )
    await session.flush()
    return key_id, f"hub_{key_id}_{secret}"


async def authenticate(connection: AsyncConnection, presented: str) -> Principal:
    """The principal behind a key, or `Unauthenticated` (which never tells what was wrong with it)."""
    kind, _, rest = presented.partition("_")
    key_id, _, secret = rest.partition("_")
    row = (await connection.execute(select(KEY).where(KEY.c.id == key_id))).mappings().one_or_none()
    expected = row["secret_sha256"] if row else _digest("")
    matches = compare_digest(_digest(secret), expected)
    if kind != "hub" or row is None or not matches or row["revoked_at"] is not None:
        raise Unauthenticated
    if row["expires_at"] is not None and row["expires_at"] <= now():
        raise Unauthenticated
    return Principal(row["id"], row["label"], row["agency"], frozenset(Scope(scope) for scope in row["scopes"]))
