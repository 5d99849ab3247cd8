"""Extract the mentions of live views in the sandbox: strangers wrote their texts, and one may defeat the grammar."""

from collections.abc import Sequence

import structlog

from hub.citations.mentions import unpack_mention
from hub.citations.rows import CitingView, ExtractedView
from hub.sandbox.errors import UnreadableFile
from hub.sandbox.runner import DEFAULT_LIMITS, run_in_sandbox

log = structlog.get_logger()

EXTRACT_FUNCTION = "hub.citations.extraction.extract_packed"


async def extract_from_views(views: Sequence[CitingView]) -> list[ExtractedView]:
    """Extract the mentions of views, in one call of the sandbox.

    If it fails, each view is tried alone; one that cannot be read has no mentions, which is logged.
    """
    if not views:
        return []
    try:
        return await _extract(views)
    except UnreadableFile as problem:
        if len(views) == 1:
            log.warning("citations_unreadable", document=str(views[0].document_id), problem=problem.detail)
            return [ExtractedView(views[0], [], frozenset())]
    return [found for view in views for found in await extract_from_views([view])]


async def _extract(views: Sequence[CitingView]) -> list[ExtractedView]:
    body = b"[" + b",".join(view.full for view in views) + b"]"
    answers = await run_in_sandbox(EXTRACT_FUNCTION, body, {}, DEFAULT_LIMITS, {})
    return [
        ExtractedView(view, [unpack_mention(mention) for mention in answer["mentions"]], frozenset(answer["refs"]))
        for view, answer in zip(views, answers, strict=True)
    ]
