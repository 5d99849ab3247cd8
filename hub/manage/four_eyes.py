"""The four-eyes rule (kiểm tra chéo): a second person approves.

Whoever wrote the last change of an edition cannot approve it. The rule of its agency says when: for high-impact
editions (the default), always, or never.
"""

from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.commands import list_live_editions
from hub.content.models import Document, Edition
from hub.db import table
from hub.errors import FourEyes, UnknownReference
from hub.manage.audit_trail import AUDIT
from hub.manage.models import AgencyRule
from hub.registry.models import Agency

RULE = table(AgencyRule)

HIGH_IMPACT_CLEARED = "cleared"
"""Value of `high_impact` in the audit entry of a save that cleared the flag."""


class FourEyesRule(StrEnum):
    """Rule of an agency for when a second person must approve."""

    high_impact = "high_impact"
    always = "always"
    never = "never"


async def require_four_eyes(session: AsyncSession, by: Principal, document: Document, edition: Edition) -> None:
    """Require that somebody else wrote the last change, where the agency's rule says so. Raises `FourEyes`."""
    if edition.written_by != by.id:
        return
    row = await session.get(AgencyRule, document.owner)
    rule = FourEyesRule(row.four_eyes) if row else FourEyesRule.high_impact
    # Clearing the flag matters as much as the flag: the public editions and earlier saves count, too.
    editions = [edition, *await list_live_editions(session, document.id)]
    high = any(e.content.get("high_impact") for e in editions) or await _has_cleared_flag(session, edition)
    if rule is FourEyesRule.always or (rule is FourEyesRule.high_impact and high):
        raise FourEyes(
            "You wrote the last change of this edition; a second person must approve it.",
            expected="approval by another key or staff member",
            rule=rule.value,
        )


async def _has_cleared_flag(session: AsyncSession, edition: Edition) -> bool:
    query = select(AUDIT.c.id).where(
        AUDIT.c.document_id == edition.document_id,
        AUDIT.c.lang == edition.lang,
        AUDIT.c.edition == edition.number,
        AUDIT.c.details.contains({"high_impact": HIGH_IMPACT_CLEARED}),
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none() is not None


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
