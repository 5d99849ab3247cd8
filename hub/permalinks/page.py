"""A document as a page: what a shared link opens. Readable without JavaScript, which it has none of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

import orjson

from hub.content.relations import RelatedDocument
from hub.i18n.catalogues import format_date, translate
from hub.permalinks.eli import eli_path
from hub.times import VIETNAM
from hub.web import assets, item_html
from hub.web.feed_links import head_links
from hub.web.public_urls import id_path, json_ld_path, page_path, rest_path

DOCUMENT_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing runs. Pictures may come from the agencies' own sites."""

MIN_HEADINGS = 6
"""From so many headings on, a text gets a table of contents."""
MAX_DESCRIPTION_CHARACTERS = 300
"""Characters of a description in a preview."""


@dataclass(frozen=True)
class PageContext:
    """Everything a page shows."""

    item: item_html.Item
    base: str
    languages: Sequence[str]
    json_ld: dict[str, Any]
    related: Sequence[tuple[RelatedDocument, item_html.Item]]
    cited: Sequence[item_html.Item] = ()
    """Cards of the documents that the text cites."""

    @property
    def lang(self) -> str:
        """The text's language, which is the page's."""
        return str(self.item["lang"])


def render_page(context: PageContext) -> bytes:
    """The page of a document."""
    item, base, lang = context.item, context.base, context.lang
    other = [each for each in context.languages if each != lang]
    switch = "".join(
        f'<a class="other" href="{base}{page_path(item["id"])}?lang={each}" lang="{each}" hreflang="{each}">'
        f"{translate(lang, 'document.other_language')}</a>"
        for each in other
    )
    return _render_layout(
        lang,
        base,
        item["title"],
        "\n".join(_head(context)),
        "\n".join(_main(context)),
        "\n".join(_foot(context)),
        switch,
    )


def render_notice(lang: str, base: str, title: str, text: str, choices: Sequence[tuple[str, str]] = ()) -> bytes:
    """A page that says one thing: not there, gone, or several to choose from (address, name)."""
    listed = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for href, name in choices)
    chosen = f"<ul>{listed}</ul>" if listed else ""
    main = f'<article class="notice"><h1>{escape(title)}</h1><p>{escape(text)}</p>{chosen}</article>'
    return _render_layout(lang, base, title, '<meta name="robots" content="noindex">', main, "", "")


@lru_cache(maxsize=1)
def _template() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text("utf-8"))


def _render_layout(lang: str, base: str, title: str, head: str, main: str, foot: str, languages: str) -> bytes:
    made = _template().substitute(
        lang=lang,
        title=escape(title),
        hub=translate(lang, "hub.name"),
        skip=translate(lang, "document.skip"),
        icon=base + assets.asset_url("icon.svg"),
        style=base + assets.asset_url("document.css"),
        root=base,
        head=head,
        main=main,
        foot=foot,
        languages=languages,
    )
    return made.encode()


def _head(context: PageContext) -> Iterator[str]:
    item, base, lang = context.item, context.base, context.lang
    url = base + page_path(item["id"])
    about = escape(_shorten(item_html.lead(item) or item["title"]))
    yield f'<meta name="description" content="{about}">'
    yield f'<link rel="canonical" href="{url}">'
    for each in context.languages:
        yield f'<link rel="alternate" hreflang="{each}" href="{url}?lang={each}">'
    for media_type, path in (
        ("application/json", rest_path(item["kind"], item["id"])),
        ("application/ld+json", json_ld_path(item["id"])),
    ):
        yield f'<link rel="alternate" type="{media_type}" href="{base}{path}">'
    for form in ("json", "xml"):
        query = escape(urlencode({"url": url, "format": form}))
        media_type = "text/xml+oembed" if form == "xml" else "application/json+oembed"
        yield f'<link rel="alternate" type="{media_type}" href="{base}/oembed?{query}">'
    yield head_links(_plural(item), lang=lang, root=base)
    image = item_html.picture(item, base)
    properties = {
        "og:type": "article",
        "og:site_name": translate(lang, "hub.name"),
        "og:title": escape(item["title"]),
        "og:description": about,
        "og:url": url,
        "og:locale": {"vi": "vi_VN", "en": "en_GB"}.get(lang, lang),
        "og:image": image and escape(image["url"]),
        "og:image:alt": image and escape(image["alt"]),
        "article:published_time": item["published_at"],
        "article:modified_time": item["modified_at"],
    }
    for name, value in properties.items():
        if value:
            yield f'<meta property="{name}" content="{value}">'
    if item["state"] == "withdrawn":
        yield '<meta name="robots" content="noindex">'
    # Inside a script element only `</` and `<!--` mean anything, and no escaped `<` can begin them.
    data = orjson.dumps(context.json_ld).decode().replace("<", "\\u003c")
    yield f'<script type="application/ld+json">{data}</script>'


def _plural(item: item_html.Item) -> str:
    return str(item["path"]).split("/")[3]


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return (
        text if len(text) <= MAX_DESCRIPTION_CHARACTERS else f"{text[:MAX_DESCRIPTION_CHARACTERS].rsplit(' ', 1)[0]}…"
    )


def _main(context: PageContext) -> Iterator[str]:
    item, lang = context.item, context.lang
    yield f'<article lang="{lang}">'
    yield '<header class="title">'
    kind = item["kind"]
    yield f'<p class="kind {kind}">{translate(lang, f"kinds.{kind}")}</p>'
    yield f"<h1>{escape(item['title'])}</h1>"
    yield f'<p class="by">{escape(item["agency"]["name"])} · {_publication_dates(item, lang)}</p>'
    yield "</header>"
    if (withdrawal := item["withdrawal"]) is not None:
        taken = datetime.fromisoformat(withdrawal["at"]).astimezone(VIETNAM).date()
        when = f"{translate(lang, 'document.withdrawn_on')} {format_date(lang, taken)}"
        yield f'<aside class="withdrawn"><p><strong>{when}.</strong></p>'
        yield f"<p>{translate(lang, 'document.withdrawal_reason')}: {escape(withdrawal['reason'])}</p></aside>"
    if item["change_note"]:
        note = f"<p><strong>{translate(lang, 'document.change_note')}.</strong> {escape(item['change_note'])}</p>"
        yield f'<aside class="change">{note}</aside>'
    if said := item_html.lead(item):
        yield f'<div class="lead">{item_html.paragraphs(said)}</div>'
    if image := item_html.picture(item, context.base):
        credit = f"<figcaption>{escape(image['credit'])}</figcaption>" if image["credit"] else ""
        yield f'<figure><img src="{escape(image["url"])}" alt="{escape(image["alt"])}">{credit}</figure>'
    if known := item_html.metadata(item):
        rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in known)
        yield f'<dl class="facts">{rows}</dl>'
    window = item.get("consultation")
    if window and window["url"] and item["state"] == "live":
        yield f'<p><a class="button" href="{escape(window["url"])}">{translate(lang, "document.comment_here")}</a></p>'
    yield from _table_of_contents(item, lang)
    yield f'<div class="text">{item_html.text_html(item, anchors=True)}</div>'
    yield "</article>"
    yield from _related_sections(context)


def _publication_dates(item: item_html.Item, lang: str) -> str:
    published, modified = (
        datetime.fromisoformat(item[name]).astimezone(VIETNAM) for name in ("published_at", "modified_at")
    )
    day = format_date(lang, published.date())
    said = f'{translate(lang, "document.published")} <time datetime="{item["published_at"]}">{day}</time>'
    if modified.date() == published.date():
        return said
    changed = f'<time datetime="{item["modified_at"]}">{format_date(lang, modified.date())}</time>'
    return f"{said}, {translate(lang, 'document.modified')} {changed}"


def _table_of_contents(item: item_html.Item, lang: str) -> Iterator[str]:
    headings = item_html.outline(item)
    if len(headings) >= MIN_HEADINGS:
        listed = "".join(
            f'<li class="{kind}"><a href="#{escape(ref)}">{escape(_shorten(name))}</a></li>'
            for ref, kind, name in headings
        )
        name = translate(lang, "document.contents")
        yield f'<details class="contents"><summary>{name}</summary><ol>{listed}</ol></details>'


def _related_sections(context: PageContext) -> Iterator[str]:
    """What belongs to the document: files, other documents, pages elsewhere, its source."""
    item, base, lang = context.item, context.base, context.lang
    if files := item_html.files(item, base):
        listed = "".join(
            f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a>{_file_size(file["size"], lang)}</li>'
            for file in files
        )
        yield f'<section><h2>{translate(lang, "document.attachments")}</h2><ul class="files">{listed}</ul></section>'
    if context.related:
        listed = "".join(
            f"<li><span>{translate(lang, f'relations.{one.direction}.{one.type}')}</span> "
            f'<a href="{base}{page_path(other["id"])}" lang="{other["lang"]}">{escape(other["title"])}</a>'
            f"{f' ({escape(one.note)})' if one.note else ''}</li>"
            for one, other in context.related
        )
        yield f'<section><h2>{translate(lang, "document.related")}</h2><ul class="related">{listed}</ul></section>'
    told = {other["id"] for _, other in context.related}
    if cited := [card for card in context.cited if card["id"] not in told]:
        listed = "".join(
            f'<li><a href="{base}{page_path(card["id"])}" lang="{card["lang"]}">{escape(_cited_name(card))}</a></li>'
            for card in cited
        )
        yield f'<section><h2>{translate(lang, "document.cited")}</h2><ul class="cited">{listed}</ul></section>'
    named = [(link["url"] or (link["id"] and base + page_path(link["id"])), link["label"]) for link in item["links"]]
    if origin := item["origin"]:
        named.append((origin["url"], f"{translate(lang, 'document.source')}: {origin['name']}"))
    if named:
        listed = "".join(
            f'<li><a href="{escape(href)}">{escape(name)}</a></li>' if href else f"<li>{escape(name)}</li>"
            for href, name in named
        )
        yield f"<section><h2>{translate(lang, 'document.links')}</h2><ul>{listed}</ul></section>"


def _cited_name(card: item_html.Item) -> str:
    return ": ".join(part for part in (card.get("number"), card["title"]) if part)


def _file_size(size: int | None, lang: str) -> str:
    if size is None:
        return ""
    kilobytes = max(1, round(size / 1_000))
    said = f"{kilobytes} kB" if kilobytes < 1_000 else f"{size / 1_000_000:.1f} MB"
    return f" <small>{said.replace('.', ',') if lang == 'vi' else said}</small>"


def _foot(context: PageContext) -> Iterator[str]:
    item, base, lang = context.item, context.base, context.lang
    permanent = eli_path(item) or id_path(item["kind"], item["id"])
    yield f'<p>{translate(lang, "document.permanent")}: <a href="{base}{permanent}">{base}{permanent}</a></p>'
    data = " · ".join(
        f'<a href="{base}{path}" type="{media_type}">{name}</a>'
        for name, path, media_type in (
            ("JSON", rest_path(item["kind"], item["id"]), "application/json"),
            ("JSON-LD", json_ld_path(item["id"]), "application/ld+json"),
        )
    )
    yield f"<p>{translate(lang, 'document.as_data')}: {data}</p>"
    feed = f"{base}/feeds/{_plural(item)}"
    yield f'<p>{translate(lang, "document.follow")}: <a href="{feed}.atom">Atom</a> · <a href="{feed}.rss">RSS</a></p>'
