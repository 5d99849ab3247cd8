"""Queries of webhooks: endpoints, messages and receipts, with the permission checks of their managers."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.stored_rows import read_row, require_row
from hub.errors import Forbidden, InvalidCursor, NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, select_page_before, uuid_part
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency
from hub.webhooks.payload import message_id
from hub.webhooks.rows import (
    ENDPOINT,
    ENDPOINT_NAME,
    ENTRY_HASH,
    MESSAGE,
    MESSAGE_NAME,
    RECEIPT,
    RECEIPT_NAME,
    EndpointRow,
    EndpointWithCounts,
    MessageRow,
    ReceiptRow,
    StoredMessage,
)
from hub.webhooks.views import (
    Endpoint,
    EndpointPage,
    EndpointParams,
    Message,
    MessagePage,
    MessageParams,
    MessageWithBody,
    Receipt,
    ReceiptPage,
    ReceiptParams,
)

MAX_COUNTED = 1_000
"""Limit for counting the waiting messages of an endpoint."""


def require_webhook_scope(by: Principal) -> None:
    """Raise `Forbidden` unless the key may manage webhooks."""
    if not by.scopes & {Scope.webhooks, Scope.admin}:
        raise Forbidden("This requires the scope `webhooks`.", expected="a key with the scope webhooks")


def manageable_endpoints(by: Principal) -> ColumnElement[bool]:
    """Return the condition for endpoints of a principal: with `webhooks` those it created, with `admin` those of its
    agencies. Raises `Forbidden`."""
    require_webhook_scope(by)
    rights = [ENDPOINT.c.made_by == by.id] if Scope.webhooks in by.scopes else []
    if Scope.admin in by.scopes:
        rights.append(ENDPOINT.c.agency.in_(sorted(by.agencies)))
    return or_(*rights)


async def require_endpoint(
    connection: AsyncConnection | AsyncSession, by: Principal | None, endpoint: UUID, *, lock: bool = False
) -> EndpointRow:
    """Read an endpoint that the principal (None: the operator) may manage; with `lock`, lock its row.

    Raises `NotFound` or `Forbidden`.
    """
    query = select(ENDPOINT).where(ENDPOINT.c.id == endpoint)
    result = await connection.execute(query.with_for_update(key_share=True) if lock else query)
    found = result.mappings().one_or_none()
    if by is not None:
        require_webhook_scope(by)
    if found is None:
        raise NotFound("There is no webhook with this id.", field="id")
    row = EndpointRow(**found)
    if by is not None:
        own = Scope.webhooks in by.scopes and row.made_by == by.id
        if not own and not (Scope.admin in by.scopes and row.agency in by.agencies):
            raise Forbidden(
                fill("`{who}` may not manage this webhook.", who=by.label or by.id),
                field="id",
                expected=fill("the key that created it, or a key of {agency} with the scope admin", agency=row.agency),
            )
    return row


def _select_endpoints() -> Select[Any]:
    """Select endpoints with counts of their messages, in one statement."""
    of_endpoint = MESSAGE.c.endpoint_id == ENDPOINT.c.id
    some = select(literal(1)).where(of_endpoint, MESSAGE.c.state == "waiting").limit(MAX_COUNTED).correlate(ENDPOINT)
    waiting = select(func.count()).select_from(some.subquery().lateral()).scalar_subquery()
    parked = select(func.count()).where(of_endpoint, MESSAGE.c.state == "parked").scalar_subquery()
    first = (
        select(MESSAGE.c.next_at).where(of_endpoint, MESSAGE.c.state == "waiting").order_by(MESSAGE.c.seq).limit(1)
    ).scalar_subquery()
    return select(ENDPOINT, waiting.label("waiting"), parked.label("parked"), first.label("next_at"))


def _endpoint_values(row: EndpointWithCounts) -> dict[str, Any]:
    members = Endpoint.model_fields.keys() - {"old_secret_until", "problem"}
    return {name: getattr(row, name) for name in members} | {"old_secret_until": row.old_until}


async def read_endpoint(connection: AsyncConnection | AsyncSession, endpoint: UUID) -> Endpoint:
    """Read an endpoint with its counts. The caller checks permissions. Raises `ViewBroken`."""
    result = await connection.execute(_select_endpoints().where(ENDPOINT.c.id == endpoint))
    row = EndpointWithCounts(**result.mappings().one())
    return require_row(Endpoint, _endpoint_values(row), ENDPOINT_NAME.of(endpoint))


async def list_endpoints(connection: AsyncConnection, by: Principal | None, params: EndpointParams) -> EndpointPage:
    """List endpoints of a principal (None: the operator, who sees all), newest first.

    Raises `Forbidden`, `UnknownReference` and `InvalidCursor`.
    """
    if by is not None:
        require_webhook_scope(by)
    await require_agency(connection, params.agency)
    if by is not None and params.agency is not None and params.agency not in by.agencies:
        raise Forbidden(
            fill("`{who}` has no access to {agency}.", who=by.label or by.id, agency=params.agency), field="agency"
        )
    name = list_digest("webhooks", params.agency, params.state)
    query = _select_endpoints() if by is None else _select_endpoints().where(manageable_endpoints(by))
    if params.agency is not None:
        query = query.where(ENDPOINT.c.agency == params.agency)
    if params.state is not None:
        query = query.where(ENDPOINT.c.state == params.state.value)
    if params.cursor is not None:
        [last] = decode_cursor(name, params.cursor, uuid_part)
        anchor = select(ENDPOINT.c.created_at, ENDPOINT.c.id).where(ENDPOINT.c.id == last)
        at = (await connection.execute(anchor)).one_or_none()
        if at is None:
            raise InvalidCursor("The last webhook of the page was deleted; start again.", field="cursor")
        older = and_(ENDPOINT.c.created_at == at.created_at, ENDPOINT.c.id < at.id)
        query = query.where(or_(ENDPOINT.c.created_at < at.created_at, older))
    ordered = query.order_by(ENDPOINT.c.created_at.desc(), ENDPOINT.c.id.desc()).limit(params.limit + 1)
    rows = [EndpointWithCounts(**row) for row in (await connection.execute(ordered)).mappings()]
    kept = rows[: params.limit]
    views = (read_row(Endpoint, _endpoint_values(row), ENDPOINT_NAME.of(row.id)) for row in kept)
    items = [view for view in views if view is not None]
    return EndpointPage(items=items, next=encode_cursor(name, kept[-1].id) if len(rows) > params.limit else None)


def _message_values(row: MessageRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Message.model_fields if name != "id"}
    next_at = row.next_at if row.state == "waiting" else None
    return values | {"id": message_id(row.endpoint_id, row.seq, row.entry_hash), "next_at": next_at}


async def list_messages(connection: AsyncConnection, endpoint: UUID, params: MessageParams) -> MessagePage:
    """List messages of an endpoint, latest position first. The caller checks permissions. Raises `InvalidCursor`."""
    name = list_digest("webhook_messages", endpoint, params.state)
    columns = [column for column in MESSAGE.c if column.name != "body"]
    query = select(*columns, ENTRY_HASH).where(MESSAGE.c.endpoint_id == endpoint)
    if params.state is not None:
        query = query.where(MESSAGE.c.state == params.state.value)
    page = select_page_before(query, MESSAGE.c.seq, name, params.cursor, params.limit)
    rows = [MessageRow(**row) for row in (await connection.execute(page)).mappings()]
    kept = rows[: params.limit]
    views = (read_row(Message, _message_values(row), MESSAGE_NAME.of(row.seq, endpoint)) for row in kept)
    items = [view for view in views if view is not None]
    return MessagePage(items=items, next=encode_cursor(name, kept[-1].seq) if len(rows) > params.limit else None)


async def read_message(connection: AsyncConnection | AsyncSession, endpoint: UUID, seq: int) -> MessageWithBody:
    """Read a message with its body. Raises `NotFound`."""
    query = select(MESSAGE, ENTRY_HASH).where(MESSAGE.c.endpoint_id == endpoint, MESSAGE.c.seq == seq)
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise NotFound("This webhook has no message at this position.", field="seq")
    row = StoredMessage(**found)
    body = row.body.decode("utf-8", "replace") if row.body is not None else None
    return require_row(MessageWithBody, _message_values(row) | {"body": body}, MESSAGE_NAME.of(seq, endpoint))


async def list_receipts(connection: AsyncConnection, endpoint: UUID, params: ReceiptParams) -> ReceiptPage:
    """List receipts of an endpoint, newest first. The caller checks permissions. Raises `InvalidCursor`."""
    name = list_digest("webhook_receipts", endpoint, params.seq)
    query = select(RECEIPT).where(RECEIPT.c.endpoint_id == endpoint)
    if params.seq is not None:
        query = query.where(RECEIPT.c.seq == params.seq)
    page = select_page_before(query, RECEIPT.c.id, name, params.cursor, params.limit)
    rows = [ReceiptRow(**row) for row in (await connection.execute(page)).mappings()]
    kept = rows[: params.limit]
    views = (
        read_row(Receipt, {member: getattr(row, member) for member in Receipt.model_fields}, RECEIPT_NAME.of(row.id))
        for row in kept
    )
    items = [view for view in views if view is not None]
    return ReceiptPage(items=items, next=encode_cursor(name, kept[-1].id) if len(rows) > params.limit else None)
