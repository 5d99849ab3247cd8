"""Load of a file into the registry by an administrator: the difference, or all of its changes in one transaction."""

import asyncio
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.db import Database
from hub.errors import InvalidInput
from hub.manage.idempotency import StoredResponse, claim, digest, store_response
from hub.registrar.record_load import apply_records, preview_records
from hub.registrar.views import MemberChange, RegistryFaultView, RegistryLoad, RegistryLoadChange
from hub.registry.difference import RegistryDifference, RegistryRecord
from hub.registry.hierarchy import forget_registry
from hub.registry.record_files import parse_records


async def load_file(
    database: Database, by: Principal, body: bytes, *, apply: bool, idempotency_key: str | None
) -> StoredResponse:
    """Compare a file's records with the registry and, with `apply`, make the changes.

    Raises `Forbidden` for a change beyond the principal's rights, `UnreadableFile`, or `InvalidInput`: for a file that
    is no registry, and for faults of changes that were to be made.
    """
    by.require(Scope.admin, by.agency)
    if not body:
        raise InvalidInput("The body is empty.", field="body", expected="the bytes of a JSONL file or XLSX workbook")
    records = await asyncio.to_thread(parse_records, body)
    if not apply:
        async with database.write() as session:
            found = await preview_records(session, records, by)
        return _answer(found, applied=False)
    request = digest("registry", "load", sha256(body).hexdigest())
    async with database.write() as session:
        answer = await claim(session, by.id, idempotency_key, request) if idempotency_key else None
        if answer is None:
            answer = _answer(await _apply(session, by, records), applied=True)
            if idempotency_key:
                await store_response(session, by.id, idempotency_key, answer)
    forget_registry(database)
    return answer


async def _apply(session: AsyncSession, by: Principal, records: list[RegistryRecord]) -> RegistryDifference:
    found = await apply_records(session, records, by)
    if found.faults:
        errors = [
            {"field": fault.field, "detail": f"{fault.entry}: {fault.detail}", "expected": fault.expected}
            for fault in found.faults
        ]
        first = found.faults[0]
        detail = f"{first.entry}: {first.detail} Nothing was changed."
        raise InvalidInput(detail, field=first.field, expected=first.expected, errors=errors)
    return found


def _answer(found: RegistryDifference, *, applied: bool) -> StoredResponse:
    shown = RegistryLoad(
        applied=applied,
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
            RegistryFaultView(entry=fault.entry, field=fault.field, detail=fault.detail, expected=fault.expected)
            for fault in found.faults
        ],
    )
    return StoredResponse(200, shown.model_dump_json().encode(), 0)
