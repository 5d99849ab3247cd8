"""A text to the content of a policy: a whole document in official layout, or an article that announces one."""

from datetime import date, datetime, timedelta
from typing import Any

from hub.domain.fingerprints import issue_date
from hub.legal import dates
from hub.legal.agency_names import split_issuers
from hub.legal.announcement import read_announcement
from hub.legal.document import LegalDocument, is_official, parse_document
from hub.legal.doubt import Doubt
from hub.legal.numbers import parse_number
from hub.legal.types import canonical_type, type_of_number
from ingest.extraction.models import Extract
from ingest.records import ImportContext

DATE_SOURCE = "Văn bản gốc"
"""Where the dates of a document are known from when it says them itself."""
MAX_SUMMARY_LENGTH = 1_500

ContentParts = tuple[dict[str, Any], dict[str, float], list[Doubt]]


def build_policy(
    found: Extract, title: str | None, sure: float, posted: date | None, context: ImportContext
) -> ContentParts:
    """Members of a policy, with confidence and doubts; what selectors and labels point to goes before what is read."""
    said = found.labelled | found.selected
    if is_official(found.text):
        content, confidence, doubts = _official_content(parse_document(found.text), context)
        # Labels shorten titles; that of a whole document stands in it.
        _apply_selected(content, confidence, doubts, said, found.selected.get("title"), context)
    else:
        content, confidence, doubts = _announcement_content(found, title, posted, context)
        if title is not None:
            confidence["title"] = sure
        _apply_selected(content, confidence, doubts, said, said.get("title"), context)
        if found.labelled:
            doubts.append(Doubt("nodes", "The page lists facts about the document, not its text.", "a file with it"))
    return content, confidence, doubts


def _official_content(read: LegalDocument, context: ImportContext) -> ContentParts:
    doubts = list(read.doubts)
    legal = [{"role": "issued", "on": read.issued_on.isoformat(), "source": DATE_SOURCE}] if read.issued_on else []
    if read.effective_on is not None and read.issued_on is not None:
        if read.effective_on < read.issued_on:
            detail = f"It takes effect on {read.effective_on}, before it was issued on {read.issued_on}."
            doubts.append(Doubt("effective_on", detail, "a day on or after the day of issue"))
        else:
            legal.append({"role": "effective", "on": read.effective_on.isoformat(), "source": DATE_SOURCE})
    if read.last_day is not None and read.issued_on is not None and read.last_day >= read.issued_on:
        legal.append({"role": "expiry", "on": (read.last_day + timedelta(days=1)).isoformat(), "source": DATE_SOURCE})
    signer = read.signers[0] if len(read.signers) == 1 else None
    content = {
        "number": read.number,
        "type": read.type,
        "title": read.title,
        "issuers": _issuers(read.issuers, read.issued_on, context),
        "dates": legal or None,
        "signer": {"name": signer.name, "title": signer.title} if signer else None,
        "nodes": _nodes_with_recipients(read),
    }
    return content, dict(read.confidence), doubts


def _nodes_with_recipients(read: LegalDocument) -> list[dict[str, Any]]:
    """The nodes, with those who receive the document where they are printed: behind the text, before the annexes."""
    nodes = [dict(node) for node in read.nodes]
    if read.recipients:
        place = next((n for n, node in enumerate(nodes) if node["type"] == "annex"), len(nodes))
        text = "\n".join(f"- {recipient}" for recipient in read.recipients)
        nodes.insert(place, {"ref": "noi-nhan", "type": "paragraph", "label": "Nơi nhận", "text": text})
    return nodes


def _announcement_content(
    found: Extract, title: str | None, posted: date | None, context: ImportContext
) -> ContentParts:
    """A page that announces a document: the headline, the day and the paragraphs, as such a page is copied."""
    day = posted.date() if isinstance(posted, datetime) else posted
    lines = [title, f"Ngày cập nhật {day:%d/%m/%Y}" if day else None, found.text]
    read = read_announcement("\n".join(line for line in lines if line) if found.form == "html" else found.text)
    source = f"Bài viết ngày {read.posted_on:%d/%m/%Y}" if read.posted_on else "Bài viết"
    content = {
        "number": read.number,
        "type": read.type,
        "title": read.title or title,
        "summary": read.lead if read.lead != title and len(read.lead or "") <= MAX_SUMMARY_LENGTH else None,
        "issuers": _issuers((read.issuer,) if read.issuer else (), read.issued_on, context),
        "dates": [{"role": "issued", "on": read.issued_on.isoformat(), "source": source}] if read.issued_on else None,
        "nodes": [dict(node) for node in read.nodes],
    }
    unsure = {doubt.field for doubt in read.doubts}
    confidence = {name: 0.9 for name, value in content.items() if value and name not in unsure}
    doubts = [doubt for doubt in read.doubts if doubt.field != "title" or not title]
    return content, confidence, doubts


def _issuers(names: tuple[str, ...], on: date | None, context: ImportContext) -> list[dict[str, Any]] | None:
    return [{"name": name, "code": context.issuer_code(name, on) if on else None} for name in names] or None


def _apply_selected(
    content: dict[str, Any],
    confidence: dict[str, float],
    doubts: list[Doubt],
    said: dict[str, str],
    title: str | None,
    context: ImportContext,
) -> None:
    """Put in what selectors and labels point to. A fact that is none of its kind is a doubt."""
    issued_on = _parse_day(said.get("issued"), "dates", doubts)
    effective = _parse_day(said.get("effective"), "effective_on", doubts)
    given: dict[str, Any] = {"title": title} if title else {}
    if number := said.get("number"):
        number = number.removeprefix("Số:").removeprefix("Số").strip()
        if parse_number(number) is None:
            doubts.append(Doubt("number", f"`{number}` is no number of a document.", "a number such as 269/KH-UBND"))
        else:
            given["number"] = number
    if kind := said.get("type") or (not content.get("type") and type_of_number(given.get("number", ""))):
        given["type"] = canonical_type(kind) or kind
    if issued_on is not None:
        rest = [one for one in content.get("dates") or [] if one["role"] != "issued"]
        given["dates"] = [{"role": "issued", "on": issued_on.isoformat(), "source": "Trang nguồn"}, *rest]
    legal = given.get("dates") or content.get("dates")
    if effective is not None and legal:
        rest = [one for one in legal if one["role"] != "effective"]
        given["dates"] = [*rest, {"role": "effective", "on": effective.isoformat(), "source": "Trang nguồn"}]
    if issuer := said.get("issuer"):
        on = issued_on or issue_date({"dates": legal})
        given["issuers"] = _issuers(split_issuers(issuer), on, context)
    _add_contradictions(content, given, doubts)
    content.update(given)
    confidence.update(dict.fromkeys(given, 1.0))
    doubts[:] = [doubt for doubt in doubts if doubt.field not in given or "page says" in doubt.detail]


def _add_contradictions(content: dict[str, Any], given: dict[str, Any], doubts: list[Doubt]) -> None:
    said, read = (
        {"number": of.get("number"), "type": of.get("type"), "dates": issue_date(of)} for of in (given, content)
    )
    for name in said:
        if said[name] and read[name] and str(said[name]).lower() != str(read[name]).lower():
            detail = f"The page says {said[name]}, the text says {read[name]}."
            doubts.append(Doubt(name, detail, "a page and a text that agree"))


def _parse_day(said: str | None, name: str, doubts: list[Doubt]) -> date | None:
    if said is None:
        return None
    found = dates.find_dates(said)
    if found:
        return found[0].on
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        doubts.append(Doubt(name, f"`{said}` is no date.", "a date such as 01/8/2023"))
        return None
