"""Lag of the index behind the log: an index that lacks older entries does not answer, so Postgres does."""

from typing import Any

from hub.search.port import EngineUnavailable
from search.log_state import LogState
from search.meilisearch.index_state import IndexState


def require_usable_state(stored: dict[str, Any], head: LogState) -> IndexState:
    """Parse the marker document of an index.

    Raises `EngineUnavailable` for an index that is not whole, of another database, or too far behind the log.
    """
    state = IndexState.parse(stored)
    if state is None or not state.is_usable_for(head.epoch):
        raise EngineUnavailable("the index is not whole, or not this database's")
    if state.applied < head.required_seq:
        raise EngineUnavailable("the index is behind the log")
    return state
