"""Staff tokens of an OpenID Connect provider: a JWT, checked by the provider's published keys (JWKS)."""

import asyncio
from functools import lru_cache
from typing import Any

import jwt
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.agencies.models import Agency
from hub.agencies.queries import family
from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.errors import ServiceUnavailable, Unauthenticated
from hub.settings import Settings

AGENCY = table(Agency)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")


@lru_cache(maxsize=4)
def _keys(url: str) -> jwt.PyJWKClient:
    """The provider's keys, fetched at most every ten minutes and when a token names an unknown one."""
    return jwt.PyJWKClient(url, cache_keys=True, lifespan=600, timeout=5)


async def staff(connection: AsyncConnection, settings: Settings, token: str) -> Principal:
    """The principal of a staff token. Raises `Unauthenticated`, or `ServiceUnavailable` without the provider's keys."""
    if settings.oidc_jwks_url is None or settings.oidc_issuer is None or settings.oidc_audience is None:
        raise Unauthenticated
    claims = await asyncio.to_thread(_claims, settings, token)
    agency, subject = claims.get(settings.oidc_agency_claim), claims["sub"]
    row = (await connection.execute(select(family(AGENCY.c.code)).where(AGENCY.c.code == agency))).scalar_one_or_none()
    if row is None:
        raise Unauthenticated
    known = {scope.value for scope in Scope}
    given = claims.get(settings.oidc_scopes_claim) or ()
    scopes = given.split() if isinstance(given, str) else given
    return Principal(
        id=f"staff:{subject}",
        label=str(claims.get("name") or subject),
        agency=str(agency),
        agencies=frozenset(row),
        scopes=frozenset(Scope(scope) for scope in scopes if scope in known),
    )


def _claims(settings: Settings, token: str) -> dict[str, Any]:
    try:
        key = _keys(settings.oidc_jwks_url or "").get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
    except jwt.PyJWKClientConnectionError as problem:
        raise ServiceUnavailable("The sign-in provider does not answer.") from problem
    except jwt.PyJWTError as problem:
        raise Unauthenticated from problem
    return claims
