"""An original to a content: its text is extracted in the sandbox, then the grammar reads it in a thread."""

import asyncio
from typing import Any

from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings
from hub.text import clean
from ingest.extraction.content_builder import build_content
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.extraction.models import Extract, ExtractionResult, LinkedFile, Original
from ingest.records import ImportContext

STRUCTURED_KINDS = ("policy", "draft")
"""Kinds whose text is nodes, so that every line of a page counts."""
EXTRACT_FUNCTION = "ingest.extraction.extract.extract"
"""A name and no import: the parsers of files are loaded in the sandbox only."""


async def extract_original(
    original: Original,
    *,
    kind: str,
    select: dict[str, str],
    defaults: dict[str, Any],
    hints: dict[str, Any],
    context: ImportContext,
    settings: Settings,
) -> ExtractionResult:
    """Read a page or file as a content of a kind.

    `select` are CSS selectors by the fact that they point to. `hints` are members of the content that the source's list
    gave (`title`, `summary` of a feed's entry), and `posted`, the moment or day it was posted; facts of the original
    itself go before them. `defaults` are for members that neither of them has. Raises `UnreadableFile`.
    """
    found = await _extract(original, select, kind in STRUCTURED_KINDS, settings)
    content, confidence, doubts = await asyncio.to_thread(
        build_content, found, kind=kind, defaults=defaults, hints=hints, context=context
    )
    return ExtractionResult(
        content=content,
        confidence=confidence,
        doubts=tuple(doubts),
        files=tuple(LinkedFile(url, title) for url, title in found.files),
        text=clean(found.text),
    )


async def _extract(original: Original, select: dict[str, str], official: bool, settings: Settings) -> Extract:
    arguments = {
        "name": original.name,
        "media_type": original.media_type,
        "url": original.url,
        "select": select,
        "official": official,
    }
    limits = SandboxLimits(settings.source_read_seconds, settings.source_read_megabytes)
    return Extract.from_dict(await run_in_sandbox(EXTRACT_FUNCTION, original.body, arguments, limits, ERRORS_BY_CODE))
