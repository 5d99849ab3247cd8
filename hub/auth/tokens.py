"""Staff tokens: JWTs of an OpenID Connect provider, verified with its published keys (JWKS)."""

import asyncio
import json
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
from sqlalchemy import ColumnElement, any_, select

from hub.auth.people import PERSON
from hub.auth.principal import Principal, Scope
from hub.db import Database, table
from hub.errors import ServiceUnavailable, Unauthenticated
from hub.registry.models import Agency
from hub.registry.queries import agency_with_descendants
from hub.settings import Settings
from hub.text import one_line

AGENCY = table(Agency)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")

MAX_SUBJECT_LENGTH = 100
"""Longer subjects (`sub`) are stored as their SHA-256."""


@lru_cache(maxsize=4)
def _jwks_client(url: str) -> jwt.PyJWKClient:
    """The provider's keys, fetched every ten minutes and, at most twice a minute, when a token names an unknown one.

    Single keys are not cached longer (`cache_keys`): a key that the provider withdraws must stop working.
    """
    return jwt.PyJWKClient(url, cache_keys=False, lifespan=600, timeout=5)


async def authenticate_staff(database: Database, settings: Settings, token: str) -> Principal:
    """The principal of a staff token. Raises `Unauthenticated`, or `ServiceUnavailable` without the provider's keys."""
    if settings.oidc_jwks_url is None or settings.oidc_issuer is None or settings.oidc_audience is None:
        raise Unauthenticated
    # The token is verified before a connection is taken: a slow provider must not exhaust the connection pool.
    claims = await asyncio.to_thread(_verify_token, settings, token)
    agency, subject = claims.get(settings.oidc_agency_claim), claims["sub"]
    if not isinstance(agency, str) or "\x00" in agency:
        raise Unauthenticated
    readable = len(subject) <= MAX_SUBJECT_LENGTH and subject.isprintable()
    person = subject if readable else _subject_digest(subject)
    query = select(
        agency_with_descendants(AGENCY.c.code).label("agencies"), *_registered_person(person, AGENCY.c.code)
    ).where(AGENCY.c.code == agency)
    async with database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None or (row.active is None and row.ended is not None):
        raise Unauthenticated
    known = {scope.value for scope in Scope}
    given = claims.get(settings.oidc_scopes_claim)
    scopes = given.split() if isinstance(given, str) else given if isinstance(given, list) else ()
    return Principal(
        id=f"staff:{person}",
        label=one_line(str(claims.get("name") or subject))[:200],
        agency=agency,
        agencies=frozenset(row.agencies),
        scopes=frozenset(Scope(scope) for scope in scopes if isinstance(scope, str) and scope in known),
        person=person,
        person_id=row.active,
    )


def _registered_person(subject: str, agency: ColumnElement[str]) -> list[ColumnElement[UUID | None]]:
    """The person with this subject whose keys are managed here, and one that was ended, by who manages the agency."""
    persons = select(PERSON.c.id).where(
        PERSON.c.subject == subject, agency == any_(agency_with_descendants(PERSON.c.agency))
    )
    ended = PERSON.c.ended_at
    return [
        persons.where(condition).limit(1).correlate(AGENCY).scalar_subquery().label(name)
        for name, condition in (("active", ended.is_(None)), ("ended", ended.is_not(None)))
    ]


def _subject_digest(subject: str) -> str:
    return sha256(subject.encode("utf-8", "replace")).hexdigest()


def _verify_token(settings: Settings, token: str) -> dict[str, Any]:
    try:
        key = _jwks_client(settings.oidc_jwks_url or "").get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise ServiceUnavailable("The sign-in provider does not respond.") from problem
    except jwt.PyJWTError as problem:
        raise Unauthenticated from problem
    return claims
