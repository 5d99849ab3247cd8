"""A row to the content of a draft, a bulletin or a statement. Pure."""

import re
from typing import Any

from hub.domain.kinds.html import sanitise_html
from hub.domain.policy_completion import MAX_TYPE
from hub.legal.types import TYPE_PATTERN, canonical_type
from hub.times import today
from ingest.spreadsheets.column_names import find_value, value_names
from ingest.spreadsheets.common import common_members, drop_empty, paragraph_html, paragraph_nodes, paragraphs
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import AGENCIES, SPOKESPERSONS, TableNames

_MAX_LEAD = 2_000
_TYPE = re.compile(rf"\b(?:{TYPE_PATTERN})\b", re.IGNORECASE)


def build_draft(row: Row, names: TableNames, agency: str) -> dict[str, Any]:
    """Build the members of a draft; `agency` drafts what names no agency."""
    drafted, opens, closes = row.day("drafted"), row.day("opens"), row.day("closes")
    on = drafted or opens or today()
    title = row.words("title")
    content = {
        "title": title,
        "type": _draft_type(row, title),
        "drafting_agency": _drafting_agency(row, names, agency),
        "drafted_on": drafted.isoformat() if drafted else None,
        "draft_version": _version(row),
        "explanatory_note": row.text("explanatory_note"),
        "nodes": paragraph_nodes(row.text("text")),
        **common_members(row, names, on),
    }
    if opens and closes and closes >= opens:
        window = {"opens_on": opens.isoformat(), "closes_on": closes.isoformat()}
        content["consultation"] = drop_empty(
            {**window, "contact": row.line("contact"), "url": row.line("comments_url")}
        )
        row.paths |= {"consultation.url": "comments_url", "consultation": "closes"}
    elif opens or closes:
        detail = "the consultation needs its first and its last day, in this order"
        row.leave_out("closes" if opens else "opens", detail)
    impact = row.is_yes("high_impact")
    if impact is not None:
        content |= {"high_impact": impact, "impact_stated": True}
    row.paths |= {"nodes": "text", "drafted_on": "drafted"}
    return drop_empty(content)


def build_bulletin(row: Row, names: TableNames, _agency: str) -> dict[str, Any]:
    """Build the members of a bulletin; without a lead of its own, its first paragraph is the lead."""
    posted = row.day("posted")
    body = row.text("body") or row.text("lead") or row.text("summary")
    common = common_members(row, names, posted)
    if posted:
        common["origin"] = common["origin"] | {"posted_on": posted.isoformat()}
    lead = row.text("lead") or row.text("summary") or next(iter(paragraphs(_plain(body))), None)
    channels = _channels(row)
    content = {
        "title": row.words("title"),
        "lead": lead[:_MAX_LEAD] if lead else None,
        "body": paragraph_html(body),
        "priority": row.choice("priority"),
        "channels": channels,
        "valid_until": row.moment("valid_until"),
        **common,
    }
    row.paths["origin.posted_on"] = "posted"
    return drop_empty(content)


def build_statement(row: Row, names: TableNames, agency: str) -> dict[str, Any]:
    """Build the members of a statement."""
    said_at = row.moment("said_at")
    day = row.day("said_at") if said_at else None
    occasion, title = row.words("occasion"), row.words("title")
    question, answer = row.text("question"), row.text("answer")
    answers = (
        [{"question": question, "answer": answer, "asked_by": row.line("asked_by")}] if question and answer else []
    )
    content = {
        "title": title or occasion,
        "occasion": occasion or title,
        "spokesperson": _spokesperson(row, names, agency),
        "form": row.choice("form"),
        "asked_at": row.moment("asked_at"),
        "said_at": said_at,
        "text": row.text("text") or (None if answers else answer),
        "answers": answers,
        **common_members(row, names, day),
    }
    row.paths["answers"] = "answer"
    return drop_empty(content)


def _draft_type(row: Row, title: str | None) -> str | None:
    written = row.words("type")
    if written is not None:
        return canonical_type(written) or written[:MAX_TYPE]
    found = _TYPE.search(title or "")
    return canonical_type(found[0]) if found else None


def _drafting_agency(row: Row, names: TableNames, agency: str) -> str:
    written = row.line("drafting_agency")
    if written is None:
        return agency
    found = names.code_by_beginning(AGENCIES, written, None)
    if found is None:
        row.leave_out("drafting_agency", f"the registry does not know `{written[:60]}`")
    return found or agency


def _version(row: Row) -> int | None:
    written = row.line("draft_version")
    found = re.search(r"\d{1,2}", written) if written else None
    if written and found is None:
        row.leave_out("draft_version", f"`{written[:60]}` is no number")
    return int(found[0]) if found else None


def _channels(row: Row) -> list[str]:
    found: list[str] = []
    parts = [piece.strip() for part in row.parts("channels") for piece in part.split(",") if piece.strip()]
    for part in parts:
        channel = find_value("channels", part)
        if channel is None:
            row.leave_out("channels", f"`{part[:60]}` is none of {', '.join(value_names('channels'))}")
        elif channel not in found:
            found.append(channel)
    return found


def _spokesperson(row: Row, names: TableNames, agency: str) -> str | None:
    written = row.line("spokesperson")
    if written is None:
        return None
    found = names.code(SPOKESPERSONS, written, None, agency=agency) or names.code(SPOKESPERSONS, written, None)
    if found is None:
        row.leave_out("spokesperson", f"the registry has no spokesperson `{written[:60]}`")
    return found


def _plain(body: str | None) -> str:
    if body and body.lstrip().startswith("<"):
        return re.sub(r"<[^>]{0,1000}>", "", sanitise_html(body).replace("</p>", "\n"))
    return body or ""
