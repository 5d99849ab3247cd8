"""Check of a content that was put together from a page and its files, in the sandbox."""

from collections.abc import Sequence
from typing import Any

import orjson

from hub.sandbox.runner import SandboxLimits
from hub.settings import Settings
from ingest.extraction.errors import UnreadableFile
from ingest.extraction.models import ExtractionResult
from ingest.record_chunks import read_chunk
from ingest.sources.pipeline.delivery import DeliveredContent

_CHECK = "ingest.sources.pipeline.delivery.check_deliveries"


async def check_result(
    result: ExtractionResult, doubts: Sequence[str], kind: str, lang: str, settings: Settings
) -> DeliveredContent:
    """Check a content by the rules of its kind. Raises `HubError` if it is not valid."""
    given: dict[str, Any] = {"content": result.content, "text": result.text, "doubts": doubts}
    given["conversions"] = [vars(each) for each in result.conversions]
    arguments = {"kind": kind, "lang": lang}
    [found] = await read_chunk(_CHECK, [orjson.dumps(given)], arguments, SandboxLimits.of(settings))
    if isinstance(found, UnreadableFile):
        raise found
    return DeliveredContent.from_dict(found)
