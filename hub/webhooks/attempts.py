"""An attempt to send a message, between the transaction that records it and the one that records its outcome."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.webhooks.rows import EndpointRow


@dataclass(frozen=True)
class Attempt:
    """An attempt that is recorded and about to be made."""

    endpoint: EndpointRow
    seq: int
    document_id: UUID | None
    name: str
    number: int
    first_at: datetime
    body: bytes
    headers: dict[str, str]
    receipt: int
