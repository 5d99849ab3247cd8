"""The HTML page of a document, which a shared link opens. It needs no JavaScript.

Only that of a draft with a consultation has a script: the element in which people comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from hub.content.consultation_registry import ConsultationSummary, NodeLink
from hub.content.relations import RelatedDocument
from hub.domain.eli import eli_path
from hub.domain.kinds import KINDS
from hub.domain.pictures import Pictures, size_attributes
from hub.embed.snippets import CONSULTATION_SCRIPT
from hub.i18n.catalogues import format_date, texts, translate
from hub.times import VIETNAM
from hub.web import item_html
from hub.web.feed_links import feed_paths
from hub.web.public_urls import id_path, json_ld_path, page_path, rest_path
from hub.web.templates import render

MIN_HEADINGS = 6
"""A text with this many headings or more gets a table of contents."""
MAX_DESCRIPTION_CHARACTERS = 300
"""Maximum length of a description in a link preview, in characters."""


@dataclass(frozen=True)
class PageContext:
    """The data of one document page."""

    item: item_html.Item
    base: str
    languages: Sequence[str]
    json_ld: dict[str, Any]
    related: Sequence[tuple[RelatedDocument, item_html.Item]]
    cited: Sequence[item_html.Item] = ()
    """Cards of the documents that the text cites."""
    pictures: Pictures = field(default_factory=dict)
    """Facts of the pictures that the document shows."""
    consultation: ConsultationSummary | None = None
    """Public reasons and answers of the consultation on a draft."""
    preview: str | None = None
    """Notice above the text of an edition that is not public."""

    @property
    def lang(self) -> str:
        """The language of the text, which is also the language of the page."""
        return str(self.item["lang"])


def is_consulted(context: PageContext) -> bool:
    """Return True for the public page of a draft on which people may comment, now, before or after."""
    return bool(context.item.get("consultation")) and context.item["state"] == "live" and context.preview is None


def render_page(context: PageContext) -> bytes:
    """Render the page of a document."""
    item, base, lang = context.item, context.base, context.lang
    url, plural = base + page_path(item["id"]), KINDS[item["kind"]].plural
    lead, picture, outline = (
        item_html.lead(item),
        item_html.picture(item, base, context.pictures),
        item_html.outline(item),
    )
    related_ids = {other["id"] for _, other in context.related}
    words, window = texts(lang, "document"), item.get("consultation")
    html = render(
        "document.html",
        root=base,
        lang=lang,
        languages=context.languages,
        words=words,
        skip=words["skip"],
        hub=translate(lang, "hub.name"),
        preview=context.preview,
        kind=translate(lang, f"kinds.{item['kind']}"),
        relations=texts(lang, "relations"),
        item=item,
        title=item["title"],
        url=url,
        permanent=base + (eli_path(item) or id_path(item["kind"], item["id"])),
        description=_shorten(lead or item["title"]),
        plural=plural,
        list_name=translate(lang, f"lists.{plural}"),
        feeds=feed_paths(plural),
        json_url=base + rest_path(item["kind"], item["id"]),
        json_ld_url=base + json_ld_path(item["id"]),
        locale={"vi": "vi_VN", "en": "en_GB"}.get(lang, lang),
        # Inside a script element only `</` and `<!--` mean anything, and no escaped `<` can begin them.
        json_ld=orjson.dumps(context.json_ld).decode().replace("<", "\\u003c"),
        lead=lead,
        picture=picture,
        metadata=item_html.metadata(item),
        comment_url=window["url"] if window and item["state"] == "live" else None,
        consultation_script=base + CONSULTATION_SCRIPT if is_consulted(context) else None,
        office=window["contact"] if window else None,
        consultation=context.consultation,
        node_url=lambda link: _node_url(context, link),
        shorten=_shorten,
        outline=[(ref, kind, _shorten(name)) for ref, kind, name in outline] if len(outline) >= MIN_HEADINGS else (),
        picture_attributes=size_attributes(picture, item_html.TEXT_WIDTH) if picture else "",
        text_html=item_html.text_html(item, anchors=True, pictures=context.pictures),
        files=item_html.files(item, base),
        related=context.related,
        cited=[card for card in context.cited if card["id"] not in related_ids],
        links=_links(item, base, words["source"]),
        page_path=page_path,
        local_date=lambda moment: format_date(lang, _date_in_vietnam(moment)),
        file_size=lambda size: _format_size(size, lang),
    )
    return html.encode()


def _node_url(context: PageContext, link: NodeLink) -> str | None:
    """Return the address of a node of a version; None where no text of it is shown."""
    if link.document_id is None:
        return None
    if str(link.document_id) != context.item["id"]:
        return f"{context.base}{page_path(link.document_id)}?lang={link.lang}" + (f"#{link.ref}" if link.ref else "")
    is_here = any(node["ref"] == link.ref for node in context.item.get("nodes", ()))
    return f"#{link.ref}" if is_here else None


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= MAX_DESCRIPTION_CHARACTERS:
        return text
    return f"{text[:MAX_DESCRIPTION_CHARACTERS].rsplit(' ', 1)[0]}…"


def _links(item: item_html.Item, base: str, source: str) -> list[tuple[str | None, str]]:
    """Addresses and labels of the item's links and of the page it was taken from."""
    found = [(link["url"] or (link["id"] and base + page_path(link["id"])), link["label"]) for link in item["links"]]
    origin = item["origin"]
    return [*found, (origin["url"], f"{source}: {origin['name']}")] if origin else found


def _date_in_vietnam(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(VIETNAM).date()


def _format_size(size: int, lang: str) -> str:
    kilobytes = max(1, round(size / 1_000))
    found = f"{kilobytes} kB" if kilobytes < 1_000 else f"{size / 1_000_000:.1f} MB"
    return found.replace(".", ",") if lang == "vi" else found
