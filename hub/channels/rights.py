"""Rights of those who run the hub: keys of an agency at the level of a province, with the scope `admin`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.db import table
from hub.errors import Forbidden
from hub.problem_texts.templates import fill
from hub.registry.models import Agency

AGENCY = table(Agency)
TOP_LEVELS = ("province", "central")


async def require_operator(connection: AsyncConnection | AsyncSession, by: Principal) -> None:
    """Require the right to change what all agencies share. Raises `Forbidden`."""
    by.require(Scope.admin, by.agency)
    level = (await connection.execute(select(AGENCY.c.level).where(AGENCY.c.code == by.agency))).scalar_one_or_none()
    if by.is_limited or level not in TOP_LEVELS:
        raise Forbidden(
            fill("Channels belong to all agencies, and `{who}` to {agency}.", who=by.label or by.id, agency=by.agency),
            expected="a key of the province with the scope admin",
        )
