"""The four-eyes rule (kiểm tra chéo): a second person approves.

Whoever made the last change of an edition cannot approve it. Hands are compared, not keys (`hub.auth.hands`): a key is
in the hands of its person, who may have others, and of whoever created it; a pushed record is the work of the pushing
key, and what a source brings of whoever made or changed the source. The rule of the agency says when: for high-impact
editions (the default), always, or never.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.hands import UNKNOWN, HandBook
from hub.auth.people import fold_person
from hub.auth.principal import Principal
from hub.content.commands import list_live_editions
from hub.content.models import Document, Edition
from hub.db import table
from hub.errors import FourEyes, UnknownReference
from hub.legal.encodings import encoding_doubts
from hub.manage.audit_trail import AUDIT, append_operator_entry
from hub.manage.models import AgencyRule
from hub.registry.models import Agency

RULE = table(AgencyRule)

SOURCE_PREFIX = "source:"
"""Prefix of the principals of sources that the hub reads itself."""

HIGH_IMPACT_CLEARED = "cleared"
"""Value of `high_impact` in the audit entry of a save that cleared the flag."""


class FourEyesRule(StrEnum):
    """Rule of an agency for when a second person must approve."""

    high_impact = "high_impact"
    always = "always"
    never = "never"


async def require_four_eyes(session: AsyncSession, by: Principal, document: Document, edition: Edition) -> None:
    """Require that another person made the last change, where the agency's rule says so. Raises `FourEyes`."""
    rule = await read_rule(session, document.owner)
    required = await is_second_person_required(session, document.owner, document.id, [edition.content])
    if not required and not (rule is FourEyesRule.high_impact and await _has_cleared_flag(session, edition)):
        return
    hands = await HandBook.load(session)
    authors = await _authors(session, edition)
    writing, approving = hands.hands_of(authors), hands.hands_of([by.id])
    if by.id in authors or (by.person is not None and fold_person(by.person) in writing):
        raise FourEyes(
            "You made the last change of this edition; a second person must approve it.",
            expected="approval by another person",
            rule=rule.value,
        )
    if UNKNOWN in approving:
        raise FourEyes(
            "This key belongs to no named person, or was created with one that does, so it does not count as a second "
            "person.",
            expected="approval by a staff member, or by a key with a named person (`hub key person`)",
            rule=rule.value,
        )
    if UNKNOWN in writing:
        raise FourEyes(
            "The key that made the last change belongs to no named person, or was created with one that does: it may "
            "be yours.",
            expected="a person for that key (`hub key person`), or the edition saved again by a named person",
            rule=rule.value,
        )
    if not writing.isdisjoint(approving):
        raise FourEyes(
            "One person may have both this key and the one that made the last change: the same, or whoever created "
            "them.",
            expected="approval by a staff member, by a person whose key somebody else created, or with a key that the "
            "operator has vouched for (`hub key vouch`)",
            rule=rule.value,
        )


async def read_rule(session: AsyncSession, agency: str) -> FourEyesRule:
    """The rule of an agency."""
    row = await session.get(AgencyRule, agency)
    return FourEyesRule(row.four_eyes) if row else FourEyesRule.high_impact


async def is_second_person_required(
    session: AsyncSession, agency: str, document_id: UUID, contents: Sequence[Mapping[str, Any]]
) -> bool:
    """True if the agency's rule wants a second person for contents of a document.

    Clearing the flag matters as much as the flag: the public editions count, too. Garbled text, of an old font for
    example, never becomes public by the hand of one person alone.
    """
    rule = await read_rule(session, agency)
    if rule is not FourEyesRule.high_impact:
        return rule is FourEyesRule.always
    public = [edition.content for edition in await list_live_editions(session, document_id)]
    return any(content.get("high_impact") for content in [*contents, *public]) or any(map(encoding_doubts, contents))


async def _authors(session: AsyncSession, edition: Edition) -> set[str]:
    """The principals behind the last change: who wrote or pushed it, or made or changed the source it comes from."""
    principals = {edition.written_by}
    if edition.written_by.startswith(SOURCE_PREFIX):
        query = (
            select(AUDIT.c.details)
            .where(AUDIT.c.document_id == edition.document_id, AUDIT.c.lang == edition.lang)
            .where(AUDIT.c.edition == edition.number, AUDIT.c.actor == edition.written_by)
            .order_by(AUDIT.c.id.desc())
            .limit(1)
        )
        details = await session.scalar(query) or {}
        principals.update(filter(None, [details.get("source_made_by"), *details.get("source_changed_by", ())]))
    return principals


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
    await append_operator_entry(session, "four-eyes", agency, "hub agency four-eyes", rule=rule.value)
