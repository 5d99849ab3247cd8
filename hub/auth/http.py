"""From a request to its principal: `Authorization: Bearer <key or staff token>`."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection, Request

from hub.auth.keys import authenticate, note_use
from hub.auth.principal import Principal
from hub.auth.tokens import staff
from hub.errors import Unauthenticated
from hub.web.state import State, state_of

_DOCUMENTED = HTTPBearer(auto_error=False, description="An API key (`hub_…`) or a staff token (JWT).")


async def principal_of(connection: HTTPConnection, parts: State) -> Principal | None:
    """The principal of a request that carries a key or token; None without one. Raises `Unauthenticated`."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not credentials.strip():
        raise Unauthenticated("The header Authorization must be `Bearer <key>`.", field="Authorization")
    presented = credentials.strip()
    async with parts.database.read() as reader:
        if not presented.startswith("hub_"):
            return await staff(reader, parts.settings, presented)
        principal, note = await authenticate(reader, presented)
    if note:
        async with parts.database.write() as session:
            await note_use(session, principal)
    return principal


async def acting(request: Request, _: Annotated[object, Depends(_DOCUMENTED)]) -> Principal:
    """The principal of a request; one is needed."""
    principal = await principal_of(request, state_of(request))
    if principal is None:
        raise Unauthenticated("This address needs a key.", field="Authorization", expected="Bearer hub_…")
    return principal


Acting = Annotated[Principal, Depends(acting)]
