"""Write service of REST and GraphQL for the registry: one transaction, once for each idempotency key."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel

from hub.auth.principal import Principal, Scope
from hub.db import Database
from hub.manage.http import EmptyBody
from hub.manage.idempotency import StoredResponse, claim, digest, store_response
from hub.registrar.commands import RegistryEditor, find_key
from hub.registrar.params import Close, Merge, Rename, Succession
from hub.registrar.uses import find_uses
from hub.registrar.views import EntryUse, ManagedEntry, view_of
from hub.registry.entries import EntryKey, RegistryList
from hub.registry.hierarchy import forget_registry
from hub.registry.snapshot import read_snapshot

EditorWork = Callable[[RegistryEditor], Awaitable[ManagedEntry]]


class EntryVerb(NamedTuple):
    """A verb on an existing entry: the model of its body, the command, and its public description."""

    body: type[BaseModel]
    run: Callable[[RegistryEditor, EntryKey, Any, int | None], Awaitable[ManagedEntry]]
    description: str


ENTRY_VERBS: Mapping[str, EntryVerb] = {
    "rename": EntryVerb(
        Rename,
        RegistryEditor.rename,
        "Give an entry a new name from a day on (đổi tên). An agency or topic keeps its code and remembers its former "
        "name; an agency with a new `code` and every place become a new entry that succeeds the old one. Search finds "
        "both names; published texts keep the name of their day.",
    ),
    "merge": EntryVerb(
        Merge,
        RegistryEditor.merge,
        "Merge an entry into another from a day on (sáp nhập). It ends and is succeeded by the other; agencies below "
        "it and its spokespersons go there. Filters by the other also find what was published under it.",
    ),
    "close": EntryVerb(
        Close,
        RegistryEditor.close,
        "End an entry on a day (chấm dứt). Refused with `code_in_use` if it has no successor and valid entries, keys, "
        "sources or webhooks would be left behind.",
    ),
    "successor": EntryVerb(
        Succession, RegistryEditor.set_successors, "Replace the successors of an agency or place (kế thừa)."
    ),
    "remove": EntryVerb(
        EmptyBody,
        lambda editor, key, _, version: editor.remove(key, version),
        "Remove an entry that nothing uses, such as one created by mistake (xóa). Refused with `code_in_use` and the "
        "list of uses otherwise.",
    ),
}


_SHOWN = frozenset({"documents", *(kind.value for kind in RegistryList)})
"""Sorts of uses that everybody may see; keys, sources and webhooks only the agencies above."""


async def read_entry(
    database: Database, by: Principal, kind: RegistryList, code: str, day: date | None
) -> ManagedEntry:
    """Read an entry with its version and its uses. Raises `Forbidden` or `NotFound`."""
    by.require(Scope.admin, by.agency)
    async with database.read() as connection:
        snapshot = await read_snapshot(connection)
        key = find_key(snapshot.state, kind, code, day)
        uses = await find_uses(connection, key)
    is_own = kind is RegistryList.agencies and code in by.agencies
    return ManagedEntry(
        list=kind,
        code=code,
        valid_from=key[2],
        version=snapshot.versions[key],
        entry=view_of(snapshot.state[key]),
        uses=[
            EntryUse(
                sort=use.sort, count=use.count, examples=list(use.examples) if is_own or use.sort in _SHOWN else []
            )
            for use in uses
            if is_own or not use.is_private
        ],
    )


async def run_registry_verb(
    database: Database,
    by: Principal,
    verb: str,
    kind: RegistryList,
    code: str,
    day: date | None,
    body: BaseModel,
    version: int | None,
    idempotency_key: str | None,
) -> StoredResponse:
    """Run a verb of `ENTRY_VERBS` on the version of an entry that the editor has read."""

    async def work(editor: RegistryEditor) -> ManagedEntry:
        return await ENTRY_VERBS[verb].run(editor, editor.find_key(kind, code, day), body, version)

    request = digest("registry", verb, kind.value, code, day, version, body.model_dump(mode="json"))
    return await run_registry_write(database, by, request, work, idempotency_key)


async def put_entry(
    database: Database,
    by: Principal,
    kind: RegistryList,
    code: str,
    body: BaseModel,
    version: int | None,
    idempotency_key: str | None,
) -> StoredResponse:
    """Create an entry, or replace all members of an existing one."""

    async def work(editor: RegistryEditor) -> ManagedEntry:
        return await editor.put(kind, code, body.model_dump(), version)

    request = digest("registry", "put", kind.value, code, version, body.model_dump(mode="json"))
    return await run_registry_write(database, by, request, work, idempotency_key)


async def patch_entry(
    database: Database,
    by: Principal,
    kind: RegistryList,
    code: str,
    day: date | None,
    members: dict[str, Any],
    version: int | None,
    idempotency_key: str | None,
) -> StoredResponse:
    """Change members of an entry; absent ones stay."""

    async def work(editor: RegistryEditor) -> ManagedEntry:
        return await editor.patch(editor.find_key(kind, code, day), members, version)

    request = digest("registry", "patch", kind.value, code, day, version, members)
    return await run_registry_write(database, by, request, work, idempotency_key)


async def run_registry_write(
    database: Database, by: Principal, request: str, work: EditorWork, idempotency_key: str | None
) -> StoredResponse:
    """Run a change of the registry in one transaction, or return the stored answer of a used key."""
    async with database.write() as session:
        answer = await claim(session, by.id, idempotency_key, request, ManagedEntry) if idempotency_key else None
        if answer is None:
            found = await work(await RegistryEditor.open(session, by))
            answer = StoredResponse(200, found.model_dump_json().encode(), found.version)
            if idempotency_key:
                await store_response(session, by.id, idempotency_key, answer)
    forget_registry(database)
    return answer
