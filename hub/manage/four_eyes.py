"""The four-eyes rule (kiểm tra chéo): a second person approves.

Whoever made the last change of an edition cannot approve it. Hands are compared, not keys (`hub.auth.hands`): a key is
in the hands of its person, who may have others, and of whoever created it; a pushed record is the work of the pushing
key, and what a source brings, or adds to a pushed record by its defaults, of whoever made or changed it, judged at the
time when they did.
The rule of the agency says when: for high-impact editions (the default), always, or never.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.hands import UNKNOWN, HandBook
from hub.auth.people import fold_person
from hub.auth.principal import Principal
from hub.content.commands import list_live_editions
from hub.content.models import Document, Edition
from hub.db import table
from hub.domain.kinds.bulletin import Channel
from hub.errors import FourEyes, UnknownReference
from hub.legal.encodings import encoding_doubts
from hub.manage.actions import EditorAction
from hub.manage.audit_trail import AUDIT, append_operator_entry
from hub.manage.models import AgencyRule
from hub.problem_texts.templates import fill
from hub.registry.models import Agency

RULE, EDITION = table(AgencyRule), table(Edition)

SOURCE_PREFIX = "source:"
"""Prefix of the principals of sources that the hub reads itself."""

HIGH_IMPACT_CLEARED = "cleared"
"""Value of `high_impact` in the audit entry of a save that cleared the flag."""

ADDED_BY_SOURCE = "added_by_source"
"""Member of the audit entry of a delivery to which the defaults of its source may have added something."""

SOURCE_VERBS = ADD_SOURCE, CHANGE_SOURCE = "source_added", "source_changed"
"""Verbs of the audit trail that make someone a maker of a source."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
"""Time of what nobody knows the time of: before any key was vouched for."""

_WRITING = (EditorAction.create.value, EditorAction.save.value, EditorAction.correct.value)


class FourEyesRule(StrEnum):
    """Rule of an agency for when a second person must approve."""

    high_impact = "high_impact"
    always = "always"
    never = "never"


async def require_four_eyes(session: AsyncSession, by: Principal, document: Document, edition: Edition) -> None:
    """Require that another person made the last change, where the agency's rule says so. Raises `FourEyes`."""
    rule = await read_rule(session, document.owner)
    if not await is_second_person_required(session, document.owner, document.id, [edition.content]):
        return
    hands = await HandBook.load(session)
    authors = await _read_authors(session, edition)
    writing = frozenset[str]().union(*(hands.hands_of([author], at) for author, at in authors))
    approving = hands.hands_of([by.id])
    if any(by.id == author for author, _ in authors) or (by.person is not None and fold_person(by.person) in writing):
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

    Clearing the flag matters as much as the flag: the public editions count, too, and every edition since the last
    publication, also one that was written over or discarded. Garbled text, of an old font for example, never becomes
    public by the hand of one person alone, and none is sent to the followers of an account, whatever the rule says.
    """
    if any(Channel.zalo_broadcast in content.get("channels", ()) for content in contents):
        return True
    rule = await read_rule(session, agency)
    if rule is not FourEyesRule.high_impact:
        return rule is FourEyesRule.always
    public = [edition.content for edition in await list_live_editions(session, document_id)]
    if any(content.get("high_impact") for content in [*contents, *public]) or any(map(encoding_doubts, contents)):
        return True
    return bool((await session.execute(select(was_flagged(document_id)))).scalar_one())


async def _read_authors(session: AsyncSession, edition: Edition) -> set[tuple[str, datetime | None]]:
    """Read the principals behind the last change, each with the time of its part in it.

    They are who wrote or pushed it, and who made or changed the source that it comes from, or that added to it.
    """
    query = (
        select(AUDIT.c.at, AUDIT.c.details)
        .where(AUDIT.c.document_id == edition.document_id, AUDIT.c.lang == edition.lang)
        .where(AUDIT.c.edition == edition.number, AUDIT.c.actor == edition.written_by)
        .where(AUDIT.c.verb.in_(_WRITING))
        .order_by(AUDIT.c.id.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return {(edition.written_by, edition.created_at)}
    authors: set[tuple[str, datetime | None]] = {(edition.written_by, row.at)}
    if edition.written_by.startswith(SOURCE_PREFIX) or row.details.get(ADDED_BY_SOURCE):
        makers = {row.details.get("source_made_by"), *row.details.get("source_changed_by", ())} - {None}
        times = await _read_source_times(session, row.details.get("source"), makers)
        authors |= {(maker, times.get(maker, _EARLIEST)) for maker in makers}
    return authors


async def _read_source_times(session: AsyncSession, source: str | None, makers: set[str]) -> dict[str, datetime]:
    """Read when each maker of a source first added or changed it, as far as the audit trail still knows."""
    query = (
        select(AUDIT.c.actor, func.min(AUDIT.c.at).label("at"))
        # Entries about no document are few, and together in the index of documents.
        .where(AUDIT.c.document_id.is_(None), AUDIT.c.verb.in_(SOURCE_VERBS), AUDIT.c.actor.in_(sorted(makers)))
        .where(AUDIT.c.details["source"].astext == source)
        .group_by(AUDIT.c.actor)
    )
    return {row.actor: row.at for row in await session.execute(query)}


def was_flagged(document_id: UUID | ColumnElement[UUID]) -> ColumnElement[bool]:
    """The condition that an edition of a document was of high impact at some time, and that this still counts.

    It counts until the next publication in its language, also if the edition was discarded.
    """
    flagged, later, saving = EDITION.alias(), EDITION.alias(), AUDIT.alias()
    is_past = exists().where(
        later.c.document_id == flagged.c.document_id,
        later.c.lang == flagged.c.lang,
        later.c.number >= flagged.c.number,
        later.c.published_at.is_not(None),
    )
    was_cleared = exists().where(
        saving.c.document_id == flagged.c.document_id,
        saving.c.lang == flagged.c.lang,
        saving.c.edition == flagged.c.number,
        saving.c.details.contains({"high_impact": HIGH_IMPACT_CLEARED}),
    )
    return exists().where(
        flagged.c.document_id == document_id,
        or_(flagged.c.content.contains({"high_impact": True}), was_cleared),
        ~is_past,
    )


async def set_four_eyes(session: AsyncSession, agency: str, rule: FourEyesRule) -> None:
    """Set the four-eyes rule of an agency, and append the change to its audit trail. Raises `UnknownReference`."""
    if await session.get(Agency, agency) is None:
        raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=agency), field="agency")
    row = upsert(RULE).values(agency=agency, four_eyes=rule.value)
    await session.execute(
        row.on_conflict_do_update(index_elements=[RULE.c.agency], set_={"four_eyes": row.excluded.four_eyes})
    )
    await append_operator_entry(session, "four-eyes", agency, "hub agency four-eyes", rule=rule.value)
