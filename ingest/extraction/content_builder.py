"""Build the content of a kind from an extracted text and its facts.

A member that is missing is left out and becomes a doubt; nothing is guessed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.domain.kinds.html import MAX_LENGTH, sanitise_html
from hub.legal.doubt import Doubt
from hub.legal.timestamps import read_moment
from hub.legal.web_article import posting_date
from hub.times import midnight
from ingest.extraction.drafts import build_draft
from ingest.extraction.models import Extract
from ingest.extraction.policies import build_policy

MAX_LEAD = 2_000


@dataclass
class PartialContent:
    """A content that is being built."""

    content: dict[str, Any] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


def build_content(
    found: Extract, *, kind: str, defaults: dict[str, Any], hints: dict[str, Any], agency: str
) -> tuple[dict[str, Any], dict[str, float], list[Doubt]]:
    """Build the members of a content, with the confidence of each, and the doubts.

    Facts of the text go before `hints`, and hints before `defaults`. `agency` is the owner, which drafts a draft.
    """
    posted = find_posting_time(found, hints)
    title, confidence_of_title = _title(found, hints)
    if kind == "policy":
        content, confidence, doubts = build_policy(found, title, confidence_of_title, posted)
    elif kind == "draft":
        content, confidence, doubts = build_draft(found, title, confidence_of_title, posted, agency)
    elif kind == "statement":
        content, confidence, doubts = _statement(found, title, confidence_of_title, posted)
    else:
        content, confidence, doubts = _bulletin(found, title, confidence_of_title, hints)
    given = {name: value for name, value in hints.items() if name != "posted" and value is not None}
    # The summary of a feed's entry is no part of a bulletin's own text.
    filled = {name: value for name, value in (defaults | given).items() if content.get(name) is None}
    content = {name: value for name, value in content.items() if value is not None} | filled
    return content, confidence, [*found.doubts, *(doubt for doubt in doubts if doubt.field not in filled)]


def find_posting_time(found: Extract, hints: dict[str, Any]) -> date | datetime | None:
    """Find the time of posting: by selector, on the page itself, or in the hints."""
    for value in (found.selected.get("posted"), found.posted, hints.get("posted")):
        moment = value if isinstance(value, date) else read_moment(str(value)) if value else None
        if moment is not None:
            return moment
    if found.form == "text":
        return next((on for line in found.text.split("\n")[:40] if (on := posting_date(line.strip()))), None)
    return None


def _title(found: Extract, hints: dict[str, Any]) -> tuple[str | None, float]:
    if selected := found.selected.get("title"):
        return selected, 1.0
    if found.title:
        return found.title, 0.9
    if listed := hints.get("title"):
        return str(listed), 0.9
    return None, 0.0


def _bulletin(
    found: Extract, title: str | None, confidence: float, hints: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, float], list[Doubt]]:
    made = PartialContent()
    paragraphs = [line for line in found.text.split("\n") if line.strip()]
    if title is None and len(paragraphs) > 1:
        title, confidence = paragraphs.pop(0), 0.8
    _set_member(made, "title", title, confidence, "The page has no clear headline.", "one headline on the page")
    lead = str(hints.get("summary") or "").strip() or (paragraphs[0] if paragraphs else None)
    _set_member(made, "lead", lead[:MAX_LEAD] if lead else None, 0.9, "The page has no text.", "a first paragraph")
    html = found.html or "".join(f"<p>{_escape(line)}</p>" for line in paragraphs)
    body = _sanitise(html, made)
    _set_member(made, "body", body, 0.9 if found.html else 0.8, "The page has no text.", "an article")
    return made.content, made.confidence, made.doubts


def _statement(
    found: Extract, title: str | None, confidence: float, posted: date | datetime | None
) -> tuple[dict[str, Any], dict[str, float], list[Doubt]]:
    made = PartialContent()
    _set_member(made, "title", title, confidence, "The page has no clear headline.", "one headline on the page")
    made.content["occasion"] = title
    _set_member(made, "text", found.text or None, 0.9, "The page has no text.", "the text of the statement")
    moment = posted if isinstance(posted, datetime) else None
    if moment is None and posted is not None:
        moment = midnight(posted)
        made.doubts.append(Doubt("said_at", "The page has a day but no time.", "the moment it was said"))
    _set_member(
        made, "said_at", moment.isoformat() if moment else None, 0.9, "The page has no day or time.", "a day and a time"
    )
    for name in ("spokesperson", "form"):
        made.doubts.append(Doubt(name, f"The page does not name the {name}.", "a default of the source"))
    return made.content, made.confidence, made.doubts


def _set_member(made: PartialContent, name: str, value: Any, confidence: float, missing: str, expected: str) -> None:
    if value:
        made.content[name], made.confidence[name] = value, confidence
    else:
        made.doubts.append(Doubt(name, missing, expected))


def _sanitise(html: str, made: PartialContent) -> str | None:
    if len(html) > MAX_LENGTH:
        made.doubts.append(Doubt("body", f"The article has {len(html):,} characters.", f"at most {MAX_LENGTH:,}"))
        return None
    try:
        return sanitise_html(html) or None
    except ValueError as problem:
        made.doubts.append(Doubt("body", str(problem), "simple HTML"))
        return None


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
