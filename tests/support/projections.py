"""Executors for comparisons: with projections, and with graphql-core alone; both remember what they did."""

from typing import Any

from schema.executor import NOT_PROJECTED, HubExecutor
from schema.limits.answer_size import AnswerSize


class Projecting(HubExecutor):
    """The executor as it is; it remembers what became of each value."""

    made: list["Projecting"] = []  # noqa: RUF012 - of all executors, emptied by the test
    limit: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projected = self.completed = 0
        Projecting.made.append(self)

    def _new_answer_size(self) -> AnswerSize:
        return AnswerSize(Projecting.limit)

    async def project_value(self, return_type: Any, fields: Any, path: Any, value: Any) -> Any:
        found = await super().project_value(return_type, fields, path, value)
        self.projected += found is not NOT_PROJECTED
        self.completed += found is NOT_PROJECTED
        return found


class General(Projecting):
    """The executor without projections."""

    async def project_value(self, return_type: Any, fields: Any, path: Any, value: Any) -> Any:
        return NOT_PROJECTED
