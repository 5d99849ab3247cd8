"""Request and response models of webhooks. A secret is shown once: when it is created."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from hub.changes.filtering import ChangeEvent
from hub.changes.filters import FollowFilters
from hub.domain.scalars import Code, Line, Moment
from hub.domain.types import Content, View
from hub.urls import MAX_URL_LENGTH
from hub.web.parameters import PageParams
from hub.webhooks.payload import Format, ViewLevel


class EndpointState(StrEnum):
    """State of an endpoint: active; paused by its owner; disabled by the hub after 410 or days of failures."""

    active = "active"
    paused = "paused"
    disabled = "disabled"


class MessageState(StrEnum):
    """State of a message: waiting (also between retries), delivered, parked (rejected for good), dropped by owner."""

    waiting = "waiting"
    delivered = "delivered"
    parked = "parked"
    dropped = "dropped"


Url = Annotated[
    str,
    Field(
        max_length=MAX_URL_LENGTH,
        description="URL that receives the messages: HTTPS, at a public address. Redirects are not followed.",
        examples=["https://example.vn/hub"],
    ),
]
Label = Annotated[Line, Field(max_length=200, description="Purpose of the webhook.", examples=["Cổng thông tin"])]
Events = Annotated[
    list[ChangeEvent],
    Field(
        max_length=len(ChangeEvent),
        description="Send only these events; an empty list means all. A client that stores texts also needs "
        "`withdrawn`, `gone`, `redirected` and `left`.",
        examples=[["published", "corrected", "withdrawn", "gone", "redirected", "left"]],
    ),
]
WebhookFilter = Annotated[
    FollowFilters, Field(description="Send only items that match these filters, as in `/api/v1/changes`.")
]
Envelope = Annotated[
    Format,
    Field(description="Envelope of a message: that of Standard Webhooks, or a CloudEvent (1.0, structured mode)."),
]
WebhookViewLevel = Annotated[
    ViewLevel, Field(description="Content of the item in each message: none, its card, or the full text.")
]


class NewEndpoint(Content):
    """A new endpoint (địa chỉ nhận)."""

    url: Url
    label: Label | None = Field(None, description="Purpose of the webhook.")
    agency: Annotated[
        Code | None, Field(description="Agency that owns the endpoint; by default the agency of the key.")
    ] = None
    events: Events = Field([])
    filter: WebhookFilter = FollowFilters()
    format: Envelope = Format.standard
    view: WebhookViewLevel = ViewLevel.card


class EndpointChange(Content):
    """Members to change; absent members stay as they are. The change applies to new and to waiting messages."""

    url: Url | None = Field(None, description="New URL.")
    label: Label | None = Field(None, description="New purpose; null removes it.")
    events: Events | None = Field(None, description="New list of events; an empty list means all.")
    filter: WebhookFilter | None = Field(None, description="New filter; it replaces the old one entirely.")
    format: Envelope | None = Field(None, description="New envelope.")
    view: WebhookViewLevel | None = Field(None, description="New content of messages: none, card or full.")


class Rotation(Content):
    """Options for a new secret."""

    overlap_hours: float = Field(
        24,
        strict=True,
        ge=0,
        le=24 * 30,
        description="Hours during which messages are also signed with the old secret.",
    )


class Replay(Content):
    """Replay of the log: also of entries that were published before the endpoint was created."""

    after: int = Field(
        strict=True,
        ge=0,
        le=2**62,
        description="Position in the log after which the replay begins; 0 replays everything.",
    )


class Endpoint(View):
    """An endpoint (địa chỉ nhận) and its current state."""

    id: UUID = Field(description="UUID of the endpoint.")
    agency: str = Field(description="Code of the agency that owns the endpoint.")
    made_by: str = Field(description="Key or staff member that manages the endpoint.")
    label: str = Field(description="Purpose of the webhook.")
    url: str = Field(description="URL that receives the messages.")
    events: list[ChangeEvent] = Field(description="Events that are sent; an empty list means all.")
    filter: FollowFilters = Field(description="Filters that items must match.")
    format: Format = Field(description="Envelope of the messages.")
    view: ViewLevel = Field(description="Content of the item in each message: none, card or full.")
    state: EndpointState = Field(description="State: active, paused or disabled.")
    reason: str | None = Field(None, description="Reason why the endpoint is disabled.")
    stopped_at: Moment | None = Field(None, description="Time since which it has been paused or disabled.")
    position: int = Field(description="Position in the log up to which messages have been created.")
    waiting: int = Field(description="Number of waiting messages, counted up to 1,000.")
    parked: int = Field(description="Number of messages that the receiver rejected permanently; retry or drop them.")
    next_at: Moment | None = Field(None, description="Time of the next attempt to send the first waiting message.")
    old_secret_until: Moment | None = Field(
        None, description="Time until which messages are also signed with the old secret."
    )
    problem: str | None = Field(
        None, description="Part of the stored endpoint that is no longer valid and was left out here; store it anew."
    )
    created_at: Moment = Field(description="Time of creation.")


class EndpointWithSecret(Endpoint):
    """An endpoint with its new secret, which is shown only once."""

    secret: str = Field(
        description="Secret that signs every message. Store it safely.",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
    )


class EndpointPage(BaseModel):
    """One page of endpoints."""

    items: list[Endpoint] = Field(description="Endpoints, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class Message(View):
    """A log entry to be sent to one endpoint (tin)."""

    id: str = Field(description="The `webhook-id`, the same for every attempt.")
    seq: int = Field(description="Position of the entry in the log.")
    document_id: UUID | None = Field(
        None, description="UUID of the document that the event is about; null for another subject, which `kind` names."
    )
    kind: str = Field(description="Kind of the document.")
    lang: str = Field(description="Language of the edition.")
    event: str = Field(description="Event, such as `published` or `left`.")
    state: MessageState = Field(description="State: waiting, delivered, parked or dropped.")
    attempts: int = Field(description="Number of attempts since the message began to wait.")
    status: int | None = Field(None, description="HTTP status of the last response.")
    error: str | None = Field(None, description="Reason why there was no response.")
    next_at: Moment | None = Field(None, description="Time of the next attempt, while the message is waiting.")
    settled_at: Moment | None = Field(None, description="Time at which it was delivered, parked or dropped.")
    body_sha256: str | None = Field(
        None, description="SHA-256 of the body; null before the first attempt, which fixes the body."
    )
    erased: bool = Field(description="True if the document is gone (410), so that the message is a tombstone.")


class MessageWithBody(Message):
    """A message with its body."""

    body: str | None = Field(
        None, description="Body, the same for every attempt; null before the first attempt and when erased."
    )


class MessagePage(BaseModel):
    """One page of messages."""

    items: list[Message] = Field(description="Messages, latest position first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class Receipt(View):
    """A record of one attempt (biên nhận): the request and the response."""

    id: int = Field(description="Number of the receipt.")
    message_id: str = Field(description="The `webhook-id` of the message.")
    seq: int | None = Field(None, description="Position in the log; null for a test message.")
    attempt: int = Field(description="Number of the attempt, from 1.")
    at: Moment = Field(description="Time of the request.")
    url: str = Field(description="URL of the request.")
    headers: dict[str, str] = Field(description="Headers of the request.")
    body_sha256: str = Field(description="SHA-256 of the request body.")
    body_bytes: int = Field(description="Size of the request body in bytes.")
    status: int | None = Field(None, description="HTTP status of the response.")
    error: str | None = Field(
        None,
        description="Reason why there was no response. If `status` and `error` are both null, the hub was interrupted.",
    )
    seconds: float | None = Field(None, description="Seconds until the response.")
    excerpt: str | None = Field(None, description="Beginning of the response body, at most 1,000 characters.")


class ReceiptPage(BaseModel):
    """One page of receipts."""

    items: list[Receipt] = Field(description="Receipts, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class EndpointParams(PageParams):
    """Parameters of the list of endpoints."""

    agency: Code | None = Field(None, description="Return only endpoints of this agency.")
    state: EndpointState | None = Field(None, description="Return only endpoints in this state.")


class MessageParams(PageParams):
    """Parameters of the list of messages."""

    state: MessageState | None = Field(None, description="Return only messages in this state.")


class ReceiptParams(PageParams):
    """Parameters of the list of receipts."""

    seq: int | None = Field(
        None, ge=1, le=2**62, description="Return only receipts of the message at this position in the log."
    )
