"""Rules that an operator sets for an agency's editors."""

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
    """When an agency wants a second person to approve; the change stands in its trail."""
    if await session.get(Agency, agency) is None:
        raise UnknownReference(f"The registry holds no agency `{agency}`.", field="agency")
    row = upsert(RULE).values(agency=agency, four_eyes=rule.value)
    await session.execute(
        row.on_conflict_do_update(index_elements=[RULE.c.agency], set_={"four_eyes": row.excluded.four_eyes})
    )
    said = {"actor": "operator", "label": "hub agency four-eyes", "agency": agency, "verb": "four-eyes"}
    await session.execute(insert(AUDIT).values(**said, details={"rule": rule.value}))
