"""An item as HTML that stands alone: what feeds carry and pages show. Only escaped text and sanitised bodies go in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

from hub.i18n.catalogues import format_date, translate
from hub.times import VIETNAM

Item = Mapping[str, Any]
"""The whole view of an item, as its stored JSON says it."""


def metadata(item: Item) -> list[tuple[str, str]]:
    """What is known of an item beside its text, as (name in its language, plain text)."""
    lang = item["lang"]
    return [(translate(lang, f"document.{name}"), value) for name, value in _metadata(item, lang) if value]


def _metadata(item: Item, lang: str) -> Iterator[tuple[str, str | None]]:
    kind = item["kind"]
    if kind == "policy":
        yield "number", item["number"]
        yield "type", item["type"]
        yield "issuers", ", ".join(issuer["name"] for issuer in item["issuers"])
        for name in ("issued_on", "effective_on", "expires_on"):
            yield name, item[name] and format_date(lang, item[name])
        if item["legal_force"] != "unknown":
            yield "legal_force", translate(lang, f"legal_force.{item['legal_force']}")
    elif kind == "draft":
        yield "type", item["type"]
        yield "drafting_agency", item["drafting_agency"]["name"]
        yield "draft_version", str(item["draft_version"])
        if window := item["consultation"]:
            yield "consultation", f"{format_date(lang, window['opens_on'])} – {format_date(lang, window['closes_on'])}"
            yield "contact", window["contact"]
    elif kind == "statement":
        person = item["spokesperson"]
        yield "spokesperson", f"{person['name']}, {person['title']}"
        yield "occasion", item["occasion"]
        said = datetime.fromisoformat(item["said_at"]).astimezone(VIETNAM)
        yield "said_at", f"{said:%H:%M}, {format_date(lang, said.date())}"


def lead(item: Item) -> str | None:
    """The item in a few sentences, as plain text, where it has such."""
    found: str | None = item.get("lead") or item["summary"]
    return found


def text_html(item: Item, *, max_characters: int | None = None, anchors: bool = False) -> str:
    """The text as HTML; with `most` it ends behind the paragraph that passes so many characters, and says so."""
    parts: list[str] = []
    length = 0
    for part in _text_parts(item, anchors):
        parts.append(part)
        length += len(part)
        if max_characters is not None and length > max_characters:
            parts.append(f"<p><em>{translate(item['lang'], 'document.more')}</em></p>")
            break
    return "\n".join(parts)


def _text_parts(item: Item, anchors: bool) -> Iterator[str]:
    lang = item["lang"]
    if item["kind"] == "bulletin":
        yield item["body"]
    elif item["kind"] == "statement":
        if item["text"]:
            yield paragraphs(item["text"])
        for answer in item["answers"]:
            asked_by = f" <small>({escape(answer['asked_by'])})</small>" if answer["asked_by"] else ""
            yield f"<h3>{translate(lang, 'document.question')}{asked_by}</h3>{paragraphs(answer['question'])}"
            yield f"<h3>{translate(lang, 'document.answer')}</h3>{paragraphs(answer['answer'])}"
    else:
        if item.get("explanatory_note"):
            yield f"<h2>{translate(lang, 'document.explanatory_note')}</h2>{paragraphs(item['explanatory_note'])}"
        for node in item["nodes"]:
            yield _node(node, anchors)


def outline(item: Item) -> list[tuple[str, str, str]]:
    """The headings of a legal text: (ref, type, plain text)."""
    return [
        (node["ref"], node["type"], ". ".join(part for part in (node["label"], node["heading"]) if part))
        for node in item.get("nodes", ())
        if node["type"] in _HEADINGS and (node["label"] or node["heading"])
    ]


_HEADINGS = {"annex": "h2", "part": "h2", "chapter": "h2", "section": "h3", "subsection": "h3", "article": "h3"}


def _node(node: Item, anchors: bool) -> str:
    """One node of a legal text: parts with a heading of their own, clauses and points with their label in front."""
    ref = f' id="{escape(node["ref"])}" class="{node["type"]}"' if anchors else ""
    label, heading, text = (escape(node[name] or "") for name in ("label", "heading", "text"))
    tag = _HEADINGS.get(node["type"])
    if tag:
        link = f'<a href="#{escape(node["ref"])}">{label}</a>' if anchors and label else label
        title = ". ".join(part for part in (link, _with_line_breaks(heading)) if part)
        return f"<{tag}{ref}>{title}</{tag}>{paragraphs(node['text']) if text else ''}"
    own = " ".join(
        part for part in (label, f"<strong>{_with_line_breaks(heading)}</strong>" if heading else "") if part
    )
    return f"<p{ref}>{' '.join(part for part in (own, _with_line_breaks(text)) if part)}</p>"


def _with_line_breaks(escaped: str) -> str:
    return escaped.replace("\n", "<br/>")


def paragraphs(text: str) -> str:
    """Plain text with line breaks as paragraphs."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())


def files(item: Item, base: str) -> list[Item]:
    """The item's files, the signed original first, with absolute addresses; each address once."""
    original = item.get("signed_original")
    every = ([original["file"]] if original else []) + list(item.get("attachments", ()))
    return list({file["url"]: {**file, "url": urljoin(f"{base}/", file["url"])} for file in every}.values())


def picture(item: Item, base: str) -> Item | None:
    """The item's picture with an absolute address."""
    image = item.get("image")
    return {**image, "url": urljoin(f"{base}/", image["url"])} if image else None
