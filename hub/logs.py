"""Configuration of logging: one structured line per event, readable on a terminal or as JSON."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog

from hub.log_limits import LineBudget, SampledEvents, SampledRecords
from hub.logged_request import add_request_id
from hub.settings import Settings


class ForgivingStream:
    """A stream that drops what cannot be written: a full disk under the log fails no request and no loop."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, data: str) -> int:
        """Write, or drop on an error of the system."""
        with suppress(OSError):
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Flush, or drop on an error of the system."""
        with suppress(OSError):
            self._stream.flush()


def configure_logging(settings: Settings) -> None:
    """Send structlog and the standard library's warnings to standard error, within the limits of `hub.log_limits`."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    budget = LineBudget()
    # On the handlers, and on uvicorn's, which gets handlers of its own later: a filter of a logger is not inherited.
    for handler in logging.getLogger().handlers:
        handler.addFilter(SampledRecords(budget))
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(SampledRecords(budget))
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The default shows the values of all variables: pages of them, and secrets among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, ForgivingStream(sys.stderr))),
        processors=[
            add_request_id,
            structlog.processors.add_log_level,
            *([structlog.processors.format_exc_info] if settings.log_json else []),
            SampledEvents(budget),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
    )
