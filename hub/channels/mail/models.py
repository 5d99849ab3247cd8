"""Tables of e-mail: addresses and subscriptions, requests for them, digests with their ranges, bounces, and terms.

An address is stored sealed and found by an HMAC, so neither a dump nor a reader of the table learns one.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column


class MailAddress(SQLModel, table=True):
    """An address that subscribed or was asked to confirm (địa chỉ nhận thư)."""

    __tablename__ = "mail_address"
    __table_args__ = (
        CheckConstraint("(key IS NULL) = (address_sealed IS NULL)", name="mail_address_erased"),
        Index("uq_mail_address_key", "key", unique=True),
    )

    id: UUID = Field(primary_key=True)
    key: bytes | None = None
    """HMAC of the normalized address; null once the address is erased."""
    address_sealed: bytes | None = None
    state: str = Field(max_length=16)
    """`active`, or `suppressed` after bounces."""
    suppressed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    suppressed_reason: str | None = None
    soft_bounces: int = 0
    """Days in a row with temporary failures, since the last confirmation."""
    soft_bounce_day: date | None = None
    """Day in Việt Nam of the last one that counted: one a day."""
    confirmation_day: date | None = None
    """Day in Việt Nam of the last confirmation mail: one a day."""
    created_at: datetime = Field(sa_column=timestamp_column())
    ended_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """End of its last subscription; null while it has one."""


class MailSubscription(SQLModel, table=True):
    """A subscription of an address to a filter of the log (đăng ký nhận tin)."""

    __tablename__ = "mail_subscription"
    __table_args__ = (
        Index(
            "uq_mail_subscription_filter",
            "address_id",
            "filter_digest",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_mail_subscription_due", "next_due_at", "id", postgresql_where=text("state = 'active'")),
        Index("ix_mail_subscription_at_once", "id", postgresql_where=text("state = 'active' AND mode = 'at_once'")),
    )

    id: UUID = Field(primary_key=True)
    address_id: UUID = Field(foreign_key="mail_address.id", ondelete="CASCADE", index=True)
    filter: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    filter_digest: bytes
    mode: str = Field(max_length=16)
    hour: int
    """Hour in Việt Nam at which digests are made, 0 to 23."""
    lang: str = Field(max_length=8)
    state: str = Field(max_length=16)
    """`pending`, `active`, `paused`, `suppressed` or `ended`."""
    epoch: UUID | None = None
    seq: int | None = Field(default=None, sa_type=BigInteger)
    """Position up to which its entries are settled; of `at_once`, the position from which on it receives."""
    next_due_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time of the next digest; null for `at_once`."""
    created_at: datetime = Field(sa_column=timestamp_column())
    confirmed_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class MailRequest(SQLModel, table=True):
    """A request for a subscription, answered before anything was looked up; the worker handles it."""

    __tablename__ = "mail_request"
    __table_args__ = (
        Index("ix_mail_request_waiting", "next_at", "id", postgresql_where=text("handled_at IS NULL")),
        Index("ix_mail_request_domain", "domain_key", "handled_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    address_sealed: bytes | None = None
    """Null once it is handled."""
    domain_key: bytes
    """HMAC of the domain of the address, for the quota of confirmations per hour."""
    filter: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    mode: str = Field(max_length=16)
    hour: int
    lang: str = Field(max_length=8)
    made_at: datetime = Field(sa_column=timestamp_column())
    next_at: datetime = Field(sa_column=timestamp_column())
    """Time from which on it can be handled: later, if the address or its domain got enough mails."""
    handled_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    has_mail: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """True if a mail was sent for it."""


class MailProgress(SQLModel, table=True):
    """The single row of the position up to which the log is mailed at once; its lock orders all planning."""

    __tablename__ = "mail_progress"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    epoch: UUID | None = None
    seq: int | None = Field(default=None, sa_type=BigInteger)
    """Null until the channel is first switched on."""
    floor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Position up to which nothing is mailed any more, since the last restore."""
    instance: UUID | None = None
    """Right to send under which the positions are valid: another one means that the database was restored."""


class MailRun(SQLModel, table=True):
    """A run of digests: all of one mode that are due at one time, up to one position."""

    __tablename__ = "mail_run"
    __table_args__ = (
        Index("uq_mail_run_due", "mode", "due_at", unique=True),
        Index("ix_mail_run_open", "due_at", postgresql_where=text("finished_at IS NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    mode: str = Field(max_length=16)
    due_at: datetime = Field(sa_column=timestamp_column())
    epoch: UUID
    to_seq: int = Field(sa_type=BigInteger)
    started_at: datetime = Field(sa_column=timestamp_column())
    finished_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))


class MailDigest(SQLModel, table=True):
    """The range of the log that one run settled for one subscription; without `item_id`, nothing in it matched."""

    __tablename__ = "mail_digest"
    __table_args__ = (
        Index("uq_mail_digest_run", "run_id", "subscription_id", unique=True),
        Index(
            "uq_mail_digest_range",
            "subscription_id",
            "from_seq",
            unique=True,
            postgresql_where=text("to_seq > from_seq"),
        ),
        Index("ix_mail_digest_made", "made_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    run_id: int = Field(sa_type=BigInteger, foreign_key="mail_run.id", ondelete="CASCADE")
    subscription_id: UUID = Field(foreign_key="mail_subscription.id", ondelete="CASCADE")
    epoch: UUID
    from_seq: int = Field(sa_type=BigInteger)
    """Position after which the range begins."""
    to_seq: int = Field(sa_type=BigInteger)
    item_id: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_column=timestamp_column())


class MailReceived(SQLModel, table=True):
    """A document in a mail of a subscription: its correction and withdrawal go there, too."""

    __tablename__ = "mail_received"
    __table_args__ = (
        Index("ix_mail_received_subscription", "subscription_id", "document_id"),
        Index("ix_mail_received_document", "document_id"),
    )

    item_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    document_id: UUID = Field(primary_key=True)
    subscription_id: UUID = Field(foreign_key="mail_subscription.id", ondelete="CASCADE")
    at: datetime = Field(sa_column=timestamp_column(index=True))


class MailNotice(SQLModel, table=True):
    """Address of one notice to a person without a subscription: the author of a comment that was answered."""

    __tablename__ = "mail_notice"

    id: UUID = Field(primary_key=True)
    """UUID of the comment."""
    address_sealed: bytes | None = None
    """Null once the mail is settled long enough, bounced, or its comment is erased."""
    made_at: datetime = Field(sa_column=timestamp_column())


class MailBounce(SQLModel, table=True):
    """A report that a mail was not delivered; one of each kind counts for a mail."""

    __tablename__ = "mail_bounce"

    item_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    is_permanent: bool = Field(primary_key=True)
    status: str | None = Field(default=None, max_length=16)
    """Enhanced status code, such as `5.1.1`."""
    at: datetime = Field(sa_column=timestamp_column(index=True))


class MailTerm(SQLModel, table=True):
    """A term of retention in days, as a row: an operator changes it without a new release."""

    __tablename__ = "mail_term"

    rule: str = Field(primary_key=True, max_length=32)
    days: int
    basis: str
