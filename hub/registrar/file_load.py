"""Load of a file into the registry by an administrator: the difference, or all of its changes in one transaction."""

import asyncio
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.errors import InvalidInput
from hub.manage.http import run_command_once
from hub.manage.idempotency import StoredResponse
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.registrar.record_load import apply_records, preview_records
from hub.registrar.views import MemberChange, RegistryFaultView, RegistryLoad, RegistryLoadChange
from hub.registry.difference import RegistryDifference, RegistryRecord
from hub.registry.hierarchy import forget_registry
from hub.registry.record_files import parse_records
from hub.state import AppState


async def load_file(
    parts: AppState, by: Principal, body: bytes, *, apply: bool, idempotency_key: str | None, writer: ProblemWriter
) -> StoredResponse:
    """Compare a file's records with the registry and, with `apply`, make the changes. Faults of a comparison are told
    in the language of `writer`.

    Raises `Forbidden` for a change beyond the principal's rights, `UnreadableFile`, or `InvalidInput`: for a file that
    is no registry, and for faults of changes that were to be made.
    """
    by.require(Scope.admin, by.agency)
    if not body:
        raise InvalidInput("The body is empty.", field="body", expected="the bytes of a JSONL file or XLSX workbook")
    records = await asyncio.to_thread(parse_records, body)
    if not apply:
        async with parts.database.write() as session:
            found = await preview_records(session, records, by)
        return StoredResponse(200, _view(found, writer).model_dump_json().encode(), 0)

    async def load(session: AsyncSession) -> RegistryLoad:
        return _view(await _apply(session, by, records))

    facts = ("registry", "load", sha256(body).hexdigest())
    answer = await run_command_once(parts, by, idempotency_key, facts, load)
    forget_registry(parts.database)
    return answer


async def _apply(session: AsyncSession, by: Principal, records: list[RegistryRecord]) -> RegistryDifference:
    found = await apply_records(session, records, by)
    if found.faults:
        errors = [
            {
                "field": fault.field,
                "detail": fill("{entry}: {detail}", entry=fault.entry, detail=fault.detail),
                "expected": fault.expected,
            }
            for fault in found.faults
        ]
        first = found.faults[0]
        detail = fill("{entry}: {detail} Nothing was changed.", entry=first.entry, detail=first.detail)
        raise InvalidInput(detail, field=first.field, expected=first.expected, errors=errors)
    return found


def _view(found: RegistryDifference, writer: ProblemWriter | None = None) -> RegistryLoad:
    """Without a writer the changes were made, so there are no faults to tell."""
    return RegistryLoad(
        applied=writer is None,
        changes=[
            RegistryLoadChange(
                event=change.event,
                list=change.key[0],
                code=change.key[1],
                valid_from=change.key[2],
                members=[
                    MemberChange(name=name, before=before, after=after)
                    for name, (before, after) in change.members.items()
                ],
            )
            for change in found.changes
        ],
        faults=[
            RegistryFaultView(
                entry=fault.entry,
                field=fault.field,
                detail=writer.write(fault.detail),
                expected=writer.write(fault.expected),
            )
            for fault in found.faults
        ]
        if writer is not None
        else [],
    )
