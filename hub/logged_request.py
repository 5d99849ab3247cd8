"""The request at work, for what is logged meanwhile."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any


class LoggedRequest:
    """A request with its id, which is empty once it is answered: tasks that it began may live longer."""

    __slots__ = ("id",)

    def __init__(self, request_id: str):
        self.id = request_id


_AT_WORK: ContextVar[LoggedRequest | None] = ContextVar("logged_request", default=None)


def begin_request(request_id: str) -> LoggedRequest:
    """Note the request of the task at work, whose id `add_request_id` adds until it is emptied."""
    request = LoggedRequest(request_id)
    _AT_WORK.set(request)
    return request


def add_request_id(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add `request_id` to a line that is logged for a request: a processor of structlog."""
    request = _AT_WORK.get()
    if request is not None and request.id:
        event["request_id"] = request.id
    return event
