"""Bytes to the content of a kind, in one step: extraction and the legal grammar. It runs in `hub.sandbox`."""

from typing import Any

from hub.legal.document import is_official
from hub.text import clean
from ingest.extraction.content_builder import build_content, find_posting_time
from ingest.extraction.extract import extract
from ingest.extraction.models import STRUCTURED_KINDS, ExtractionResult, LinkedFile


def read_original(
    body: bytes,
    name: str,
    media_type: str | None,
    url: str | None,
    select: dict[str, str],
    kind: str,
    defaults: dict[str, Any],
    hints: dict[str, Any],
    agency: str,
) -> dict[str, Any]:
    """Read an original as the content of a kind: an `ExtractionResult` in JSON, whose issuers have no codes yet.

    Raises `UnreadableFile`.
    """
    found = extract(body, name, media_type, url, select, kind in STRUCTURED_KINDS)
    content, confidence, doubts = build_content(found, kind=kind, defaults=defaults, hints=hints, agency=agency)
    return ExtractionResult(
        content=content,
        confidence=confidence,
        doubts=tuple(doubts),
        files=tuple(LinkedFile(url, title) for url, title in found.files),
        text=clean(found.text),
        is_official=is_official(found.text),
        posted_on=posted.strftime("%Y-%m-%d") if (posted := find_posting_time(found, hints)) else None,
        conversions=tuple(found.conversions),
    ).to_dict()
