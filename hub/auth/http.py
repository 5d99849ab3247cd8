"""From a request to its principal: `Authorization: Bearer <key or staff token>`."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection, Request

from hub.auth.keys import authenticate, note_use
from hub.auth.principal import Principal
from hub.auth.tokens import staff
from hub.errors import Unauthenticated
from hub.state import State, state_of
from hub.web.rate.middleware import charge_of

_DOCUMENTED = HTTPBearer(auto_error=False, description="An API key (`hub_…`) or a staff token (JWT).")


async def principal_of(connection: HTTPConnection, parts: State) -> Principal | None:
    """The principal of a request that carries a key or token; None without one.

    Raises `Unauthenticated`, or `RateLimited` when the principal's quota is spent.
    """
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not credentials.strip():
        raise Unauthenticated("The header Authorization must be `Bearer <key>`.", field="Authorization")
    charge = charge_of(connection)
    try:
        principal = await _principal(parts, credentials.strip())
    except Unauthenticated:
        if charge is not None:
            charge.failed()
        raise
    if charge is not None:
        await charge.authenticated(principal.id)
    return principal


async def _principal(parts: State, presented: str) -> Principal:
    if not presented.startswith("hub_"):
        return await staff(parts.database, parts.settings, presented)
    async with parts.database.read() as reader:
        principal, used = await authenticate(reader, presented)
    if used is not None:
        async with parts.database.write() as session:
            await note_use(session, used)
    return principal


async def acting(request: Request, _: Annotated[object, Depends(_DOCUMENTED)]) -> Principal:
    """The principal of a request; one is needed."""
    principal = await principal_of(request, state_of(request))
    if principal is None:
        raise Unauthenticated("This address needs a key.", field="Authorization", expected="Bearer hub_…")
    return principal


Acting = Annotated[Principal, Depends(acting)]
