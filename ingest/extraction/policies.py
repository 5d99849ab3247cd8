"""Build the content of a policy, from a whole document in official layout or from an article that announces one."""

from datetime import date, datetime, timedelta
from typing import Any

from hub.domain.fingerprints import issue_date
from hub.legal import dates
from hub.legal.agency_names import split_issuers
from hub.legal.announcement import read_announcement
from hub.legal.document import LegalDocument, is_official, parse_document
from hub.legal.doubt import Doubt
from hub.legal.numbers import canonical_number, parse_number
from hub.legal.types import canonical_type, type_of_number
from hub.lookalikes import fold_signs
from ingest.extraction.models import Extract

DATE_SOURCE = "Văn bản gốc"
"""The source of dates that the document itself states."""
MAX_SUMMARY_LENGTH = 1_500
"""A first paragraph of at most so many characters is also the summary."""

ContentParts = tuple[dict[str, Any], dict[str, float], list[Doubt]]


def build_policy(found: Extract, title: str | None, title_confidence: float, posted: date | None) -> ContentParts:
    """Build the members of a policy, with confidence and doubts. Selected and labelled facts go before parsed ones."""
    facts = found.labelled | found.selected
    if is_official(found.text):
        content, confidence, doubts = _official_content(parse_document(found.text))
        # Labels shorten titles, and a whole document has its full title in the text.
        _apply_selected(content, confidence, doubts, facts, found.selected.get("title"))
    else:
        content, confidence, doubts = _announcement_content(found, title, posted)
        if title is not None:
            confidence["title"] = title_confidence
        _apply_selected(content, confidence, doubts, facts, facts.get("title"))
        if found.labelled:
            doubts.append(Doubt("nodes", "The page lists facts about the document, not its text.", "a file with it"))
    return content, confidence, doubts


def _official_content(document: LegalDocument) -> ContentParts:
    doubts = list(document.doubts)
    legal = (
        [{"role": "issued", "on": document.issued_on.isoformat(), "source": DATE_SOURCE}] if document.issued_on else []
    )
    if document.effective_on is not None and document.issued_on is not None:
        if document.effective_on < document.issued_on:
            detail = f"It takes effect on {document.effective_on}, before it was issued on {document.issued_on}."
            doubts.append(Doubt("effective_on", detail, "a day on or after the day of issue"))
        else:
            legal.append({"role": "effective", "on": document.effective_on.isoformat(), "source": DATE_SOURCE})
    if document.last_day is not None and document.issued_on is not None and document.last_day >= document.issued_on:
        legal.append(
            {"role": "expiry", "on": (document.last_day + timedelta(days=1)).isoformat(), "source": DATE_SOURCE}
        )
    signer = document.signers[0] if len(document.signers) == 1 else None
    content = {
        "number": document.number,
        "type": document.type,
        "title": document.title,
        "issuers": _issuers(document.issuers),
        "dates": legal or None,
        "signer": {"name": signer.name, "title": signer.title} if signer else None,
        "nodes": _nodes_with_recipients(document),
    }
    return content, dict(document.confidence), doubts


def _nodes_with_recipients(document: LegalDocument) -> list[dict[str, Any]]:
    """The nodes, with the recipients where they are printed: after the text, before the annexes."""
    nodes = [dict(node) for node in document.nodes]
    if document.recipients:
        position = next((n for n, node in enumerate(nodes) if node["type"] == "annex"), len(nodes))
        text = "\n".join(f"- {recipient}" for recipient in document.recipients)
        nodes.insert(position, {"ref": "noi-nhan", "type": "paragraph", "label": "Nơi nhận", "text": text})
    return nodes


def _announcement_content(found: Extract, title: str | None, posted: date | None) -> ContentParts:
    """Read a page that announces a document: headline, day and paragraphs, in the order of a copied page."""
    day = posted.date() if isinstance(posted, datetime) else posted
    lines = [title, f"Ngày cập nhật {day:%d/%m/%Y}" if day else None, found.text]
    announcement = read_announcement("\n".join(line for line in lines if line) if found.form == "html" else found.text)
    source = f"Bài viết ngày {announcement.posted_on:%d/%m/%Y}" if announcement.posted_on else "Bài viết"
    content = {
        "number": announcement.number,
        "type": announcement.type,
        "title": announcement.title or title,
        "summary": announcement.lead
        if announcement.lead != title and len(announcement.lead or "") <= MAX_SUMMARY_LENGTH
        else None,
        "issuers": _issuers((announcement.issuer,) if announcement.issuer else ()),
        "dates": [{"role": "issued", "on": announcement.issued_on.isoformat(), "source": source}]
        if announcement.issued_on
        else None,
        "nodes": [dict(node) for node in announcement.nodes],
    }
    unsure = {doubt.field for doubt in announcement.doubts}
    confidence = {name: 0.9 for name, value in content.items() if value and name not in unsure}
    doubts = [doubt for doubt in announcement.doubts if doubt.field != "title" or not title]
    return content, confidence, doubts


def _issuers(names: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """The issuers without their codes, which the caller looks up in the registry."""
    return [{"name": name, "code": None} for name in names] or None


def _apply_selected(
    content: dict[str, Any],
    confidence: dict[str, float],
    doubts: list[Doubt],
    facts: dict[str, str],
    title: str | None,
) -> None:
    """Set the facts that selectors and labels point to. A fact that cannot be parsed is a doubt."""
    issued_on = _parse_day(facts.get("issued"), "dates", doubts)
    effective = _parse_day(facts.get("effective"), "effective_on", doubts)
    given: dict[str, Any] = {"title": title} if title else {}
    if number := facts.get("number"):
        number = canonical_number(fold_signs(number).removeprefix("Số:").removeprefix("Số"))
        if parse_number(number) is None:
            doubts.append(
                Doubt("number", f"`{number}` is not the number of a document.", "a number such as 269/KH-UBND")
            )
        else:
            given["number"] = number
    if kind := facts.get("type") or (not content.get("type") and type_of_number(given.get("number", ""))):
        given["type"] = canonical_type(kind) or kind
    if issued_on is not None:
        rest = [one for one in content.get("dates") or [] if one["role"] != "issued"]
        given["dates"] = [{"role": "issued", "on": issued_on.isoformat(), "source": "Trang nguồn"}, *rest]
    legal = given.get("dates") or content.get("dates")
    if effective is not None and legal:
        rest = [one for one in legal if one["role"] != "effective"]
        given["dates"] = [*rest, {"role": "effective", "on": effective.isoformat(), "source": "Trang nguồn"}]
    if issuer := facts.get("issuer"):
        given["issuers"] = _issuers(split_issuers(issuer))
    _add_contradictions(content, given, doubts)
    content.update(given)
    confidence.update(dict.fromkeys(given, 1.0))
    doubts[:] = [doubt for doubt in doubts if doubt.field not in given or "page says" in doubt.detail]


def _add_contradictions(content: dict[str, Any], given: dict[str, Any], doubts: list[Doubt]) -> None:
    on_page, in_text = (
        {"number": of.get("number"), "type": of.get("type"), "dates": issue_date(of)} for of in (given, content)
    )
    for name in on_page:
        if on_page[name] and in_text[name] and str(on_page[name]).lower() != str(in_text[name]).lower():
            detail = f"The page says {on_page[name]}, the text says {in_text[name]}."
            doubts.append(Doubt(name, detail, "a page and a text that agree"))


def _parse_day(value: str | None, name: str, doubts: list[Doubt]) -> date | None:
    if value is None:
        return None
    found = dates.find_dates(value)
    if found:
        return found[0].on
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        doubts.append(Doubt(name, f"`{value}` is not a date.", "a date such as 01/8/2023"))
        return None
