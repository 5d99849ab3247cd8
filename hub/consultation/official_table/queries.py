"""Facts of the official table from the database: texts are opened in memory, for one table, and stored nowhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.access import read_public_stage
from hub.consultation.answers.models import AnswerOutcome
from hub.consultation.answers.subjects import ANSWER, ANSWERS_PUBLIC, BODY, COMMENT, GROUP, OWN, is_late
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, Stance
from hub.consultation.comments.sealed_content import SealedContent, open_contents
from hub.consultation.official_table.authors import BODIES
from hub.consultation.official_table.facts import AnswerFacts, BodyFacts, CommentFacts, TableFacts
from hub.consultation.official_table.preamble import format_day
from hub.consultation.official_table.provisions import Provisions
from hub.consultation.published_nodes import load_all_nodes
from hub.consultation.queries import load_managed
from hub.consultation.records import CONSULTATION, DRAFT
from hub.content.stored_views import decode_object
from hub.content.visibility import VIEW
from hub.db import table
from hub.domain.consultations import first_day, last_day
from hub.errors import NotFound
from hub.manage.audit_trail import append_entry
from hub.registry.models import Agency
from hub.settings import Settings
from hub.times import VIETNAM, today

PLACE, AGENCY = table(CommentPlace), table(Agency)

CHUNK = 200
"""Comments that are opened at once: the event loop answers others in between."""
UNREADABLE = "(Không đọc được nội dung)"
_SURE = (CarryStatus.exact, CarryStatus.moved, CarryStatus.reworded)
_OTHER_STATES = tuple(state for state in CommentState if state is not CommentState.public)


class Versions:
    """The versions of a draft in a consultation, with the provisions of each."""

    def __init__(self, rows: Sequence[Any], provisions: dict[int, Provisions], nodes: Sequence[dict[str, Any]]):
        self._numbers = {row.position: row.draft_version for row in rows}
        self._provisions = provisions
        self.nodes = nodes

    def label(self, position: int, ref: str | None) -> str:
        """Return a provision of a version in words: `Khoản 2 Điều 5, dự thảo lần 1`."""
        version = f"dự thảo lần {self._numbers.get(position, position)}"
        provisions = self._provisions.get(position)
        if ref is None or provisions is None:
            return version[:1].upper() + version[1:]
        return f"{provisions.label_of(ref) if ref in provisions else ref}, {version}"


async def read_public_facts(
    connection: AsyncConnection, keys: CommentKeys, settings: Settings, consultation: UUID
) -> TableFacts:
    """Read the facts of the public form. Raises `NotFound` before the answers are public."""
    if await read_public_stage(connection, consultation) not in ANSWERS_PUBLIC:
        raise NotFound(
            "The table is public once the consultation is answered or adopted.",
            field="id",
            expected="a consultation that is answered or adopted",
        )
    return await _read_facts(connection, keys, settings, consultation)


async def read_internal_facts(
    connection: AsyncConnection, by: Principal, keys: CommentKeys, settings: Settings, consultation: UUID
) -> TableFacts:
    """Read the facts of the internal form, also before the answers are public. Raises `NotFound` or `Forbidden`.

    It names authors: whoever reads it must be able to publish. Only moderators are told the names of authors who do
    not want to be named.
    """
    managed = await load_managed(connection, consultation)
    by.require(Scope.publish, managed.agency)
    facts = await _read_facts(connection, keys, settings, consultation)
    if Scope.moderate in by.scopes and managed.agency in by.agencies:
        return facts
    return replace(facts, comments=[_as_shown(comment) for comment in facts.comments])


def _as_shown(comment: CommentFacts) -> CommentFacts:
    if comment.shown == AuthorShown.name or comment.author_kind in BODIES:
        return comment
    return replace(comment, name=None, organisation=None)


async def append_read(
    session: AsyncSession, by: Principal, consultation: UUID, format_: str, facts: TableFacts
) -> None:
    """Append to the audit trail that an editor reads the internal form; it names no author."""
    agency = (
        await session.execute(select(CONSULTATION.c.agency).where(CONSULTATION.c.id == consultation))
    ).scalar_one()
    details = {"consultation": str(consultation), "format": format_, "opinions": len(facts.comments)}
    await append_entry(session, by, "table-read", agency, **details)


async def _read_facts(
    connection: AsyncConnection, keys: CommentKeys, settings: Settings, consultation: UUID
) -> TableFacts:
    query = select(CONSULTATION, AGENCY.c.name.label("agency_name")).join(
        AGENCY, AGENCY.c.code == CONSULTATION.c.agency
    )
    own = (await connection.execute(query.where(CONSULTATION.c.id == consultation))).one()
    drafts = select(DRAFT).where(DRAFT.c.consultation_id == consultation).order_by(DRAFT.c.position)
    rows = (await connection.execute(drafts)).all()
    latest = _latest(rows, settings.languages[0])
    comments = await _read_comments(connection, consultation, latest.position if latest else 0)
    versions = await _load_versions(connection, rows, comments, latest.position if latest else 0)
    made_on = (own.answered_at or own.adopted_at).astimezone(VIETNAM).date() if own.state in ANSWERS_PUBLIC else today()
    return TableFacts(
        agency=own.agency_name,
        title=await _read_title(connection, latest),
        place=settings.table_place,
        form_number=settings.table_form,
        day=made_on,
        opens_on=first_day(own.opens_at),
        closes_on=last_day(own.closes_at),
        nodes=versions.nodes,
        bodies=await _read_bodies(connection, consultation),
        comments=[
            _comment_facts(row, content, versions, latest.position if latest else 0)
            async for row, content in _open(connection, keys, comments)
        ],
        other_states=await _count_others(connection, consultation),
    )


def _latest(rows: Sequence[Any], lang: str) -> Any:
    """Return the latest version, in the first language of the hub if there is one."""
    return next((row for row in reversed(rows) if row.lang == lang), rows[-1] if rows else None)


async def _read_comments(connection: AsyncConnection, consultation: UUID, latest: int) -> Sequence[Any]:
    of_group = ANSWER.alias("of_group")
    answer = {
        name: func.coalesce(OWN.c[name], of_group.c[name]).label(f"answer_{name}")
        for name in ("outcome", "reason", "changed_position", "changed_ref")
    }
    query = (
        select(COMMENT, *answer.values(), OWN.c.id.label("own_answer"))
        .add_columns(PLACE.c.status, PLACE.c.ref.label("place_ref"), PLACE.c.confirmed_at)
        .add_columns(BODY.c.reply_number, BODY.c.replied_on)
        .add_columns(func.coalesce(GROUP.c.representative_id == COMMENT.c.id, False).label("represents"))
        .add_columns(is_late().label("late"))
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(of_group, and_(of_group.c.group_id == COMMENT.c.group_id, OWN.c.id.is_(None)))
        .outerjoin(PLACE, and_(PLACE.c.comment_id == COMMENT.c.id, PLACE.c.draft_position == latest))
        .outerjoin(GROUP, GROUP.c.id == COMMENT.c.group_id)
        .outerjoin(BODY, BODY.c.id == COMMENT.c.body_id)
        .where(COMMENT.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
        .order_by(COMMENT.c.number)
    )
    return (await connection.execute(query)).all()


async def _load_versions(
    connection: AsyncConnection, rows: Sequence[Any], comments: Sequence[Any], latest: int
) -> Versions:
    """Load the provisions of the latest version, and of those that comments and answers name."""
    wanted = {latest} | {row.draft_position for row in comments} | {row.answer_changed_position for row in comments}
    found = await load_all_nodes(connection, [row for row in rows if row.position in wanted])
    provisions = {position: Provisions(nodes) for position, nodes in found.items()}
    return Versions(rows, provisions, found.get(latest, []))


async def _open(connection: AsyncConnection, keys: CommentKeys, comments: Sequence[Any]) -> Any:
    """Iterate over comments with their opened contents, in chunks."""
    for chunk in _chunks(comments):
        contents = await open_contents(connection, keys, chunk)
        for row in chunk:
            yield row, contents.get(row.id)


def _chunks(comments: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(comments), CHUNK):
        yield comments[start : start + CHUNK]


def _comment_facts(row: Any, content: SealedContent | None, versions: Versions, latest: int) -> CommentFacts:
    ref, before = row.ref, None
    if row.ref is not None and row.draft_position != latest:
        is_sure = row.status in _SURE or (row.confirmed_at is not None and row.place_ref is not None)
        ref = row.place_ref if is_sure else None
        before = None if is_sure else versions.label(row.draft_position, row.ref)
    return CommentFacts(
        number=row.number,
        text=content.text if content else UNREADABLE,
        name=content.name if content else None,
        organisation=content.organisation if content else None,
        author_kind=AuthorKind(row.author_kind),
        shown=AuthorShown(row.shown),
        stance=Stance(row.stance),
        ref=ref,
        before=before,
        letter=_letter(row),
        group=row.group_id,
        represents=row.represents,
        answer=_answer(row, versions),
        has_own_answer=row.own_answer is not None,
        is_late=row.late,
    )


def _letter(row: Any) -> str | None:
    if row.reply_number is None and row.replied_on is None:
        return None
    number = f" số {row.reply_number}" if row.reply_number else ""
    day = f" ngày {format_day(row.replied_on)}" if row.replied_on else ""
    return f"Công văn{number}{day}"


def _answer(row: Any, versions: Versions) -> AnswerFacts | None:
    if row.answer_outcome is None:
        return None
    changed = None
    if row.answer_changed_ref is not None:
        changed = versions.label(row.answer_changed_position, row.answer_changed_ref)
        changed = changed[:1].lower() + changed[1:] if changed.startswith(("Khoản", "Điểm")) else changed
    return AnswerFacts(AnswerOutcome(row.answer_outcome), row.answer_reason, changed)


async def _read_title(connection: AsyncConnection, latest: Any) -> str:
    """Read the title of the latest version, as words inside a sentence."""
    query = (
        select(VIEW.c.card)
        .where(VIEW.c.document_id == latest.document_id, VIEW.c.lang == latest.lang, VIEW.c.edition == latest.edition)
        .where(VIEW.c.card.is_not(None))
        .order_by(VIEW.c.seq_from.desc())
        .limit(1)
    )
    card = decode_object((await connection.execute(query)).scalar_one_or_none(), latest.document_id, "official_table")
    title = str((card or {}).get("title") or "")
    return f"dự thảo{title[7:]}" if title.lower().startswith("dự thảo") else f"dự thảo {title}".strip()


async def _read_bodies(connection: AsyncConnection, consultation: UUID) -> list[BodyFacts]:
    query = select(BODY.c.name, BODY.c.answered_on, BODY.c.agrees_entirely).where(
        BODY.c.consultation_id == consultation
    )
    rows = await connection.execute(query.order_by(BODY.c.asked_on, BODY.c.name))
    return [BodyFacts(row.name, row.answered_on is not None, row.agrees_entirely) for row in rows]


async def _count_others(connection: AsyncConnection, consultation: UUID) -> dict[str, int]:
    query = (
        select(COMMENT.c.state, func.count().label("comments"))
        .where(COMMENT.c.consultation_id == consultation, or_(*(COMMENT.c.state == one for one in _OTHER_STATES)))
        .group_by(COMMENT.c.state)
    )
    return dict(Counter({row.state: row.comments for row in await connection.execute(query)}))
