"""Limit of the bytes of an answer, counted while it is made, and of the texts that are read for it.

The cost of a query counts fields; a field may be a whole text. Thirty names for the same text are thirty texts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import orjson

from hub.problem_texts.templates import as_words
from hub.web.byte_budget import ByteBudget
from schema.errors import QueryLimitExceeded
from schema.limits.complexity import limit_error

FIELD_BYTES = 8
"""Bytes counted for a value besides its text."""
READ_FACTOR = 2
"""Texts of this many times the limit may be read: a query seldom selects all of a document."""

T = TypeVar("T")
_REMEDY = as_words("fewer items (`first`), fewer texts, or several smaller queries")


def answer_too_large(allowed: int, found: int) -> QueryLimitExceeded:
    """Build the error for an answer of more than `allowed` bytes."""
    return limit_error("bytes", allowed, found, _REMEDY)


class AnswerSize:
    """Bytes of one answer so far."""

    __slots__ = ("allowed", "found")

    def __init__(self, allowed: int | None):
        self.allowed = allowed
        """None for an answer that must not be lost: that of a mutation."""
        self.found = 0

    @property
    def is_exceeded(self) -> bool:
        """True once the answer is too large."""
        return self.allowed is not None and self.found > self.allowed

    def add(self, count: int) -> bool:
        """Count this many bytes if the answer stays within its limit; return True if it does."""
        if self.allowed is not None and self.found + count > self.allowed:
            return False
        self.found += count
        return True

    def keep(self, value: Any) -> Any:
        """Count a value and return it; once the answer is too large, an empty text in its place."""
        if self.is_exceeded:
            return ""
        if isinstance(value, str):
            self.found += FIELD_BYTES + (len(value) if value.isascii() else len(value.encode("utf-8", "replace")))
        elif isinstance(value, dict | list):
            self.found += len(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
        else:
            self.found += FIELD_BYTES
        return value


class WholeTexts:
    """Whole texts that one query reads from the database: one field after the other, and with room in the budget."""

    def __init__(self, budget: ByteBudget, who: str, allowed: int):
        self.allowed = READ_FACTOR * allowed
        self.found = 0
        self._budget = budget
        self._who = who
        self._wanted = allowed
        self._held = 0
        self._lock = asyncio.Lock()

    async def read(self, read: Callable[[], Awaitable[T]], texts: Callable[[T], Iterable[bytes | None]]) -> T:
        """Read texts unless too many were read before. Raises `QueryLimitExceeded` or `Overload`."""
        async with self._lock:
            self._check()
            if not self._held:
                self._held = await self._budget.take(self._who, self._wanted)
            found = await read()
            self.found += sum(len(text) for text in texts(found) if text is not None)
            self._check()
            return found

    def release(self) -> None:
        """Give the room back when the answer is complete."""
        held, self._held = self._held, 0
        if held:
            self._budget.give(self._who, held)

    def _check(self) -> None:
        if self.found > self.allowed:
            raise limit_error("bytes of texts to read", self.allowed, self.found, _REMEDY)
