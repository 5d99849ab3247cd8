"""Commands on sources. They check rights, flush, and write to the audit trail; only the edge commits."""

from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.content.damage import delete_damage
from hub.content.validation import invalid_input
from hub.db import table
from hub.errors import InvalidInput, TransitionConflict, UnknownReference
from hub.manage.four_eyes import ADD_SOURCE, CHANGE_SOURCE
from hub.manage.models import AuditEntry
from hub.problem_texts.templates import as_data, fill, one_of
from hub.registry.models import Agency
from hub.settings import Settings
from hub.times import now
from ingest.sources.pipeline.archive import delete_unattached
from ingest.sources.queries import read_source, read_source_row
from ingest.sources.reach import OPERATOR, SourceReach
from ingest.sources.rows import ITEM, ITEM_NAME, LIST_PAGE, RUN, RUN_NAME, SOURCE, SOURCE_NAME, SourceRow
from ingest.sources.schedule import expectations
from ingest.sources.schemas import NewSource, SourceChange, SourceState, SourceType, Trust, check_location
from ingest.sources.views import SourceView

AUDIT = table(AuditEntry)

RESERVED_CODES = ("jsonl", "legal", "text", "import", "demo")
"""Sources of imported files in their provenance; a source with such a code would take over their records."""


class SourceManager:
    """Commands of one manager (or, without a principal, of the operator) within one transaction."""

    def __init__(self, session: AsyncSession, settings: Settings, by: Principal | None):
        self.session = session
        self.settings = settings
        self.by = by

    async def add(self, new: NewSource) -> SourceView:
        """Add a source; with a schedule, its first run is due at once."""
        self._require_rights(new.agency, new.trust)
        if new.lang not in self.settings.languages:
            raise InvalidInput(
                fill("The hub does not serve `{lang}`.", lang=new.lang),
                field="lang",
                expected=one_of(self.settings.languages),
            )
        if new.code in RESERVED_CODES:
            raise InvalidInput(
                fill("The code `{code}` is reserved.", code=new.code), field="code", expected="another code"
            )
        check_location(new, self._reach(new.agency))
        if await self.session.get(Agency, new.agency) is None:
            raise UnknownReference(fill("The registry has no agency `{agency}`.", agency=new.agency), field="agency")
        row = new.model_dump(mode="json") | {
            "state": SourceState.active.value,
            "made_by": self.by.id if self.by else OPERATOR,
            "changed_by": [],
            "failures": 0,
        }
        when = expectations(new.schedule)
        if new.schedule is not None:
            when["next_at"] = now()
        is_taken = select(exists().where(SOURCE.c.code == new.code))
        if (await self.session.execute(is_taken)).scalar_one():
            raise TransitionConflict(
                fill("A source `{code}` exists already.", code=new.code), field="code", expected="another code"
            )
        await self.session.execute(insert(SOURCE).values(**row, **when))
        await self._audit(ADD_SOURCE, new.code, new.agency, type=new.type.value, trust=new.trust.value)
        return await self._read(new.code)

    async def change(self, code: str, change: SourceChange) -> SourceView:
        """Change the given members; the whole definition is validated as for a new source."""
        row = await read_source_row(self.session, self.by, code, lock=True)
        given = change.model_dump(mode="json", exclude_unset=True)
        if nulls := [name for name, value in given.items() if value is None and name != "schedule"]:
            raise InvalidInput(
                fill("`{name}` cannot be null; omit it to keep its value.", name=nulls[0]), field=nulls[0]
            )
        whole = {name: getattr(row, name) for name in NewSource.model_fields} | given
        new = validate_source(whole)
        self._require_rights(new.agency, new.trust)
        check_location(new, self._reach(new.agency))
        values = {name: new.model_dump(mode="json")[name] for name in given}
        if "schedule" in given:
            values |= expectations(new.schedule)
        if values:
            mine = self.by.id if self.by else OPERATOR
            values["changed_by"] = list(dict.fromkeys([*row.changed_by, mine]))
            await self.session.execute(update(SOURCE).where(SOURCE.c.code == code).values(**values))
            await self._audit(CHANGE_SOURCE, code, row.agency, members=sorted(given))
        return await self._read(code)

    async def pause(self, code: str) -> SourceView:
        """Pause runs until the source is resumed; its waiting items keep waiting."""
        return await self._change_state(
            code, SourceState.active, SourceState.paused, {"next_at": None, "overdue_at": None}
        )

    async def resume(self, code: str) -> SourceView:
        """Resume runs; the next one is due now."""
        row = await read_source_row(self.session, self.by, code)
        when = expectations(row.schedule)
        if row.schedule is not None:
            when["next_at"] = now()
        return await self._change_state(code, SourceState.paused, SourceState.active, when | {"failures": 0})

    async def run(self, code: str) -> SourceView:
        """Schedule a run for now; the worker executes it."""
        row = await read_source_row(self.session, self.by, code, lock=True)
        check_runnable(row)
        await self.session.execute(update(SOURCE).where(SOURCE.c.code == code).values(next_at=now()))
        await self._audit("source_run", code, row.agency)
        return await self._read(code)

    async def remove(self, code: str) -> None:
        """Delete the source with its items and runs. Its documents and their provenance stay."""
        row = await read_source_row(self.session, self.by, code, lock=True)
        await delete_damage(self.session, [SOURCE_NAME.of(code)])
        for name, rows in ((ITEM_NAME, ITEM), (RUN_NAME, RUN)):
            await delete_damage(self.session, name.select(rows.c.id).where(rows.c.source == code))
        for of_source in (ITEM, RUN, LIST_PAGE):
            await self.session.execute(delete(of_source).where(of_source.c.source == code))
        await delete_unattached(self.session, code)
        await self.session.execute(delete(SOURCE).where(SOURCE.c.code == code))
        await self._audit("source_removed", code, row.agency)

    async def _change_state(
        self, code: str, before: SourceState, after: SourceState, values: dict[str, Any]
    ) -> SourceView:
        row = await read_source_row(self.session, self.by, code, lock=True)
        if row.state != before:
            raise TransitionConflict(
                fill("The source is {state}.", state=row.state), field="state", expected=as_data(before.value)
            )
        await self.session.execute(update(SOURCE).where(SOURCE.c.code == code).values(state=after.value, **values))
        await self._audit(f"source_{after.value}", code, row.agency)
        return await self._read(code)

    def _require_rights(self, agency: str, trust: Trust) -> None:
        if self.by is None:
            return
        self.by.require(Scope.sources, agency)
        if trust is Trust.publish:
            self.by.require(Scope.publish, agency)

    def _reach(self, agency: str) -> SourceReach:
        return SourceReach(self.settings, agency, by_operator=self.by is None)

    async def _read(self, code: str) -> SourceView:
        return await read_source(self.session, code, self.settings.source_dead_after)

    async def _audit(self, verb: str, code: str, agency: str, **details: Any) -> None:
        row = {
            "actor": self.by.id if self.by else OPERATOR,
            "label": self.by.label if self.by else "hub source",
            "agency": agency,
            "verb": verb,
            "details": {"source": code, **details},
        }
        await self.session.execute(insert(AUDIT).values(**row))


def check_runnable(source: SourceRow) -> None:
    """Check that a source can be run. Raises `TransitionConflict`."""
    if source.type == SourceType.push:
        raise TransitionConflict("A source of the type push has no runs: its partner pushes records.", field="type")
    if source.state != SourceState.active:
        raise TransitionConflict("The source is paused; resume it first.", field="state", expected="active")


def validate_source(value: dict[str, Any]) -> NewSource:
    """Validate the definition of a source. Raises `InvalidInput` with the member that is wrong."""
    try:
        return NewSource.model_validate(value)
    except ValidationError as problem:
        raise invalid_input(problem) from problem
