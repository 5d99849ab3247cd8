"""Rules that an operator sets for the editors of an agency."""

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.errors import UnknownReference
from hub.manage.commands import AUDIT, FourEyesRule
from hub.manage.models import AgencyRule
from hub.registry.models import Agency

RULE = table(AgencyRule)


async def set_four_eyes(session: AsyncSession, agency: str, rule: FourEyesRule) -> None:
    """Set the four-eyes rule of an agency, and append the change to its audit trail. Raises `UnknownReference`."""
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry has no agency `{agency}`.", field="agency")
    row = upsert(RULE).values(agency=agency, four_eyes=rule.value)
    await session.execute(
        row.on_conflict_do_update(index_elements=[RULE.c.agency], set_={"four_eyes": row.excluded.four_eyes})
    )
    entry = {"actor": "operator", "label": "hub agency four-eyes", "agency": agency, "verb": "four-eyes"}
    await session.execute(insert(AUDIT).values(**entry, details={"rule": rule.value}))
