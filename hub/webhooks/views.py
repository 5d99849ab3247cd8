"""What managers of webhooks write and read. Secrets are shown once: when they are made."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from hub.changes.filtering import ChangeEvent
from hub.changes.filters import FollowFilters
from hub.domain.types import Code, Content, Line, Moment, View
from hub.outgoing.client import MAX_URL_LENGTH
from hub.web.parameters import PageParams
from hub.webhooks.payload import Format, ViewLevel


class EndpointState(StrEnum):
    """active; paused by its owner; disabled by the hub, because the receiver said 410 or failed for days."""

    active = "active"
    paused = "paused"
    disabled = "disabled"


class MessageState(StrEnum):
    """waiting (also while it is tried again); delivered; parked: refused for good; dropped: given up by its owner."""

    waiting = "waiting"
    delivered = "delivered"
    parked = "parked"
    dropped = "dropped"


Url = Annotated[
    str,
    Field(
        max_length=MAX_URL_LENGTH,
        description="Where messages go: https, a public address; redirects are not followed.",
        examples=["https://example.vn/hub"],
    ),
]
Label = Annotated[Line, Field(max_length=200, description="What it is for.", examples=["Cổng thông tin"])]
Events = Annotated[
    list[ChangeEvent],
    Field(
        max_length=len(ChangeEvent),
        description="Only these events; none named: all. Whoever keeps texts needs `withdrawn`, `gone`, `redirected` "
        "and `left`, too.",
        examples=[["published", "corrected", "withdrawn", "gone", "redirected", "left"]],
    ),
]
WebhookFilter = Annotated[
    FollowFilters, Field(description="Only items that these filters let through, as at `/api/v1/changes`.")
]
Envelope = Annotated[Format, Field(description="Standard Webhooks' own envelope, or a CloudEvent (1.0, structured).")]
WebhookViewLevel = Annotated[
    ViewLevel, Field(description="How much of the item a message carries: none, its card, the full text.")
]


class NewEndpoint(Content):
    """A new endpoint (địa chỉ nhận)."""

    url: Url
    label: Label | None = Field(None, description="What it is for.")
    agency: Annotated[Code | None, Field(description="Agency it belongs to; the key's own when absent.")] = None
    events: Events = Field([])
    filter: WebhookFilter = FollowFilters()
    format: Envelope = Format.standard
    view: WebhookViewLevel = ViewLevel.card


class EndpointChange(Content):
    """Members that change; absent ones stay. It holds for what is published from then on, and for what still waits."""

    url: Url | None = Field(None, description="Another address.")
    label: Label | None = Field(None, description="Another purpose; null: none.")
    events: Events | None = Field(None, description="Other events; an empty list: all.")
    filter: WebhookFilter | None = Field(None, description="Another filter, as a whole.")
    format: Envelope | None = Field(None, description="Another envelope.")
    view: WebhookViewLevel | None = Field(None, description="Another share of the item.")


class Rotation(Content):
    """A new secret."""

    overlap_hours: float = Field(
        24,
        strict=True,
        ge=0,
        le=24 * 30,
        description="Hours for which messages carry a signature by the old secret, too.",
    )


class Replay(Content):
    """Send again what was sent, and what was published before the endpoint was made."""

    after: int = Field(
        strict=True, ge=0, le=2**62, description="Position of the log behind which it begins; 0: everything."
    )


class Endpoint(View):
    """An endpoint and how it stands."""

    id: UUID = Field(description="Its UUID.")
    agency: str = Field(description="Code of the agency it belongs to.")
    made_by: str = Field(description="The key or staff member that manages it.")
    label: str = Field(description="What it is for.")
    url: str = Field(description="Where messages go.")
    events: list[ChangeEvent] = Field(description="The events it gets; none: all.")
    filter: FollowFilters = Field(description="What is let through.")
    format: Format = Field(description="The envelope.")
    view: ViewLevel = Field(description="How much of the item a message carries.")
    state: EndpointState = Field(description="active, paused or disabled.")
    reason: str | None = Field(None, description="Why it is disabled.")
    stopped_at: Moment | None = Field(None, description="Since when it is paused or disabled.")
    position: int = Field(description="Messages were made for every entry of the log up to here.")
    waiting: int = Field(description="Messages that wait, at most 1,000 counted.")
    parked: int = Field(description="Messages that the receiver refused for good; somebody has to retry or drop them.")
    next_at: Moment | None = Field(None, description="When the first waiting message is tried next.")
    old_secret_until: Moment | None = Field(None, description="Until when messages are signed by the old secret, too.")
    created_at: Moment = Field(description="When it was made.")


class EndpointWithSecret(Endpoint):
    """An endpoint with its new secret, which is shown this once."""

    secret: str = Field(
        description="Signs every message; keep it secret.", examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
    )


class EndpointPage(BaseModel):
    """One page of endpoints."""

    items: list[Endpoint] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class Message(View):
    """An entry of the log for one endpoint."""

    id: str = Field(description="The `webhook-id`, the same at every attempt.")
    seq: int = Field(description="Position of its entry in the log.")
    document_id: UUID = Field(description="The document it tells of.")
    kind: str = Field(description="Its kind.")
    lang: str = Field(description="Its language.")
    event: str = Field(description="What happened.")
    state: MessageState = Field(description="waiting, delivered, parked or dropped.")
    attempts: int = Field(description="How often it was sent since it began to wait.")
    status: int | None = Field(None, description="Status of the last answer.")
    error: str | None = Field(None, description="Why there was no answer.")
    next_at: Moment | None = Field(None, description="When it is tried next, while it waits.")
    settled_at: Moment | None = Field(None, description="When it was delivered, parked or dropped.")
    body_sha256: str | None = Field(None, description="SHA-256 of the frozen bytes; null before the first attempt.")
    erased: bool = Field(description="Whether its document is gone, so that it is a tombstone.")


class MessageWithBody(Message):
    """A message with what is sent."""

    body: str | None = Field(None, description="The frozen bytes; null before the first attempt and when erased.")


class MessagePage(BaseModel):
    """One page of messages."""

    items: list[Message] = Field(description="Newest position first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class Receipt(View):
    """One attempt (biên nhận): what was asked, and what came back."""

    id: int = Field(description="Its number.")
    message_id: str = Field(description="The `webhook-id`.")
    seq: int | None = Field(None, description="Position in the log; null for a test message.")
    attempt: int = Field(description="Number of the attempt.")
    at: Moment = Field(description="When it was sent.")
    url: str = Field(description="Where to.")
    headers: dict[str, str] = Field(description="The headers of the request.")
    body_sha256: str = Field(description="SHA-256 of the request's body.")
    body_bytes: int = Field(description="Its size.")
    status: int | None = Field(None, description="Status of the answer.")
    error: str | None = Field(None, description="Why there was none. Neither of both: the hub was cut off.")
    seconds: float | None = Field(None, description="Time to the answer.")
    excerpt: str | None = Field(None, description="Beginning of the answer's body, at most 1,000 characters.")


class ReceiptPage(BaseModel):
    """One page of receipts."""

    items: list[Receipt] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class EndpointParams(PageParams):
    """Parameters of the list of endpoints."""

    agency: Code | None = Field(None, description="Only those of this agency.")
    state: EndpointState | None = Field(None, description="Only those in this state.")


class MessageParams(PageParams):
    """Parameters of the list of messages."""

    state: MessageState | None = Field(None, description="Only those in this state.")


class ReceiptParams(PageParams):
    """Parameters of the list of receipts."""

    seq: int | None = Field(None, ge=1, le=2**62, description="Only those of the message with this position.")
