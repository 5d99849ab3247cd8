"""An original to a content: the text is taken out of it in a process of its own, then grammar reads it."""

import asyncio
from typing import Any

from hub.settings import Settings
from hub.text import clean
from ingest.extraction import sandbox
from ingest.extraction.content_builder import content_of
from ingest.extraction.models import FoundFile, Original, Reading
from ingest.records import Context
from ingest.sources.schemas import Mapping

STRUCTURED = ("policy", "draft")
"""Kinds whose text is nodes, so that every line of a page counts."""


async def read_original(
    original: Original,
    *,
    kind: str,
    lang: str,
    mapping: Mapping,
    hints: dict[str, Any],
    context: Context,
    settings: Settings,
) -> Reading:
    """Read a page or file as a content of a kind.

    `hints` are members of the content that the finding brought along (`title`, `summary` of a feed's entry), and
    `posted`, the moment or day it was posted; what the original says itself goes before them. `mapping.defaults` hold
    for what neither says. Raises `Unreadable`.
    """
    select = {name: selector for name, selector in mapping.select.model_dump().items() if selector is not None}
    found = await sandbox.extracted(original, select, kind in STRUCTURED, settings)
    content, confidence, doubts = await asyncio.to_thread(
        content_of, found, kind=kind, lang=lang, defaults=mapping.defaults, hints=hints, context=context
    )
    return Reading(
        content=content,
        confidence=confidence,
        doubts=tuple(doubts),
        files=tuple(FoundFile(url, title) for url, title in found.files),
        text=clean(found.text),
    )
