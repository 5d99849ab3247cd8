"""Commands on webhooks: create, change, rotate, pause, resume, replay, retry, drop, delete.

Each command checks permissions, flushes, and writes an audit entry. Only the caller (route or CLI) commits.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.auth.principal import Principal, Scope
from hub.changes.filters import FollowFilters, build_filter
from hub.content.damage import delete_damage
from hub.errors import InvalidInput, TransitionConflict, UnknownReference
from hub.log.models import LogHead
from hub.outgoing.client import check_url
from hub.problem_texts.templates import fill, one_of
from hub.registry.hierarchy import Registry
from hub.registry.models import Agency
from hub.settings import Settings
from hub.times import format_rfc3339, now
from hub.web.language import require_languages
from hub.webhooks.audit import write_audit_entry
from hub.webhooks.fanout import CHANNEL
from hub.webhooks.queries import read_endpoint, read_message, require_endpoint, require_webhook_scope
from hub.webhooks.row_damage import delete_row_damage
from hub.webhooks.rows import ENDPOINT, ENDPOINT_NAME, MESSAGE, RECEIPT, EndpointRow
from hub.webhooks.signing import generate_secret
from hub.webhooks.views import (
    Endpoint,
    EndpointChange,
    EndpointState,
    EndpointWithSecret,
    MessageWithBody,
    NewEndpoint,
    Rotation,
)

OPERATOR = "hub:operator"
"""Actor of `hub webhook` on the command line."""


class EndpointManager:
    """Commands of one principal (or, without a principal, of the operator) within one transaction."""

    def __init__(self, session: AsyncSession, settings: Settings, by: Principal | None, registry: Registry):
        self.session = session
        self.settings = settings
        self.by = by
        self.registry = registry

    async def create(self, new: NewEndpoint) -> EndpointWithSecret:
        """Create an endpoint at the head of the log: it receives what is published from now on.

        Raises `Forbidden`, `UnknownReference` and `InvalidInput`.
        """
        assert self.by is not None  # noqa: S101 - the operator creates no endpoints
        agency = new.agency or self.by.agency
        require_webhook_scope(self.by)
        self.by.require(Scope.webhooks if Scope.webhooks in self.by.scopes else Scope.admin, agency)
        check_url(new.url, self.settings, field="url", https=True)
        self._check_filter(new.filter)
        # The lock on the agency's row serializes counting its endpoints; foreign keys to the row are not blocked.
        locked = select(Agency).where(Agency.__table__.c.code == agency).with_for_update(key_share=True)  # type: ignore[attr-defined]
        if (await self.session.execute(locked)).scalar_one_or_none() is None:
            raise UnknownReference(
                fill("There is no agency `{agency}` in the registry.", agency=agency), field="agency"
            )
        count = select(func.count()).where(ENDPOINT.c.agency == agency)
        if (await self.session.execute(count)).scalar_one() >= self.settings.webhook_endpoints:
            raise InvalidInput(
                fill(
                    "{agency} already has {webhook_endpoints} webhooks.",
                    agency=agency,
                    webhook_endpoints=self.settings.webhook_endpoints,
                ),
                field="agency",
                expected="fewer webhooks: delete one that is no longer needed",
            )
        secret = generate_secret()
        row: dict[str, Any] = new.model_dump(mode="json", exclude={"agency", "label"}) | {
            "id": uuid4(),
            "agency": agency,
            "made_by": self.by.id,
            "label": new.label or "",
            "state": EndpointState.active.value,
            "secret": SecretCipher(self.settings).encrypt(secret),
            "position": await self._read_head(),
        }
        await self.session.execute(insert(ENDPOINT).values(**row))
        await self._audit("webhook_created", row["id"], agency, url=new.url)
        return await self._read_with_secret(row["id"], secret)

    async def change(self, endpoint: UUID, change: EndpointChange) -> Endpoint:
        """Update the given members. A new format or view applies to messages that have not been tried yet."""
        row = await self._lock_endpoint(endpoint)
        values = change.model_dump(mode="json", exclude_unset=True)
        if nulls := [name for name, value in values.items() if value is None and name != "label"]:
            raise InvalidInput(
                fill("`{name}` cannot be null; omit it to keep the value.", name=nulls[0]), field=nulls[0]
            )
        if change.url is not None:
            check_url(change.url, self.settings, field="url", https=True)
        if change.filter is not None:
            self._check_filter(change.filter)
        if "label" in values:
            values["label"] = values["label"] or ""
        if values:
            await self.session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(**values))
            await self._audit("webhook_changed", endpoint, row.agency, members=sorted(values))
        return await read_endpoint(self.session, endpoint)

    async def rotate(self, endpoint: UUID, rotation: Rotation) -> EndpointWithSecret:
        """Replace the secret. During the overlap, messages carry two signatures, the new one first."""
        row = await self._lock_endpoint(endpoint)
        secret = generate_secret()
        until = now() + timedelta(hours=rotation.overlap_hours)
        values = {"secret": SecretCipher(self.settings).encrypt(secret), "old_secret": row.secret, "old_until": until}
        if rotation.overlap_hours == 0:
            values |= {"old_secret": None, "old_until": None}
        await self.session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(**values))
        await self._audit("webhook_secret_rotated", endpoint, row.agency, overlap_until=format_rfc3339(until))
        return await self._read_with_secret(endpoint, secret)

    async def pause(self, endpoint: UUID) -> Endpoint:
        """Stop sending until the endpoint is resumed; then everything since is sent, in order."""
        row = await self._lock_endpoint(endpoint)
        if row.state != EndpointState.active:
            raise TransitionConflict(fill("The webhook is {state}.", state=row.state), field="state", expected="active")
        values = {"state": EndpointState.paused.value, "stopped_at": now()}
        await self.session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(**values))
        await self._audit("webhook_paused", endpoint, row.agency)
        return await read_endpoint(self.session, endpoint)

    async def resume(self, endpoint: UUID) -> Endpoint:
        """Activate the endpoint and send at once: the waiting messages, then entries published in the meantime."""
        row = await self._lock_endpoint(endpoint)
        if row.state == EndpointState.active:
            raise TransitionConflict("The webhook is active.", field="state", expected="paused or disabled")
        values: dict[str, Any] = {"state": EndpointState.active.value, "stopped_at": None, "reason": None}
        values |= {"fanout_failures": 0, "fanout_at": None}
        await self.session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(**values))
        await self._requeue(endpoint, MESSAGE.c.state == "waiting")
        await self._audit("webhook_resumed", endpoint, row.agency)
        return await read_endpoint(self.session, endpoint)

    async def replay(self, endpoint: UUID, after: int) -> Endpoint:
        """Send everything after a position again, in order, with the same ids and, where frozen, the same bytes."""
        row = await self._lock_endpoint(endpoint)
        if after > row.position:
            raise InvalidInput(
                fill("Messages exist only up to position {position}.", position=row.position),
                field="after",
                expected="an earlier position",
            )
        # The cursor goes back, and the follower lets existing messages wait again as it passes them: so a replay is
        # one changed row, however long the log is.
        values = {"position": after, "replay_to": max(row.position, row.replay_to or 0)}
        await self.session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(**values))
        await self._audit("webhook_replayed", endpoint, row.agency, after=after)
        return await read_endpoint(self.session, endpoint)

    async def retry(self, endpoint: UUID, seq: int) -> MessageWithBody:
        """Queue a parked or dropped message again, before all waiting messages."""
        row = await self._lock_endpoint(endpoint)
        await self._require_state(endpoint, seq, ("parked", "dropped"))
        await self._requeue(endpoint, MESSAGE.c.seq == seq)
        await self._audit("webhook_message_retried", endpoint, row.agency, seq=seq)
        return await read_message(self.session, endpoint, seq)

    async def drop(self, endpoint: UUID, seq: int) -> MessageWithBody:
        """Drop a parked or waiting message: its alert ends, and the next message can be sent."""
        row = await self._lock_endpoint(endpoint)
        await self._require_state(endpoint, seq, ("parked", "waiting"))
        values = {"state": "dropped", "settled_at": now()}
        this = (MESSAGE.c.endpoint_id == endpoint, MESSAGE.c.seq == seq)
        await self.session.execute(update(MESSAGE).where(*this).values(**values))
        await self._audit("webhook_message_dropped", endpoint, row.agency, seq=seq)
        return await read_message(self.session, endpoint, seq)

    async def delete(self, endpoint: UUID) -> None:
        """Delete the endpoint with its messages and receipts."""
        row = await self._lock_endpoint(endpoint)
        await delete_damage(self.session, [ENDPOINT_NAME.of(endpoint)])
        await delete_row_damage(self.session, MESSAGE.c.endpoint_id == endpoint, RECEIPT.c.endpoint_id == endpoint)
        await self.session.execute(delete(ENDPOINT).where(ENDPOINT.c.id == endpoint))
        await self._audit("webhook_deleted", endpoint, row.agency, url=row.url)

    def _check_filter(self, wanted: FollowFilters) -> None:
        require_languages(wanted.lang, self.settings.languages)
        build_filter(wanted, self.registry)

    async def _lock_endpoint(self, endpoint: UUID) -> EndpointRow:
        return await require_endpoint(self.session, self.by, endpoint, lock=True)

    async def _read_head(self) -> int:
        seq: int = (await self.session.execute(select(LogHead.__table__.c.seq))).scalar_one()  # type: ignore[attr-defined]
        return seq

    async def _require_state(self, endpoint: UUID, seq: int, allowed: tuple[str, ...]) -> None:
        found = await read_message(self.session, endpoint, seq)
        if found.state.value not in allowed:
            raise TransitionConflict(
                fill("The message is {state}.", state=found.state), field="state", expected=one_of(allowed)
            )

    async def _requeue(self, endpoint: UUID, condition: ColumnElement[bool]) -> None:
        """Reset messages to waiting without attempts, keep their bodies, and wake the senders."""
        values = {"state": "waiting", "attempts": 0, "first_at": None, "next_at": now(), "settled_at": None}
        await self.session.execute(update(MESSAGE).where(MESSAGE.c.endpoint_id == endpoint, condition).values(**values))
        await self.session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def _audit(self, verb: str, endpoint: UUID, agency: str, **details: Any) -> None:
        actor, label = (self.by.id, self.by.label) if self.by is not None else (OPERATOR, "")
        await write_audit_entry(
            self.session, verb, agency=agency, endpoint=endpoint, actor=actor, label=label, **details
        )

    async def _read_with_secret(self, endpoint: UUID, secret: str) -> EndpointWithSecret:
        found = await read_endpoint(self.session, endpoint)
        return EndpointWithSecret(**dict(found), secret=secret)
