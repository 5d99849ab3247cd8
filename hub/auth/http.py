"""Authentication of requests: `Authorization: Bearer <API key or staff token>`."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection, Request

from hub.auth.keys import authenticate, record_use
from hub.auth.principal import Principal
from hub.auth.tokens import authenticate_staff
from hub.errors import Unauthenticated
from hub.state import AppState, app_state
from hub.web.rate.middleware import charge_of

_PRINCIPAL = "hub.principal"
_BEARER_SCHEME = HTTPBearer(auto_error=False, description="An API key (`hub_…`) or a staff token (JWT).")


async def principal_of(connection: HTTPConnection, parts: AppState) -> Principal | None:
    """The principal of a request with a key or token; None without one. Found once for each request.

    Charges the request to the principal's rate limit. Raises `Unauthenticated`, or `RateLimited` when it is reached.
    """
    found: Principal | Unauthenticated | None
    if _PRINCIPAL in connection.scope:
        found = connection.scope[_PRINCIPAL]
    else:
        try:
            found = await _find_principal(connection, parts)
        except Unauthenticated as refused:
            found = refused
        connection.scope[_PRINCIPAL] = found
    if isinstance(found, Unauthenticated):
        raise found
    return found


async def identify(connection: HTTPConnection) -> str | None:
    """The id of a request's principal, as `principal_of` finds it; None without one."""
    principal = await principal_of(connection, app_state(connection))
    return None if principal is None else principal.id


async def _find_principal(connection: HTTPConnection, parts: AppState) -> Principal | None:
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not credentials.strip():
        raise Unauthenticated("The header Authorization must be `Bearer <key>`.", field="Authorization")
    charge = charge_of(connection)
    try:
        principal = await _resolve_principal(parts, credentials.strip())
    except Unauthenticated:
        if charge is not None:
            charge.record_failure()
        raise
    if charge is not None:
        await charge.charge_principal(principal.id)
    return principal


async def _resolve_principal(parts: AppState, presented: str) -> Principal:
    if not presented.startswith("hub_"):
        return await authenticate_staff(parts.database, parts.settings, presented)
    async with parts.database.read() as reader:
        principal, used = await authenticate(reader, presented)
    if used is not None:
        async with parts.database.write() as session:
            await record_use(session, used)
    return principal


async def require_principal(request: Request, _: Annotated[object, Depends(_BEARER_SCHEME)]) -> Principal:
    """The principal of a request. Raises `Unauthenticated` for a request without a key or token."""
    principal = await principal_of(request, app_state(request))
    if principal is None:
        raise Unauthenticated("This address requires an API key.", field="Authorization", expected="Bearer hub_…")
    return principal


CurrentPrincipal = Annotated[Principal, Depends(require_principal)]
