"""One engine that never goes dark: the first answers, and when it cannot, the second."""

import structlog

from hub.search.port import EngineResult, EngineUnavailable, SearchIndex, SearchQuery

log = structlog.get_logger()


class FallbackSearch:
    """The port's `SearchIndex` over two others; `Found.engine` says which one answered."""

    def __init__(self, primary: SearchIndex, secondary: SearchIndex):
        self.name = primary.name
        self.primary = primary
        self.secondary = secondary
        self._down = False

    async def search(self, query: SearchQuery) -> EngineResult:
        try:
            found = await self.primary.search(query)
        except EngineUnavailable as problem:
            self._log_change(down=True, problem=str(problem))
            return await self.secondary.search(query)
        self._log_change(down=False)
        return found

    async def engine(self) -> str:
        """The first one's answer, or the second's when that is `none`."""
        first = await self.primary.engine()
        return await self.secondary.engine() if first == "none" else first

    def close(self) -> None:
        for engine in (self.primary, self.secondary):
            if callable(close := getattr(engine, "close", None)):
                close()

    def _log_change(self, *, down: bool, problem: str = "") -> None:
        """Log the change only, not every search."""
        if down and not self._down:
            log.warning("search_fell_back", engine=self.secondary.name, problem=problem)
        elif self._down and not down:
            log.info("search_recovered", engine=self.primary.name)
        self._down = down
