"""Uses of a code of the registry: documents, keys, sources, webhooks, entries below it.

Foreign keys are found in the catalogue of the database, so that a new table with a reference counts without a change
here. Codes inside documents and filters are looked for by the queries below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.errors import CodeInUse
from hub.problem_texts.templates import FilledText, all_of, as_words, fill, list_names
from hub.registry.entries import EntryKey, RegistryList, key_text

MAX_COUNT = 1_000
"""Uses of one sort are counted up to here."""
EXAMPLES = 5

_TABLES = {RegistryList.agencies: "agency", RegistryList.topics: "topic"}
_LABELS = {
    "document": "documents",
    "api_key": "keys",
    "source": "sources",
    "webhook_endpoint": "webhooks",
    "spokesperson": "spokespersons",
    "agency": "agencies",
    "topic": "topics",
    "agency_rule": "rules",
    "person": "persons",
    "clock": "clocks",
    "press_inquiry": "press inquiries",
    "consultation": "consultations",
}
"""Words for the tables that refer to a code; any other table has its own name."""
COUNTED = frozenset({"documents", "keys", "sources", "webhooks", "rules", "persons", *map(str, RegistryList)})
"""Sorts whose number may be told. Any other is private, such as inquiries of the press and their clocks, or a table
that nobody has thought of: an administrator of one agency must not learn how many another one has."""
_OWN = frozenset({"agency_successor", "place_successor"})
"""Tables that belong to the registry itself and are removed with the entry."""

_REFERENCES = text(
    """
    SELECT child.relname AS source, column_.attname AS name,
        (SELECT a.attname FROM pg_attribute a JOIN pg_index i ON i.indrelid = child.oid AND i.indisprimary
         AND a.attrelid = child.oid AND a.attnum = i.indkey[0]) AS key
    FROM pg_constraint c JOIN pg_class child ON child.oid = c.conrelid
    JOIN pg_attribute column_ ON column_.attrelid = child.oid AND column_.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = CAST(:target AS regclass) ORDER BY 1
    """
)


def _in_documents(wanted: str) -> tuple[str, str]:
    return "documents", f"SELECT document_id::text AS found FROM edition WHERE content @> jsonb_build_object({wanted})"  # noqa: S608 - a constant


def _in_filters(member: str) -> tuple[str, str]:
    return "webhooks", f"SELECT id::text AS found FROM webhook_endpoint WHERE filter -> '{member}' ? :code"  # noqa: S608 - a constant


_TEXT = "CAST(:code AS text)"
_DOCUMENTS: Mapping[RegistryList, Sequence[tuple[str, str]]] = {
    RegistryList.agencies: [
        _in_documents(f"'issuers', jsonb_build_array(jsonb_build_object('code', {_TEXT}))"),
        _in_documents(f"'drafting_agency', {_TEXT}"),
    ],
    RegistryList.topics: [_in_documents(f"'topics', jsonb_build_array({_TEXT})")],
    RegistryList.places: [_in_documents(f"'places', jsonb_build_array({_TEXT})")],
    RegistryList.spokespersons: [_in_documents(f"'spokesperson', {_TEXT}")],
}
"""Queries for codes inside the contents of editions."""
_OTHERS: Mapping[RegistryList, Sequence[tuple[str, str]]] = {
    RegistryList.agencies: [
        _in_filters("agency"),
        ("agencies", "SELECT code AS found FROM agency_successor WHERE successor = :code"),
    ],
    RegistryList.topics: [_in_filters("topic")],
    RegistryList.places: [
        _in_filters("place"),
        ("places", "SELECT code AS found FROM place WHERE parent = :code"),
        ("places", "SELECT code AS found FROM place_successor WHERE successor = :code AND code <> :code"),
        ("agencies", "SELECT code AS found FROM agency WHERE place = :code"),
    ],
    RegistryList.spokespersons: [],
}
"""Queries for codes that no foreign key binds."""


@dataclass(frozen=True)
class CodeUse:
    """Things of one sort that use a code: their number, counted up to `MAX_COUNT`, and some of them."""

    sort: str
    count: int
    examples: tuple[str, ...]

    @property
    def is_private(self) -> bool:
        """Return True for a sort that is named without a number and examples, except to the agency itself."""
        return self.sort not in COUNTED


_BELOW = {
    "agencies": "SELECT code AS found FROM agency WHERE parent = :code",
    "topics": "SELECT code AS found FROM topic WHERE parent = :code",
    "places": "SELECT code AS found FROM place WHERE parent = :code",
    "spokespersons": "SELECT code AS found FROM spokesperson WHERE agency = :code",
}
_STILL_VALID = " AND coalesce(valid_to > :day, true)"
_ACTORS = {
    "keys": "SELECT id AS found FROM api_key WHERE agency = :code AND revoked_at IS NULL"
    " AND coalesce(expires_at > now(), true)",
    "sources": "SELECT code AS found FROM source WHERE agency = :code AND state = 'active'",
    "webhooks": "SELECT id::text AS found FROM webhook_endpoint WHERE agency = :code AND state = 'active'",
}
_LEFT_BEHIND: Mapping[RegistryList, Mapping[str, str]] = {
    RegistryList.agencies: _ACTORS | {label: _BELOW[label] + _STILL_VALID for label in ("agencies", "spokespersons")},
    RegistryList.topics: {"topics": _BELOW["topics"] + _STILL_VALID},
    RegistryList.places: {"places": _BELOW["places"] + _STILL_VALID},
    RegistryList.spokespersons: {},
}
"""Queries for what an entry that ends would leave behind."""


async def find_uses(session: AsyncSession | AsyncConnection, key: EntryKey) -> list[CodeUse]:
    """Find what uses the code of an entry."""
    kind, code, _ = key
    found: dict[str, set[str]] = {}
    for label, query in [*await _reference_queries(session, kind), *_DOCUMENTS[kind], *_OTHERS[kind]]:
        found.setdefault(label, set()).update(await _read(session, query, code=code))
    shown = found | {"documents": await _read_public(session, found.get("documents", set()))}
    return _count(found, shown)


async def require_unused(session: AsyncSession, keys: Iterable[EntryKey]) -> None:
    """Require that nothing but one another uses entries that are removed. Raises `CodeInUse` with the uses."""
    removed: dict[str, set[str]] = {}
    for kind, code, _ in (keys := list(keys)):
        removed.setdefault(kind.value, set()).add(code)
    for key in keys:
        found = await find_uses(session, key)
        refuse_if_used(
            key,
            [use for use in found if not (use.examples and removed.get(use.sort, set()).issuperset(use.examples))],
            "removed",
        )


async def require_nothing_left_behind(session: AsyncSession, key: EntryKey, day: date) -> None:
    """Require that an entry that ends leaves no key, source, webhook or valid entry behind. Raises `CodeInUse`."""
    kind, code, _ = key
    found = {
        label: await _read(session, query, code=code, **({"day": day} if ":day" in query else {}))
        for label, query in _LEFT_BEHIND[kind].items()
    }
    refuse_if_used(key, _count(found), "closed")


def _count(found: Mapping[str, set[str]], shown: Mapping[str, set[str]] | None = None) -> list[CodeUse]:
    """Count uses; `shown` has those that may be examples."""
    shown = found if shown is None else shown
    return [
        CodeUse(label, len(ids), tuple(sorted(shown[label])[:EXAMPLES])) for label, ids in sorted(found.items()) if ids
    ]


async def _read_public(session: AsyncSession | AsyncConnection, ids: set[str]) -> set[str]:
    """Keep the documents that were public: the id of another must not tell that somebody is writing something."""
    if not ids:
        return set()
    query = text("SELECT id::text FROM document WHERE id::text = ANY(:ids) AND state <> 'unpublished'")
    return set((await session.execute(query, {"ids": sorted(ids)})).scalars())


def refuse_if_used(key: EntryKey, uses: Sequence[CodeUse], done: str) -> None:
    """Raise `CodeInUse` if there are uses; `done` is the participle of the message. Private sorts are only named."""
    if not uses:
        return
    raise CodeInUse(
        fill(
            "{entry} cannot be {done}: it is used by {uses}.",
            entry=key_text(key),
            done=as_words(done),
            uses=all_of([_describe(use) for use in uses]),
        ),
        field="code",
        expected="a merger or successors, or an end of these uses",
        uses=[
            {"sort": use.sort, "count": use.count, "examples": list(use.examples)} for use in uses if not use.is_private
        ],
    )


def _describe(use: CodeUse) -> FilledText:
    sort = as_words(use.sort)
    if use.is_private:
        return sort
    if not use.examples:
        return fill("{count} {sort}", count=use.count, sort=sort)
    return fill("{count} {sort} ({examples})", count=use.count, sort=sort, examples=list_names(use.examples))


async def _reference_queries(session: AsyncSession | AsyncConnection, kind: RegistryList) -> list[tuple[str, str]]:
    """Build a query for each foreign key to the codes of a list."""
    if kind not in _TABLES:
        return []
    rows = (await session.execute(_REFERENCES, {"target": _TABLES[kind]})).all()
    return [
        # Names of tables and columns come from the catalogue.
        (
            _LABELS.get(row.source, row.source),
            f'SELECT "{row.key}"::text AS found FROM "{row.source}" WHERE "{row.name}" = :code',  # noqa: S608
        )
        for row in rows
        if row.source not in _OWN
    ]


async def _read(session: AsyncSession | AsyncConnection, query: str, **values: object) -> set[str]:
    rows = await session.execute(text(f"SELECT DISTINCT found FROM ({query}) q LIMIT {MAX_COUNT}"), values)  # noqa: S608
    return set(rows.scalars())
