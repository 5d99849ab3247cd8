"""Loading of records into the registry: a preview as a difference, or all changes in one transaction, or none."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.errors import CodeInUse, HubError, InvalidInput
from hub.problem_texts.templates import as_words
from hub.registrar.commands import RegistryEditor, append_registry_audit, apply_registry_changes, require_removable
from hub.registry.commands import lock_registry
from hub.registry.consistency import RegistryFault
from hub.registry.difference import RegistryDifference, RegistryRecord, compare
from hub.registry.snapshot import RegistrySnapshot
from hub.times import today


async def preview_records(
    session: AsyncSession, records: Sequence[RegistryRecord], by: Principal | None = None
) -> RegistryDifference:
    """Compare records with the registry, and find out in a savepoint that is undone whether they can be applied.

    Raises `Forbidden` for a change beyond the rights of `by`; without a principal, the operator asks.
    """
    snapshot = await lock_registry(session)
    found = await _compare(session, snapshot, records, by)
    if not found.faults:
        savepoint = await session.begin_nested()
        await _apply(session, snapshot, found)
        if savepoint.is_active:
            await savepoint.rollback()
    return found


async def apply_records(
    session: AsyncSession, records: Sequence[RegistryRecord], by: Principal | None = None
) -> RegistryDifference:
    """Apply records; with faults in the result nothing is changed. The caller's transaction commits the changes.

    Raises `Forbidden` for a change beyond the rights of `by`; without a principal, the operator asks.
    """
    snapshot = await lock_registry(session)
    found = await _compare(session, snapshot, records, by)
    if not found.faults:
        await _apply(session, snapshot, found)
    if not found.faults and found.changes:
        await append_registry_audit(session, by, "load", found.changes[0].key, found.changes)
    return found


async def _compare(
    session: AsyncSession, snapshot: RegistrySnapshot, records: Sequence[RegistryRecord], by: Principal | None
) -> RegistryDifference:
    """Compare records with the registry; the uses of what they would remove come before what would be left behind."""
    found = compare(snapshot.state, records, today())
    if by is not None:
        RegistryEditor(session, by, snapshot).require_rights(found.changes)
    try:
        await require_removable(session, snapshot.state, found.changes)
    except CodeInUse as problem:
        found.faults.insert(0, _fault(problem))
    return found


async def _apply(session: AsyncSession, snapshot: RegistrySnapshot, found: RegistryDifference) -> None:
    try:
        await apply_registry_changes(session, snapshot, found.changes)
    except (CodeInUse, InvalidInput) as problem:
        found.faults.append(_fault(problem))


def _fault(problem: HubError) -> RegistryFault:
    entry, _, _ = problem.detail.partition(" cannot be ")
    return RegistryFault(
        entry.partition(":")[0],
        problem.field or "",
        as_words(problem.detail),
        as_words(problem.expected or "a valid value"),
    )
