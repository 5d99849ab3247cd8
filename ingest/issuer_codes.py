"""Look up agencies of the registry by name and day, for issuers that a record gives by name."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from hub.db import Database
from hub.legal.agency_names import name_key
from hub.registry.models import Agency


class AgencyNames:
    """Agencies by name and period of validity."""

    def __init__(self, rows: Sequence[Agency]):
        self.codes = frozenset(row.code for row in rows)
        self._by_name: dict[str, list[Agency]] = {}
        for row in rows:
            self._by_name.setdefault(name_key(row.name), []).append(row)

    @classmethod
    async def load(cls, database: Database) -> "AgencyNames":
        """Load the present registry."""
        async with database.write() as session:
            return cls((await session.execute(select(Agency))).scalars().all())

    def code(self, name: str, on: date) -> str | None:
        """The code of the one agency that had the name on that day; None for none or several."""
        valid = [
            row.code
            for row in self._by_name.get(name_key(name), ())
            if (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on < row.valid_to)
        ]
        return valid[0] if len(valid) == 1 else None
