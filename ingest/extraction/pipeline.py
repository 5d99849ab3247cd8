"""An original to a content: the text is taken out of it in a process of its own, then grammar reads it."""

import asyncio
from typing import Any

from hub.settings import Settings
from hub.text import clean
from ingest.extraction import sandbox
from ingest.extraction.content_builder import build_content
from ingest.extraction.models import ExtractionResult, LinkedFile, Original
from ingest.records import ImportContext
from ingest.sources.schemas import Mapping

STRUCTURED_KINDS = ("policy", "draft")
"""Kinds whose text is nodes, so that every line of a page counts."""


async def extract_original(
    original: Original,
    *,
    kind: str,
    lang: str,
    mapping: Mapping,
    hints: dict[str, Any],
    context: ImportContext,
    settings: Settings,
) -> ExtractionResult:
    """Read a page or file as a content of a kind.

    `hints` are members of the content that the finding brought along (`title`, `summary` of a feed's entry), and
    `posted`, the moment or day it was posted; what the original says itself goes before them. `mapping.defaults` hold
    for what neither says. Raises `Unreadable`.
    """
    select = {name: selector for name, selector in mapping.select.model_dump().items() if selector is not None}
    found = await sandbox.extract_in_sandbox(original, select, kind in STRUCTURED_KINDS, settings)
    content, confidence, doubts = await asyncio.to_thread(
        build_content, found, kind=kind, lang=lang, defaults=mapping.defaults, hints=hints, context=context
    )
    return ExtractionResult(
        content=content,
        confidence=confidence,
        doubts=tuple(doubts),
        files=tuple(LinkedFile(url, title) for url, title in found.files),
        text=clean(found.text),
    )
