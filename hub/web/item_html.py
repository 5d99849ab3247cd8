"""Self-contained HTML of a document, for feeds and pages. Only escaped text and sanitised bodies go in."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from html import escape
from typing import Any
from urllib.parse import urljoin

from hub.domain.html_files import make_urls_absolute
from hub.domain.node_titles import node_title, shown_label, title_separator
from hub.domain.pictures import Pictures, add_sizes, image_members, size_attributes
from hub.i18n.catalogues import format_date, translate
from hub.times import VIETNAM

TEXT_WIDTH = "(min-width: 50rem) 43.5rem, calc(100vw - 2.5rem)"
"""Width at which a page shows a picture, as `sizes` of an `img`."""
LAST_MINUTE = time(23, 59)
"""An end in this minute is the end of its day."""

Item = Mapping[str, Any]
"""The full view of a document, as parsed from its stored JSON."""


def metadata(item: Item) -> list[tuple[str, str]]:
    """Metadata of a document, without its text, as (label in its language, plain text)."""
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
            yield "consultation", f"{format_date(lang, window['opens_on'])} – {_format_end(lang, window)}"
            yield "contact", window["contact"]
    elif kind == "statement":
        person = item["spokesperson"]
        yield "spokesperson", f"{person['name']}, {person['title']}"
        yield "occasion", item["occasion"]
        moment = datetime.fromisoformat(item["said_at"]).astimezone(VIETNAM)
        yield "said_at", f"{moment:%H:%M}, {format_date(lang, moment.date())}"


def _format_end(lang: str, window: Mapping[str, Any]) -> str:
    """Format the last day of a consultation, with the time of day if it ends before the day does."""
    day = format_date(lang, window["closes_on"])
    end = datetime.fromisoformat(window["closes_at"]).astimezone(VIETNAM) if window.get("closes_at") else None
    return day if end is None or end.time() == time() or end.time() >= LAST_MINUTE else f"{end:%H:%M}, {day}"


def lead(item: Item) -> str | None:
    """The lead or summary of a document as plain text; None if it has neither."""
    found: str | None = item.get("lead") or item["summary"]
    return found


def text_html(
    item: Item,
    *,
    max_characters: int | None = None,
    anchors: bool = False,
    base: str | None = None,
    pictures: Pictures,
) -> str:
    """Render the text as HTML. The paragraph that exceeds `max_characters` is the last; a note says there is more.

    With `base`, the addresses of the hub's files are absolute, for readers elsewhere. The `pictures` of the text get
    their dimensions and sizes.
    """
    parts: list[str] = []
    length = 0
    for part in _text_parts(item, anchors):
        parts.append(part)
        length += len(part)
        if max_characters is not None and length > max_characters:
            parts.append(f"<p><em>{translate(item['lang'], 'document.more')}</em></p>")
            break
    html = add_sizes("\n".join(parts), pictures, TEXT_WIDTH, base or "")
    return html if base is None else make_urls_absolute(html, base)


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
    """Headings of a legal text as (ref, type, plain text)."""
    return [
        (node["ref"], node["type"], node_title(node["label"], node["heading"]))
        for node in item.get("nodes", ())
        if node["type"] in _HEADINGS and (node["label"] or node["heading"])
    ]


_HEADINGS = {"annex": "h2", "part": "h2", "chapter": "h2", "section": "h3", "subsection": "h3", "article": "h3"}


def _node(node: Item, anchors: bool) -> str:
    """Render a node of a legal text: with a heading if its type has one, else as a paragraph after its label."""
    ref = f' id="{escape(node["ref"])}" class="{node["type"]}"' if anchors else ""
    label, heading, text = ((node[name] or "").strip() for name in ("label", "heading", "text"))
    tag = _HEADINGS.get(node["type"])
    if tag:
        shown = shown_label(label, heading)
        # A heading that repeats its label is the link itself.
        link = escape(shown) or _with_line_breaks(heading)
        rest = f"{title_separator(label, heading)}{_with_line_breaks(heading)}" if shown else ""
        if anchors and label:
            link = f'<a href="#{escape(node["ref"])}">{link}</a>'
        return f"<{tag}{ref}>{link}{rest}</{tag}>{paragraphs(text) if text else ''}"
    own = [
        escape(shown_label(label, heading or text)),
        f"<strong>{_with_line_breaks(heading)}</strong>" if heading else "",
    ]
    return f"<p{ref}>{' '.join(part for part in (*own, _with_line_breaks(text)) if part)}</p>"


def _with_line_breaks(text: str) -> str:
    """Escape plain text of several lines."""
    return escape(text).replace("\n", "<br/>")


def paragraphs(text: str) -> str:
    """Escape plain text and make each of its lines a paragraph."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())


def files(item: Item, base: str) -> list[Item]:
    """The document's files with absolute URLs, the signed original first and each URL once."""
    original = item.get("signed_original")
    every = ([original["file"]] if original else []) + list(item.get("attachments", ()))
    resolved = {file["url"]: _resolve_url(file["url"], base) for file in every}
    return list({file["url"]: {**file, "url": url} for file in every if (url := resolved[file["url"]])}.values())


def picture(item: Item, base: str, pictures: Pictures) -> Item | None:
    """The document's image with absolute URLs and the facts of its file; None if it has none."""
    image = item.get("image")
    url = _resolve_url(image["url"], base) if image else None
    return {**image, "url": url, **image_members(image["url"], pictures, base)} if image and url else None


def picture_html(image: Item) -> str:
    """An `img` for feeds, whose readers scale it to the width of their column."""
    attributes = size_attributes(image, TEXT_WIDTH)
    return f'<img src="{escape(image["url"])}" alt="{escape(image["alt"])}"{attributes}/>'


def _resolve_url(url: str, base: str) -> str | None:
    """Make the URL of a file absolute; None for one that was stored before URLs had to parse."""
    try:
        return urljoin(f"{base}/", url)
    except ValueError:
        return None
