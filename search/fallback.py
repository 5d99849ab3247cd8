"""Fallback from one engine to another: the first answers, and if it cannot, the second."""

import structlog

from hub.search.port import EngineResult, EngineUnavailable, SearchIndex, SearchQuery

log = structlog.get_logger()


class FallbackSearch:
    """The port's `SearchIndex` over two others; `EngineResult.engine` names the one that answered."""

    def __init__(self, primary: SearchIndex, secondary: SearchIndex):
        self.name = primary.name
        self.primary = primary
        self.secondary = secondary
        self._down = False

    async def search(self, query: SearchQuery) -> EngineResult:
        try:
            result = await self.primary.search(query)
        except EngineUnavailable as problem:
            self._log_change(down=True, problem=str(problem))
            return await self.secondary.search(query)
        self._log_change(down=False)
        return result

    async def engine(self) -> str:
        """Return the name of the engine that would answer now; `none` if neither would."""
        primary = await self.primary.engine()
        return await self.secondary.engine() if primary == "none" else primary

    def close(self) -> None:
        for engine in (self.primary, self.secondary):
            if callable(close := getattr(engine, "close", None)):
                close()

    def _log_change(self, *, down: bool, problem: str = "") -> None:
        """Log only changes, not every search."""
        if down and not self._down:
            log.warning("search_fell_back", engine=self.secondary.name, problem=problem)
        elif self._down and not down:
            log.info("search_recovered", engine=self.primary.name)
        self._down = down
