"""The list of what waits on the editors' desk, notes, and persons whom a document can be assigned to.

Who has to act next: the assignee, if there is one; else the last author of a draft, whoever may approve what is in
review (where the four-eyes rule asks for a second person, none of the authors' hands), and whoever may publish what is
approved or could not be published at its time.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import table as lightweight_table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.hands import UNKNOWN, HandBook
from hub.auth.people import PERSON
from hub.auth.principal import Principal, Scope
from hub.consultation.records import MEMBER
from hub.content.due_failures import FAILURE, IS_SCHEDULED_FAILURE
from hub.content.models import Document, Edition
from hub.content.provenance_models import Provenance
from hub.db import table
from hub.domain.lifecycle import WORKING_STATES, DocumentState, EditionState
from hub.errors import Forbidden, NotFound, UnknownReference
from hub.manage.four_eyes import RULE, FourEyesRule, was_flagged
from hub.manage.models import AuditEntry
from hub.manage.notes import ASSIGNMENT, NOTE
from hub.paging import decode_cursor, encode_cursor, list_digest, moment_part, select_page_before, text_part, uuid_part
from hub.problem_texts.templates import fill
from hub.registry.queries import agency_with_descendants, require_agency
from hub.web.parameters import PageParams
from hub.worklist.views import (
    Assignee,
    Assignees,
    NotePage,
    NoteView,
    WaitingFor,
    WorklistLine,
    WorklistPage,
    WorklistParams,
)

DOCUMENT, EDITION, AUDIT, PROVENANCE = table(Document), table(Edition), table(AuditEntry), table(Provenance)
LIVE = EDITION.alias("live")
_SOURCE = lightweight_table("source", column("code"), column("agency"))
"""The table of sources, which belongs to a package above."""

TITLE, NUMBER = EDITION.c.content["title"].astext, EDITION.c.content["number"].astext

_ORDER = (EDITION.c.changed_at, EDITION.c.document_id, EDITION.c.lang)


def _delivery() -> Any:
    """Facts of the source's last delivery of an edition, if nobody has changed it since."""
    return (
        select(AUDIT.c.details["doubts"].label("doubts"), AUDIT.c.details["consultation"].astext.label("consultation"))
        .where(
            AUDIT.c.document_id == EDITION.c.document_id,
            AUDIT.c.lang == EDITION.c.lang,
            AUDIT.c.edition == EDITION.c.number,
            AUDIT.c.actor == EDITION.c.written_by,
            AUDIT.c.verb.in_(("create", "save")),
        )
        .order_by(AUDIT.c.id.desc())
        .limit(1)
        .lateral("delivery")
    )


async def list_worklist(connection: AsyncConnection, by: Principal, params: WorklistParams) -> WorklistPage:
    """Read a page of the working editions that wait in the agencies of a principal, latest change first.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    await require_agency(connection, params.agency)
    _require_reader(by, params.agency)
    await _require_source(connection, by, params.source)
    name = worklist_digest(params)
    delivery = _delivery()
    has_doubts = func.coalesce(func.jsonb_array_length(delivery.c.doubts), 0) > 0
    is_linked = exists(select(MEMBER.c.document_id).where(MEMBER.c.document_id == DOCUMENT.c.id))
    mine = await _is_waiting_for(connection, by)
    sources = (
        select(func.coalesce(func.array_agg(PROVENANCE.c.source.distinct()), cast([], ARRAY(Text))))
        .where(PROVENANCE.c.document_id == DOCUMENT.c.id)
        .correlate(DOCUMENT)
        .scalar_subquery()
    )
    due = func.coalesce(ASSIGNMENT.c.due, EDITION.c.scheduled_for)
    query: Select[Any] = (
        select(
            *(DOCUMENT.c[column_name] for column_name in ("id", "kind", "owner", "version")),
            DOCUMENT.c.state.label("document_state"),
            *(EDITION.c[column_name] for column_name in ("lang", "state", "written_by", "changed_at", "scheduled_for")),
            EDITION.c.number.label("edition"),
            TITLE.label("title"),
            NUMBER.label("number"),
            func.coalesce(EDITION.c.content["high_impact"].astext == "true", false()).label("high_impact"),
            FAILURE.c.problem.label("schedule_problem"),
            PERSON.c.id.label("person_id"),
            PERSON.c.name.label("person"),
            PERSON.c.agency.label("person_agency"),
            due.label("due"),
            sources.label("sources"),
            delivery.c.doubts,
            case((is_linked, None), else_=delivery.c.consultation).label("consultation"),
            mine.label("is_mine"),
        )
        .join_from(EDITION, DOCUMENT, DOCUMENT.c.id == EDITION.c.document_id)
        .outerjoin(FAILURE, IS_SCHEDULED_FAILURE)
        .outerjoin(ASSIGNMENT, ASSIGNMENT.c.document_id == DOCUMENT.c.id)
        .outerjoin(PERSON, PERSON.c.id == ASSIGNMENT.c.person_id)
        .outerjoin(RULE, RULE.c.agency == DOCUMENT.c.owner)
        .outerjoin(delivery, true())
        .where(
            EDITION.c.state.in_([params.state.value] if params.state else sorted(WORKING_STATES)),
            DOCUMENT.c.owner.in_([params.agency] if params.agency else sorted(by.agencies)),
        )
    )
    if params.kind is not None:
        query = query.where(DOCUMENT.c.kind == params.kind.value)
    if params.source is not None:
        delivered = exists().where(PROVENANCE.c.document_id == DOCUMENT.c.id, PROVENANCE.c.source == params.source)
        query = query.where(delivered)
    if params.doubt is not None:
        query = query.where(has_doubts if params.doubt else ~has_doubts)
    if params.due_to is not None:
        query = query.where(due <= params.due_to)
    if params.assigned_to is not None:
        query = query.where(ASSIGNMENT.c.person_id == params.assigned_to)
    if params.waiting_for is not None:
        query = query.where(mine if params.waiting_for is WaitingFor.me else ~mine)
    for word in (params.q or "").split():
        query = query.where(_contains(word))
    if params.cursor is not None:
        there = decode_cursor(name, params.cursor, moment_part, uuid_part, text_part)
        query = query.where(tuple_(*_ORDER) < tuple_(*there))
    query = query.order_by(*(column.desc() for column in _ORDER)).limit(params.limit + 1)
    rows = (await connection.execute(query)).mappings().all()
    items = [_worklist_line(row) for row in rows[: params.limit]]
    return WorklistPage(items=items, next=worklist_cursor(name, items[-1]) if len(rows) > params.limit else None)


def worklist_cursor(name: str, line: WorklistLine) -> str:
    """The cursor of a line in its list."""
    return encode_cursor(name, line.changed_at.isoformat(), line.id, line.lang)


def worklist_digest(params: WorklistParams) -> str:
    """The digest of a list of the desk: only the filters that are set count."""
    filters = params.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    return list_digest("worklist", filters)


def _contains(word: str) -> ColumnElement[bool]:
    """True where title and number hold a word, in any case and with or without tone marks."""
    pattern = func.hub_fold(word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_"))
    text = func.hub_fold(func.concat(TITLE, " ", NUMBER))
    return text.like(func.concat("%", pattern, "%"))


def _worklist_line(row: Any) -> WorklistLine:
    assignee = None
    if row["person_id"] is not None:
        assignee = Assignee(id=row["person_id"], name=row["person"], agency=row["person_agency"])
    return WorklistLine(
        **{name: row[name] for name in WorklistLine.model_fields if name not in ("assignee", "doubts", "waiting_for")},
        assignee=assignee,
        doubts=row["doubts"] or [],
        waiting_for=WaitingFor.me if row["is_mine"] else WaitingFor.others,
    )


async def _is_waiting_for(connection: AsyncConnection, by: Principal) -> ColumnElement[bool]:
    """The condition that a working edition waits for a principal.

    A hint: garbled text, the makers of a source, and in whose hands a key was at the time of writing are found out when
    somebody approves.
    """
    hands = await HandBook.load(connection)
    own = hands.hands_of([by.id])
    writers = (
        select(EDITION.c.written_by)
        .join_from(EDITION, DOCUMENT, DOCUMENT.c.id == EDITION.c.document_id)
        .where(EDITION.c.state == EditionState.in_review, DOCUMENT.c.owner.in_(sorted(by.agencies)))
        .distinct()
    )
    authors = list((await connection.execute(writers)).scalars())
    blocked = [
        author
        for author in authors
        if UNKNOWN in own or UNKNOWN in (theirs := hands.hands_of([author])) or not own.isdisjoint(theirs)
    ]
    public_flag = exists().where(
        LIVE.c.document_id == DOCUMENT.c.id,
        LIVE.c.state == EditionState.published,
        LIVE.c.content.contains({"high_impact": True}),
    )
    high_impact = or_(EDITION.c.content.contains({"high_impact": True}), public_flag, was_flagged(DOCUMENT.c.id))
    rule = func.coalesce(RULE.c.four_eyes, FourEyesRule.high_impact.value)
    required = or_(rule == FourEyesRule.always.value, and_(rule == FourEyesRule.high_impact.value, high_impact))
    may_write, may_publish = (true() if scope in by.scopes else false() for scope in (Scope.write, Scope.publish))
    is_author = EDITION.c.written_by.in_(sorted(hands.principals_of_person(by.id)))
    return case(
        (
            ASSIGNMENT.c.person_id.is_not(None),
            ASSIGNMENT.c.person_id == by.person_id if by.person_id is not None else false(),
        ),
        (EDITION.c.state == EditionState.drafting, and_(may_write, is_author)),
        (
            EDITION.c.state == EditionState.in_review,
            and_(may_publish, ~and_(required, EDITION.c.written_by.in_(blocked))),
        ),
        (EDITION.c.state == EditionState.approved, may_publish),
        else_=and_(may_publish, FAILURE.c.problem.is_not(None)),
    )


async def _require_source(connection: AsyncConnection, by: Principal, code: str | None) -> None:
    """Require a source of the principal's agencies, or one that has delivered to them. Raises `UnknownReference`."""
    if code is None:
        return
    agencies = sorted(by.agencies)
    delivered = exists().where(
        PROVENANCE.c.source == code, DOCUMENT.c.id == PROVENANCE.c.document_id, DOCUMENT.c.owner.in_(agencies)
    )
    own = exists().where(_SOURCE.c.code == code, _SOURCE.c.agency.in_(agencies))
    if not (await connection.execute(select(or_(own, delivered)))).scalar_one():
        raise UnknownReference(
            fill("You have no source `{code}`.", code=code), field="source", expected="the code of a source"
        )


def _require_reader(by: Principal, agency: str | None) -> None:
    if agency is not None:
        by.require(Scope.read_working, agency)
    elif Scope.read_working not in by.scopes:
        raise Forbidden(
            fill("This requires the scope `{read_working}`.", read_working=Scope.read_working),
            expected=fill("a key with the scope {read_working}", read_working=Scope.read_working),
        )


async def require_reader_of(connection: AsyncConnection, by: Principal, document_id: UUID) -> str:
    """Require that a principal may read a document's working editions; returns the owner.

    Raises `NotFound` or `Forbidden`.
    """
    query = select(DOCUMENT.c.owner, DOCUMENT.c.state).where(DOCUMENT.c.id == document_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no document with this id.", field="id")
    by.require_for_document(Scope.read_working, row.owner, is_public=row.state != DocumentState.unpublished)
    return str(row.owner)


async def list_notes(connection: AsyncConnection, by: Principal, document_id: UUID, params: PageParams) -> NotePage:
    """Read the notes about a document, newest first. Raises `NotFound`, `Forbidden` or `InvalidCursor`."""
    await require_reader_of(connection, by, document_id)
    name = notes_digest(document_id)
    columns = [NOTE.c.document_id.label("document") if field == "document" else NOTE.c[field] for field in _NOTE_FIELDS]
    query = select(*columns).where(NOTE.c.document_id == document_id)
    page = select_page_before(query, NOTE.c.id, name, params.cursor, params.limit)
    rows = (await connection.execute(page)).mappings().all()
    items = [NoteView(**row) for row in rows[: params.limit]]
    return NotePage(items=items, next=encode_cursor(name, items[-1].id) if len(rows) > params.limit else None)


_NOTE_FIELDS = tuple(NoteView.model_fields)


def notes_digest(document_id: UUID) -> str:
    """The digest of the list of notes about a document."""
    return list_digest("notes", document_id)


async def list_assignees(connection: AsyncConnection, by: Principal, document_id: UUID) -> Assignees:
    """Read the active persons of a document's owner and of the agencies above it, by name.

    Raises `NotFound` or `Forbidden`.
    """
    owner = await require_reader_of(connection, by, document_id)
    query = (
        select(PERSON.c.id, PERSON.c.name, PERSON.c.agency)
        .where(PERSON.c.ended_at.is_(None), literal(owner) == any_(agency_with_descendants(PERSON.c.agency)))
        .order_by(PERSON.c.name, PERSON.c.id)
        .limit(500)
    )
    return Assignees(persons=[Assignee(**row) for row in (await connection.execute(query)).mappings()])
