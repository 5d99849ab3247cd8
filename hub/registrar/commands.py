"""Commands of editors on the registry: who may, from which version, and what is refused before anything is written."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.errors import Forbidden, InvalidInput, NotFound
from hub.log.subjects import RegistryEvent
from hub.manage.audit_trail import append_entry, append_operator_entry
from hub.manage.version_check import require_version
from hub.problem_texts.templates import as_words, fill
from hub.registrar import verbs
from hub.registrar.params import Close, Merge, Rename, Succession
from hub.registrar.uses import EXAMPLES, CodeUse, refuse_if_used, require_nothing_left_behind, require_unused
from hub.registrar.views import EntryChange, ManagedEntry, view_of
from hub.registry.commands import lock_registry, write_changes
from hub.registry.consistency import RegistryState, new_faults
from hub.registry.difference import RegistryChange, apply_changes
from hub.registry.entries import (
    AgencyEntry,
    AgencyLevel,
    EntryKey,
    PlaceEntry,
    RegistryEntry,
    RegistryList,
    SpokespersonEntry,
    key_text,
)
from hub.registry.snapshot import RegistrySnapshot
from hub.times import now, today

TOP_LEVELS = frozenset({AgencyLevel.province, AgencyLevel.central})
"""Levels of the agencies that keep what belongs to no agency below them: topics, places, agencies outside."""
OPERATOR = "operator"

Changes = list[RegistryChange]


async def require_removable(session: AsyncSession, state: RegistryState, changes: Sequence[RegistryChange]) -> None:
    """Require that nothing uses the entries that changes remove. Raises `CodeInUse` with the uses."""
    after = apply_changes(state, changes)
    kept = {(kind, code) for kind, code, _ in after}
    removed = [change.key for change in changes if change.after is None]
    for key in removed:
        refuse_if_used(key, _find_predecessors(after, key), "removed")
    await require_unused(session, [key for key in removed if key[:2] not in kept])


async def apply_registry_changes(
    session: AsyncSession, snapshot: RegistrySnapshot, changes: Sequence[RegistryChange]
) -> None:
    """Check changes against all rules and uses, and write them. Raises `InvalidInput` or `CodeInUse`."""
    after = apply_changes(snapshot.state, changes)
    await require_removable(session, snapshot.state, changes)
    if faults := new_faults(snapshot.state, after):
        first = faults[0]
        errors = [
            {
                "field": each.field,
                "detail": fill("{entry}: {detail}", entry=each.entry, detail=each.detail),
                "expected": each.expected,
            }
            for each in faults
        ]
        raise InvalidInput(
            fill("{entry}: {detail}", entry=first.entry, detail=first.detail),
            field=first.field,
            expected=first.expected,
            errors=errors,
        )
    for change in changes:
        day = change.after.valid_to if change.after is not None else None
        was_open = change.before is not None and change.before.valid_to is None
        if day is not None and was_open and not _is_continued(after, change):
            await require_nothing_left_behind(session, change.key, day)
    await write_changes(session, changes, now())


def _find_predecessors(state: RegistryState, key: EntryKey) -> list[CodeUse]:
    """Find the units that a unit succeeds: it cannot be removed, although another unit has the same code."""
    units = [
        entry.code
        for entry in state.values()
        if isinstance(entry, PlaceEntry) and any((each.code, each.valid_from) == key[1:] for each in entry.successors)
    ]
    return [CodeUse("places", len(units), tuple(units[:EXAMPLES]))] if units and key[0] is RegistryList.places else []


def _is_continued(state: RegistryState, change: RegistryChange) -> bool:
    """Return True if an entry that ends was merged or has successors, or a later unit has its code."""
    entry = change.after
    if change.event is RegistryEvent.merged or getattr(entry, "successors", None):
        return True
    return isinstance(entry, PlaceEntry) and any(
        isinstance(other, PlaceEntry) and other.code == entry.code and other.valid_from == entry.valid_to
        for other in state.values()
    )


class RegistryEditor:
    """The registry for one request: locked, read, and changed by one verb."""

    def __init__(self, session: AsyncSession, by: Principal, snapshot: RegistrySnapshot):
        self.session = session
        self.by = by
        self.snapshot = snapshot

    @classmethod
    async def open(cls, session: AsyncSession, by: Principal) -> "RegistryEditor":
        """Lock the registry for a principal with the scope `admin`. Raises `Forbidden`."""
        by.require(Scope.admin, by.agency)
        return cls(session, by, await lock_registry(session))

    async def put(self, kind: RegistryList, code: str, members: dict[str, Any], version: int | None) -> ManagedEntry:
        """Create an entry, or replace all members of an existing one."""
        if members.get("code") != code:
            raise InvalidInput("The code is not that of the address.", field="code", expected=code)
        day = members.get("valid_from") if kind is RegistryList.places else None
        key = kind, code, day
        if key in self.snapshot.state:
            self._require_version(key, version)
        return await self._apply("put", key, verbs.put_entry(self.snapshot.state.get(key), kind, members))

    async def patch(self, key: EntryKey, members: dict[str, Any], version: int | None) -> ManagedEntry:
        """Change members of an entry."""
        return await self._change("patch", key, version, lambda before: verbs.patch_entry(before, members))

    async def rename(self, key: EntryKey, body: Rename, version: int | None) -> ManagedEntry:
        """Give an entry a new name from a day on."""
        return await self._change(
            "rename", key, version, lambda before: verbs.rename(self.snapshot.state, before, body, today())
        )

    async def merge(self, key: EntryKey, body: Merge, version: int | None) -> ManagedEntry:
        """Merge an entry into another."""
        return await self._change("merge", key, version, lambda before: verbs.merge(self.snapshot.state, before, body))

    async def close(self, key: EntryKey, body: Close, version: int | None) -> ManagedEntry:
        """End an entry on a day. Raises `CodeInUse` if it would leave something behind."""
        return await self._change("close", key, version, lambda before: verbs.close(before, body))

    async def set_successors(self, key: EntryKey, body: Succession, version: int | None) -> ManagedEntry:
        """Replace the successors of an agency or place."""
        return await self._change(
            "successor", key, version, lambda before: verbs.set_successors(self.snapshot.state, before, body)
        )

    async def remove(self, key: EntryKey, version: int | None) -> ManagedEntry:
        """Remove an entry that nothing uses. Raises `CodeInUse`."""
        return await self._change("remove", key, version, verbs.remove)

    def find_key(self, kind: RegistryList, code: str, day: date | None) -> EntryKey:
        """Return the key of an entry; of a place, that of the unit with this first day, or else the latest."""
        return find_key(self.snapshot.state, kind, code, day)

    async def _change(
        self, verb: str, key: EntryKey, version: int | None, work: Callable[[RegistryEntry], Changes]
    ) -> ManagedEntry:
        before = self.snapshot.state[key]
        self.require_right(RegistryChange(RegistryEvent.updated, key, before, before))
        self._require_version(key, version)
        return await self._apply(verb, key, work(before))

    async def _apply(self, verb: str, key: EntryKey, changes: Changes) -> ManagedEntry:
        changes = [change for change in changes if change.before != change.after]
        for change in changes:
            self.require_right(change)
        await apply_registry_changes(self.session, self.snapshot, changes)
        found = describe_result(self.snapshot, key, changes)
        await append_registry_audit(self.session, self.by, verb, key, changes)
        return found

    def _require_version(self, key: EntryKey, version: int | None) -> None:
        require_version(self.snapshot.versions[key], version, as_words("entry"))

    def require_rights(self, changes: Changes) -> None:
        """Require the right to each of several changes; the agencies that they create below an own one are own, too."""
        own = self.by.agencies
        created = [change for change in changes if change.before is None and isinstance(change.after, AgencyEntry)]
        while not self.by.is_limited:
            found = {change.key[1] for change in created if self._is_own(change, own)} - own
            if not found:
                break
            own |= found
        for change in changes:
            self.require_right(change, own)

    def require_right(self, change: RegistryChange, agencies: frozenset[str] | None = None) -> None:
        """Require the right to a change: of an own agency or its spokespersons, or any for a province's agency.

        `agencies` are the own ones, by default those of the principal.
        """
        own = self.snapshot.state.get((RegistryList.agencies, self.by.agency, None))
        if isinstance(own, AgencyEntry) and own.level in TOP_LEVELS:
            return
        if not self._is_own(change, self.by.agencies if agencies is None else agencies):
            raise Forbidden(
                fill(
                    "`{who}` belongs to {agency} and may not change {entry} in this way.",
                    who=self.by.label or self.by.id,
                    agency=self.by.agency,
                    entry=key_text(change.key),
                ),
                field="code",
                expected="an agency below that of the key, its spokespersons, or a key of the province",
            )

    def _is_own(self, change: RegistryChange, own: frozenset[str]) -> bool:
        """Return True if a change stays among the principal's own agencies, and gives none of them a top level."""
        before, after = change.before, change.after
        for entry in (before, after):
            if isinstance(entry, SpokespersonEntry) and entry.agency not in own:
                return False
            if entry is not None and not isinstance(entry, SpokespersonEntry | AgencyEntry):
                return False
        if isinstance(before, AgencyEntry) and (before.code not in own or after is None):
            return before.code in own and before.code != self.by.agency
        if isinstance(after, AgencyEntry):
            known = before if isinstance(before, AgencyEntry) else None
            is_below = after.parent in own or (known is not None and after.parent == known.parent)
            return is_below and (after.level not in TOP_LEVELS or (known is not None and known.level == after.level))
        return True


def find_key(state: RegistryState, kind: RegistryList, code: str, day: date | None) -> EntryKey:
    """Return the key of an entry; of a place, that of the unit with this first day, or else the latest.

    Raises `NotFound`.
    """
    if kind is RegistryList.places:
        days = [key[2] for key in state if key[:2] == (kind, code)]
        if days and (day is None or day in days):
            return kind, code, day if day is not None else max(days, key=lambda each: each or date.min)
    elif (kind, code, None) in state:
        return kind, code, None
    raise NotFound(
        fill("The registry has no `{code}` in `{kind}`.", code=code, kind=kind),
        field="code",
        expected=fill("a code of `{kind}`", kind=kind),
    )


def describe_result(snapshot: RegistrySnapshot, key: EntryKey, changes: Changes) -> ManagedEntry:
    """Describe an entry after changes."""
    after = apply_changes(snapshot.state, changes).get(key)
    version = snapshot.versions.get(key, 0)
    if any(change.key == key for change in changes):
        version += 1
    return ManagedEntry(
        list=key[0],
        code=key[1],
        valid_from=key[2],
        version=version if after is not None else 0,
        entry=view_of(after) if after is not None else None,
        changes=[EntryChange(event=each.event, list=each.key[0], code=each.key[1]) for each in changes],
    )


async def append_registry_audit(
    session: AsyncSession, by: Principal | None, verb: str, key: EntryKey, changes: Changes
) -> None:
    """Append an entry to the audit trail for the changes of one request; without a principal, of the operator."""
    kind, code, day = key
    agency = code if kind is RegistryList.agencies else by.agency if by else OPERATOR
    details = {
        "list": kind.value,
        "code": code,
        "valid_from": str(day) if day else None,
        "changes": [{"event": each.event.value, "list": each.key[0].value, "code": each.key[1]} for each in changes],
    }
    if by is None:
        await append_operator_entry(session, f"registry_{verb}", agency, "", **details)
    else:
        await append_entry(session, by, f"registry_{verb}", agency, **details)
