"""Port of the packages that clocks run for: what happens to the subject when a clock is breached.

`hub/clocks` is below the packages that use it and cannot call them by name. They register a `ClockSubjectKind` here;
`hub/clock_subjects.py` puts them together for the app, the worker and the command line.
"""

from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.clocks.views import ClockView

Breach = Callable[[AsyncSession, UUID, ClockView], Awaitable[None]]
"""Records the breach of a clock at its subject, in the transaction that marks the clock."""
TryLock = Callable[[AsyncSession, UUID], Awaitable[bool]]
"""Locks a subject with SKIP LOCKED; returns false if another transaction holds it."""


async def _lock_nothing(_: AsyncSession, __: UUID) -> bool:
    return True


async def _record_nothing(_: AsyncSession, __: UUID, ___: ClockView) -> None:
    """The mark on the clock is enough."""


@dataclass(frozen=True)
class ClockSubjectKind:
    """A kind of subject. Whoever changes one locks the subject first and its clocks after, and so does the job."""

    kind: str
    rules: tuple[str, ...]
    """Codes of the rules whose clocks it starts: the operator is told if one has no row that is valid today."""
    on_breach: Breach = _record_nothing
    try_lock: TryLock = _lock_nothing


_registered: dict[str, ClockSubjectKind] = {}


def register_clock_subject(subject: ClockSubjectKind) -> None:
    """Register a kind of subject; registering the same kind again replaces it."""
    _registered[subject.kind] = subject


def clock_subject_kind(kind: str) -> ClockSubjectKind:
    """Return a registered kind. Raises `RuntimeError` for any other: no breach may pass unseen by accident."""
    if kind not in _registered:
        raise RuntimeError(f"No clocks run for `{kind}`; register it at start (hub.clocks.subject_registry).")
    return _registered[kind]


def started_rules() -> Set[str]:
    """Return the codes of the rules under which the registered kinds start clocks."""
    return {rule for subject in _registered.values() for rule in subject.rules}
