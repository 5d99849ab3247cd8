"""Classification of responses: the next state of a message and its endpoint, pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from hub.outgoing.retry_after import parse_delay_seconds

MAX_RETRY_AFTER = timedelta(hours=6)

_RETRYABLE = frozenset({408, 425, 429})
"""4xx statuses of temporary failures."""


class DeliveryOutcome(StrEnum):
    """Outcome of an attempt: the message is delivered, retried or parked, or its endpoint is disabled."""

    delivered = "delivered"
    retry = "retry"
    parked = "parked"
    disabled = "disabled"


def classify(status: int | None) -> DeliveryOutcome:
    """Map a status (None: no response) to an outcome.

    2xx: delivered. 410: disable the endpoint. 408, 425 and 429: retry. Other 4xx: park the message. Everything else:
    retry. Redirects are not followed and count as failures; the owner of the endpoint must change the URL.
    """
    if status is None:
        return DeliveryOutcome.retry
    if 200 <= status < 300:
        return DeliveryOutcome.delivered
    if status == 410:
        return DeliveryOutcome.disabled
    if 400 <= status < 500 and status not in _RETRYABLE:
        return DeliveryOutcome.parked
    return DeliveryOutcome.retry


def requested_delay(status: int | None, headers: Mapping[str, str]) -> timedelta:
    """Return the delay of `Retry-After` in seconds for 429 or 503, at most `MAX_RETRY_AFTER`; else zero."""
    seconds = parse_delay_seconds(headers, max_digits=9) if status in (429, 503) else None
    return min(timedelta(seconds=seconds or 0), MAX_RETRY_AFTER)
