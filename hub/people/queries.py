"""Reads of persons and keys, for administrators of their agencies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.keys import KEY_COLUMNS, KEYS_WITH_PERSONS, ApiKeyRow
from hub.auth.people import KEY, PERSON
from hub.auth.principal import Principal, Scope
from hub.errors import Forbidden, NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, moment_part, text_part, uuid_part
from hub.people.views import KeyPage, KeyParams, KeyState, KeyView, PersonPage, PersonParams, PersonView
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency
from hub.times import now


def require_admin(by: Principal, agency: str | None) -> None:
    """Require the scope `admin`, for one agency or at all. Raises `Forbidden`."""
    if agency is not None:
        by.require(Scope.admin, agency)
    elif Scope.admin not in by.scopes:
        raise Forbidden(
            fill("This requires the scope `{admin}`.", admin=Scope.admin),
            expected=fill("a key with the scope {admin}", admin=Scope.admin),
        )


def _select_persons(moment: datetime) -> Select[Any]:
    valid = and_(KEY.c.revoked_at.is_(None), or_(KEY.c.expires_at.is_(None), KEY.c.expires_at > moment))
    keys = select(func.count()).where(KEY.c.person_id == PERSON.c.id, PERSON.c.ended_at.is_(None), valid)
    columns = [PERSON.c[name] for name in PersonView.model_fields if name != "keys"]
    return select(*columns, keys.correlate(PERSON).scalar_subquery().label("keys"))


async def list_persons(connection: AsyncConnection, by: Principal, params: PersonParams) -> PersonPage:
    """Read the persons of the agencies a principal administers, newest first.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    await require_agency(connection, params.agency)
    require_admin(by, params.agency)
    name = persons_digest(params)
    query = _select_persons(now()).where(PERSON.c.agency.in_([params.agency] if params.agency else sorted(by.agencies)))
    if params.active is not None:
        query = query.where(PERSON.c.ended_at.is_(None) if params.active else PERSON.c.ended_at.is_not(None))
    if params.cursor is not None:
        at, last = decode_cursor(name, params.cursor, moment_part, uuid_part)
        query = query.where(tuple_(PERSON.c.created_at, PERSON.c.id) < tuple_(at, last))
    query = query.order_by(PERSON.c.created_at.desc(), PERSON.c.id.desc()).limit(params.limit + 1)
    rows = (await connection.execute(query)).mappings().all()
    items = [PersonView(**row) for row in rows[: params.limit]]
    return PersonPage(items=items, next=cursor_of(name, items[-1]) if len(rows) > params.limit else None)


async def read_person(connection: AsyncConnection | AsyncSession, by: Principal, person_id: UUID) -> PersonView:
    """Read a person of an agency that the principal administers. Raises `Forbidden` or `NotFound`."""
    require_admin(by, None)
    query = _select_persons(now()).where(PERSON.c.id == person_id, PERSON.c.agency.in_(sorted(by.agencies)))
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no person with this id.", field="id")
    return PersonView(**row)


def key_view(row: ApiKeyRow, moment: datetime) -> KeyView:
    """A key as administrators see it."""
    over = row.expires_at is not None and row.expires_at <= moment
    state = KeyState.ended if row.revoked_at is not None else KeyState.expired if over else KeyState.valid
    return KeyView(
        id=row.id,
        label=row.label,
        person_id=row.person_id,
        person=row.person,
        agency=row.agency,
        agencies=row.only_agencies,
        scopes=[Scope(scope) for scope in row.scopes],
        state=state,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.revoked_at,
        rotated_from=row.rotated_from,
        last_used_at=row.last_used_at,
    )


async def list_managed_keys(connection: AsyncConnection, by: Principal, params: KeyParams) -> KeyPage:
    """Read the keys of the agencies a principal administers, newest first.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    await require_agency(connection, params.agency)
    require_admin(by, params.agency)
    name, moment = keys_digest(params), now()
    query = select(*KEY_COLUMNS).select_from(KEYS_WITH_PERSONS)
    query = query.where(KEY.c.agency.in_([params.agency] if params.agency else sorted(by.agencies)))
    if params.person is not None:
        query = query.where(KEY.c.person_id == params.person)
    if params.created_by is not None:
        query = query.where(KEY.c.created_by == params.created_by)
    if params.state is not None:
        over = and_(KEY.c.expires_at.is_not(None), KEY.c.expires_at <= moment)
        query = query.where(
            {
                KeyState.ended: KEY.c.revoked_at.is_not(None),
                KeyState.expired: and_(KEY.c.revoked_at.is_(None), over),
                KeyState.valid: and_(KEY.c.revoked_at.is_(None), ~over),
            }[params.state]
        )
    if params.cursor is not None:
        at, last = decode_cursor(name, params.cursor, moment_part, text_part)
        query = query.where(tuple_(KEY.c.created_at, KEY.c.id) < tuple_(at, last))
    query = query.order_by(KEY.c.created_at.desc(), KEY.c.id.desc()).limit(params.limit + 1)
    rows = [ApiKeyRow(*row) for row in await connection.execute(query)]
    items = [key_view(row, moment) for row in rows[: params.limit]]
    return KeyPage(items=items, next=cursor_of(name, items[-1]) if len(rows) > params.limit else None)


async def read_key(connection: AsyncConnection | AsyncSession, by: Principal, key_id: str) -> KeyView:
    """Read a key of an agency that the principal administers. Raises `Forbidden` or `NotFound`."""
    require_admin(by, None)
    query = select(*KEY_COLUMNS).select_from(KEYS_WITH_PERSONS).where(KEY.c.id == key_id)
    row = (await connection.execute(query.where(KEY.c.agency.in_(sorted(by.agencies))))).one_or_none()
    if row is None:
        raise NotFound("There is no key with this id.", field="id")
    return key_view(ApiKeyRow(*row), now())


def persons_digest(params: PersonParams) -> str:
    """The digest of a list of persons."""
    return list_digest("people", params.agency, params.active)


def keys_digest(params: KeyParams) -> str:
    """The digest of a list of keys."""
    return list_digest("keys", params.agency, params.person, params.state, params.created_by)


def cursor_of(name: str, item: PersonView | KeyView) -> str:
    """The cursor of a person or key in its list."""
    return encode_cursor(name, item.created_at.isoformat(), str(item.id))
