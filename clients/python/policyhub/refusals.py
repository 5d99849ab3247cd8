"""Refusals of the hub, as exceptions with its stable codes."""

from collections.abc import Sequence
from typing import Any, cast

import httpx

from policyhub.types import Problem


class Refused(Exception):
    """An answer with an error status. `code` is for programs, the text is for people; all codes: `/problems`."""

    def __init__(self, answer: httpx.Response):
        self.status = answer.status_code
        self.problem = _problem_of(answer)
        self.code = self.problem["code"]
        self.field = self.problem.get("field")
        self.expected = self.problem.get("expected")
        self.retry_after = read_retry_after(answer)
        super().__init__(self.problem["detail"])


class GraphQLRefused(Exception):
    """A GraphQL answer with errors. `data` holds the fields that were answered."""

    def __init__(self, errors: Sequence[dict[str, Any]], data: dict[str, Any] | None):
        self.errors = errors
        self.data = data
        self.code = str(errors[0].get("extensions", {}).get("code", ""))
        super().__init__(str(errors[0].get("message", "")))


def read_retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds of `Retry-After`; None without it. The hub sends seconds, never a date."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def _problem_of(answer: httpx.Response) -> Problem:
    if "json" in answer.headers.get("content-type", ""):
        try:
            found = answer.json()
        except ValueError:
            found = None
        if isinstance(found, dict) and {"code", "detail"} <= found.keys():
            return cast(Problem, found)
    # Something between here and the hub answered: a proxy, or a network that wants a login.
    return {
        "type": "about:blank",
        "title": answer.reason_phrase,
        "status": answer.status_code,
        "code": "not_from_the_hub",
        "detail": f"{answer.request.url} answered {answer.status_code} without a problem of the hub.",
    }
