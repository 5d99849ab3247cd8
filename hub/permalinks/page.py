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

from hub.content.relations import Related
from hub.feeds.discovery import head_links
from hub.i18n.feeds import day, word
from hub.permalinks.eli import eli_path
from hub.times import VIETNAM
from hub.web import assets, item_html
from hub.web.public_urls import id_path, json_ld_path, page_path, rest_path

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing runs. Pictures may come from the agencies' own sites."""

FROM_HEADINGS = 6
"""From so many headings on, a text gets a table of contents."""
DESCRIPTION = 300
"""Characters of a description in a preview."""


@dataclass(frozen=True)
class Shown:
    """Everything a page shows."""

    item: item_html.Item
    base: str
    languages: Sequence[str]
    json_ld: dict[str, Any]
    related: Sequence[tuple[Related, item_html.Item]]
    cited: Sequence[item_html.Item] = ()
    """Cards of the documents that the text cites."""

    @property
    def lang(self) -> str:
        """The text's language, which is the page's."""
        return str(self.item["lang"])


def page(shown: Shown) -> bytes:
    """The page of a document."""
    item, base, lang = shown.item, shown.base, shown.lang
    other = [each for each in shown.languages if each != lang]
    switch = "".join(
        f'<a class="other" href="{base}{page_path(item["id"])}?lang={each}" lang="{each}" hreflang="{each}">'
        f"{word(lang, 'other_language')}</a>"
        for each in other
    )
    return _framed(
        lang, base, item["title"], "\n".join(_head(shown)), "\n".join(_main(shown)), "\n".join(_foot(shown)), switch
    )


def notice(lang: str, base: str, title: str, text: str, choices: Sequence[tuple[str, str]] = ()) -> bytes:
    """A page that says one thing: not there, gone, or several to choose from (address, name)."""
    listed = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for href, name in choices)
    chosen = f"<ul>{listed}</ul>" if listed else ""
    main = f'<article class="notice"><h1>{escape(title)}</h1><p>{escape(text)}</p>{chosen}</article>'
    return _framed(lang, base, title, '<meta name="robots" content="noindex">', main, "", "")


@lru_cache(maxsize=1)
def _template() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text("utf-8"))


def _framed(lang: str, base: str, title: str, head: str, main: str, foot: str, languages: str) -> bytes:
    made = _template().substitute(
        lang=lang,
        title=escape(title),
        hub=word(lang, "hub"),
        skip=word(lang, "skip"),
        icon=base + assets.address("icon.svg"),
        style=base + assets.address("document.css"),
        root=base,
        head=head,
        main=main,
        foot=foot,
        languages=languages,
    )
    return made.encode()


def _head(shown: Shown) -> Iterator[str]:
    item, base, lang = shown.item, shown.base, shown.lang
    url = base + page_path(item["id"])
    about = escape(_short(item_html.lead(item) or item["title"]))
    yield f'<meta name="description" content="{about}">'
    yield f'<link rel="canonical" href="{url}">'
    for each in shown.languages:
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
        "og:site_name": word(lang, "hub"),
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
    data = orjson.dumps(shown.json_ld).decode().replace("<", "\\u003c")
    yield f'<script type="application/ld+json">{data}</script>'


def _plural(item: item_html.Item) -> str:
    return str(item["path"]).split("/")[3]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= DESCRIPTION else f"{text[:DESCRIPTION].rsplit(' ', 1)[0]}…"


def _main(shown: Shown) -> Iterator[str]:
    item, lang = shown.item, shown.lang
    yield f'<article lang="{lang}">'
    yield '<header class="title">'
    yield f'<p class="kind {item["kind"]}">{word(lang, item["kind"])}</p>'
    yield f"<h1>{escape(item['title'])}</h1>"
    yield f'<p class="by">{escape(item["agency"]["name"])} · {_moments(item, lang)}</p>'
    yield "</header>"
    if (withdrawal := item["withdrawal"]) is not None:
        taken = datetime.fromisoformat(withdrawal["at"]).astimezone(VIETNAM).date()
        yield f'<aside class="withdrawn"><p><strong>{word(lang, "withdrawn_on")} {day(lang, taken)}.</strong></p>'
        yield f"<p>{word(lang, 'why')}: {escape(withdrawal['reason'])}</p></aside>"
    if item["change_note"]:
        note = f"<p><strong>{word(lang, 'change_note')}.</strong> {escape(item['change_note'])}</p>"
        yield f'<aside class="change">{note}</aside>'
    if said := item_html.lead(item):
        yield f'<div class="lead">{item_html.paragraphs(said)}</div>'
    if image := item_html.picture(item, shown.base):
        credit = f"<figcaption>{escape(image['credit'])}</figcaption>" if image["credit"] else ""
        yield f'<figure><img src="{escape(image["url"])}" alt="{escape(image["alt"])}">{credit}</figure>'
    if known := item_html.facts(item):
        rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in known)
        yield f'<dl class="facts">{rows}</dl>'
    window = item.get("consultation")
    if window and window["url"] and item["state"] == "live":
        yield f'<p><a class="button" href="{escape(window["url"])}">{word(lang, "comment_here")}</a></p>'
    yield from _contents(item, lang)
    yield f'<div class="text">{item_html.text_html(item, anchors=True)}</div>'
    yield "</article>"
    yield from _around(shown)


def _moments(item: item_html.Item, lang: str) -> str:
    published, modified = (
        datetime.fromisoformat(item[name]).astimezone(VIETNAM) for name in ("published_at", "modified_at")
    )
    said = f'{word(lang, "published")} <time datetime="{item["published_at"]}">{day(lang, published.date())}</time>'
    if modified.date() == published.date():
        return said
    changed = f'<time datetime="{item["modified_at"]}">{day(lang, modified.date())}</time>'
    return f"{said}, {word(lang, 'modified')} {changed}"


def _contents(item: item_html.Item, lang: str) -> Iterator[str]:
    headings = item_html.outline(item)
    if len(headings) >= FROM_HEADINGS:
        listed = "".join(
            f'<li class="{kind}"><a href="#{escape(ref)}">{escape(_short(name))}</a></li>'
            for ref, kind, name in headings
        )
        yield f'<details class="contents"><summary>{word(lang, "contents")}</summary><ol>{listed}</ol></details>'


def _around(shown: Shown) -> Iterator[str]:
    """What belongs to the document: files, other documents, pages elsewhere, its source."""
    item, base, lang = shown.item, shown.base, shown.lang
    if files := item_html.files(item, base):
        listed = "".join(
            f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a>{_size(file["size"], lang)}</li>'
            for file in files
        )
        yield f'<section><h2>{word(lang, "attachments")}</h2><ul class="files">{listed}</ul></section>'
    if shown.related:
        listed = "".join(
            f"<li><span>{word(lang, f'{one.direction}_{one.type}')}</span> "
            f'<a href="{base}{page_path(other["id"])}" lang="{other["lang"]}">{escape(other["title"])}</a>'
            f"{f' ({escape(one.note)})' if one.note else ''}</li>"
            for one, other in shown.related
        )
        yield f'<section><h2>{word(lang, "related")}</h2><ul class="related">{listed}</ul></section>'
    told = {other["id"] for _, other in shown.related}
    if cited := [card for card in shown.cited if card["id"] not in told]:
        listed = "".join(
            f'<li><a href="{base}{page_path(card["id"])}" lang="{card["lang"]}">{escape(_cited_name(card))}</a></li>'
            for card in cited
        )
        yield f'<section><h2>{word(lang, "cited")}</h2><ul class="cited">{listed}</ul></section>'
    named = [(link["url"] or (link["id"] and base + page_path(link["id"])), link["label"]) for link in item["links"]]
    if origin := item["origin"]:
        named.append((origin["url"], f"{word(lang, 'source')}: {origin['name']}"))
    if named:
        listed = "".join(
            f'<li><a href="{escape(href)}">{escape(name)}</a></li>' if href else f"<li>{escape(name)}</li>"
            for href, name in named
        )
        yield f"<section><h2>{word(lang, 'links')}</h2><ul>{listed}</ul></section>"


def _cited_name(card: item_html.Item) -> str:
    return ": ".join(part for part in (card.get("number"), card["title"]) if part)


def _size(size: int | None, lang: str) -> str:
    if size is None:
        return ""
    kilobytes = max(1, round(size / 1_000))
    said = f"{kilobytes} kB" if kilobytes < 1_000 else f"{size / 1_000_000:.1f} MB"
    return f" <small>{said.replace('.', ',') if lang == 'vi' else said}</small>"


def _foot(shown: Shown) -> Iterator[str]:
    item, base, lang = shown.item, shown.base, shown.lang
    permanent = eli_path(item) or id_path(item["kind"], item["id"])
    yield f'<p>{word(lang, "permanent")}: <a href="{base}{permanent}">{base}{permanent}</a></p>'
    data = " · ".join(
        f'<a href="{base}{path}" type="{media_type}">{name}</a>'
        for name, path, media_type in (
            ("JSON", rest_path(item["kind"], item["id"]), "application/json"),
            ("JSON-LD", json_ld_path(item["id"]), "application/ld+json"),
        )
    )
    yield f"<p>{word(lang, 'as_data')}: {data}</p>"
    feed = f"{base}/feeds/{_plural(item)}"
    yield f'<p>{word(lang, "follow")}: <a href="{feed}.atom">Atom</a> · <a href="{feed}.rss">RSS</a></p>'
