"""Build the content of a draft (dự thảo): type, title and nodes; a draft has no number yet."""

import re
from datetime import date, datetime
from typing import Any

from hub.legal.document import is_official, parse_document
from hub.legal.doubt import Doubt
from hub.legal.outline import outline
from hub.legal.types import TYPE_PATTERN, canonical_type
from ingest.extraction.models import Extract

_TYPE = re.compile(rf"dự thảo\s++(?:\(?lần\s++\d++\)?\s++)?(?:của\s++)?(?P<type>{TYPE_PATTERN})", re.IGNORECASE)
_VERSION = re.compile(r"dự thảo\s*+\(?\s*+lần\s*+(?:thứ\s*+)?(?P<version>\d{1,2})", re.IGNORECASE)
_ABSENT_FIELDS = ("number", "dates", "signer", "issuers")


def build_draft(
    found: Extract, title: str | None, title_confidence: float, posted: date | None, agency: str
) -> tuple[dict[str, Any], dict[str, float], list[Doubt]]:
    """Build the members of a draft, with confidence and doubts."""
    doubts: list[Doubt] = []
    confidence: dict[str, float] = {}
    content: dict[str, Any] = {"drafting_agency": agency}
    if is_official(found.text):
        document = parse_document(found.text)
        content |= {"type": document.type, "title": found.selected.get("title") or document.title or title}
        content["nodes"] = [dict(node) for node in document.nodes]
        confidence = {name: value for name, value in document.confidence.items() if name in ("type", "title", "nodes")}
        doubts += [doubt for doubt in document.doubts if doubt.field not in _ABSENT_FIELDS]
    else:
        paragraphs = [line.strip() for line in found.text.split("\n") if line.strip()]
        named = _TYPE.search(title or "") or _TYPE.search(found.text[:2_000])
        content |= {"type": canonical_type(named["type"]) if named else None, "title": title}
        content["nodes"] = outline(paragraphs)
        confidence = {"nodes": 0.8} | ({"type": 0.8} if named else {}) | ({"title": title_confidence} if title else {})
    if selected := found.selected.get("type"):
        content["type"], confidence["type"] = canonical_type(selected) or selected, 1.0
    version = _VERSION.search(found.text[:2_000])
    if version is not None and int(version["version"]) > 0:
        content["draft_version"] = int(version["version"])
    day = posted.date() if isinstance(posted, datetime) else posted
    content["drafted_on"] = day.isoformat() if day else None
    for name, missing, expected in (
        ("type", "The type of the future document is missing.", "`Dự thảo Quyết định …`"),
        ("title", "The page has no clear headline.", "one headline on the page"),
    ):
        if not content.get(name) and name not in {doubt.field for doubt in doubts}:
            doubts.append(Doubt(name, missing, expected))
    return content, confidence, doubts
