"""Article from a published view: title, author, cover and parts of the body within Zalo's limits. Pure.

The last part links to the hub's page of the document: the mark of `article_marks.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from hub.channels.port import Material, Misfit
from hub.channels.zalo.article_images import find_private_host, fitted_url
from hub.channels.zalo.article_marks import document_mark, edition_link
from hub.domain.html_text import html_to_text
from hub.domain.html_tree import Element, Node, parse_tree, write_html
from hub.problem_texts.templates import FilledText, as_words, fill
from hub.settings import Settings

TITLE, AUTHOR, DESCRIPTION = 150, 50, 300
"""Characters that Zalo allows."""
MAX_PARTS = 200
EXERCISE = "[DIỄN TẬP] "
_READ = {"vi": "Xem toàn văn:", "en": "Read the full text:"}
_CORRECTED = {"vi": "Đính chính:", "en": "Correction:"}
_SHIFT = 8


@dataclass(frozen=True)
class ArticleText:
    """Renders articles of one hub."""

    base: str
    """Public URL of the hub, without a final slash."""
    author: str
    cover: str | None

    @classmethod
    def build(cls, settings: Settings) -> "ArticleText":
        """Read the settings."""
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        return cls(base.rstrip("/"), settings.zalo_author or "", settings.zalo_cover_url)

    def check(self, material: Material) -> Iterator[Misfit]:
        """Find the limits that a text breaks. What is cut at a word fits: author and description."""
        length = count_characters(_title(material))
        if length > TITLE:
            detail = fill(
                "Zalo shows titles of at most {most} characters; this one has {length}. Write a shorter one.",
                most=TITLE,
                length=length,
            )
            expected = fill("at most {most:,} characters", most=TITLE)
            yield Misfit("zalo", "title", "too_long", TITLE, length, detail, expected)
        if self._find_cover(material.view) is None:
            detail = as_words("Zalo requires a cover: give the bulletin an image, or set `HUB_ZALO_COVER_URL`.")
            yield Misfit("zalo", "image", "cover_missing", None, None, detail, is_of_setup=True)
        if (host := find_private_host(self.base)) is not None:
            detail = fill(
                "Zalo fetches images from the hub and links to it, but `{host}` is no public address. Set "
                "`HUB_PUBLIC_URL`.",
                host=host,
            )
            yield Misfit("zalo", "channels", "address_not_public", None, None, detail, is_of_setup=True)

    def list_cuts(self, material: Material) -> Iterator[FilledText]:
        """Name the members that are cut to Zalo's limits."""
        agency = material.view.get("agency") or {}
        texts = (
            ("author", self.author or str(agency.get("name", "")), AUTHOR),
            ("description", _exercise(material) + _lead(material.view), DESCRIPTION),
        )
        for name, text, limit in texts:
            if count_characters(" ".join(text.split())) > limit:
                yield fill("`{name}` is cut to {limit} characters.", name=name, limit=limit)

    def render(self, material: Material) -> dict[str, Any]:
        """Render the payload: the article without its state, and the mark of the document."""
        view = material.view
        mark = document_mark(material.document_id, material.lang)
        if material.action.value == "retract":
            return {"mark": mark, "title": _title(material), "edition": material.edition, "article": None}
        agency = view.get("agency") or {}
        article = {
            "type": "normal",
            "title": _title(material),
            "author": cut_text(self.author or str(agency.get("name", "")), AUTHOR),
            "cover": {"cover_type": "photo", "photo_url": self._find_cover(view), "status": "show"},
            "description": cut_text(_exercise(material) + _lead(view), DESCRIPTION),
            "body": self._render_body(material, edition_link(mark, material.edition)),
            "comment": "hide",
        }
        return {"mark": mark, "title": article["title"], "edition": material.edition, "article": article}

    def _render_body(self, material: Material, link: str) -> list[dict[str, str]]:
        view, lang = material.view, material.lang
        parts: list[dict[str, str]] = []
        if material.event == "corrected":
            parts.append(
                _text_part(f"{_CORRECTED.get(lang, _CORRECTED['en'])} {view.get('change_note') or ''}".strip())
            )
        parts += [_text_part(line) for line in (_exercise(material) + _lead(view)).splitlines() if line.strip()]
        parts += list(self._split_html(str(view.get("body") or view.get("reply") or "")))[:MAX_PARTS]
        return [*parts, _text_part(f"{_READ.get(lang, _READ['en'])} {self.base}{link}")]

    def _split_html(self, html: str) -> Iterator[dict[str, str]]:
        """Split cleaned HTML into parts of text and images, in their order."""
        pending: list[Node] = []
        for node in _flatten(parse_tree(html)):
            if isinstance(node, Element) and node.name == "img":
                yield from _text_parts(pending)
                pending = []
                yield {"type": "image", "url": self._image_url(node.attributes.get("src", ""))} | _caption(node)
            else:
                pending.append(node)
        yield from _text_parts(pending)

    def _find_cover(self, view: Mapping[str, Any]) -> str | None:
        image = view.get("image")
        url = image.get("url") if isinstance(image, Mapping) else None
        return self._image_url(str(url)) if url else self.cover

    def _image_url(self, url: str) -> str:
        return fitted_url(self.base, url.removeprefix(self.base)) or url


def text_digest(payload: Mapping[str, Any]) -> str:
    """Digest of an article, by which a pending token is known to belong to it."""
    return sha256(orjson.dumps(payload.get("article"), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def count_characters(text: str) -> int:
    """Count as the strictest reader would: in units of UTF-16, of which an emoji has two."""
    return len(text.encode("utf-16-le")) // 2


def cut_text(text: str, limit: int) -> str:
    """Cut a text at a word, with an ellipsis, to at most `limit` characters."""
    text = " ".join(text.split())
    if count_characters(text) <= limit:
        return text
    kept = text
    while count_characters(kept) > limit - 1:
        kept = kept[: -max(1, (count_characters(kept) - limit) // _SHIFT)]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) > limit // 2 else kept).rstrip(" ,;:.–-") + "…"


def _title(material: Material) -> str:
    return _exercise(material) + " ".join(str(material.view.get("title") or "").split())


def _exercise(material: Material) -> str:
    return EXERCISE if material.is_exercise else ""


def _lead(view: Mapping[str, Any]) -> str:
    return str(view.get("lead") or view.get("summary") or "")


def _text_part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}


def _caption(image: Element) -> dict[str, str]:
    caption = image.attributes.get("alt", "").strip()
    return {"caption": caption} if caption else {}


def _flatten(root: Element) -> Iterator[Node]:
    """Yield the nodes of the highest level, and those inside where an image is among them."""
    for child in root.children:
        if isinstance(child, Element) and child.name != "img" and _has_image(child.children):
            yield from _flatten(child)
        else:
            yield child


def _has_image(nodes: Sequence[Node]) -> bool:
    return any(isinstance(node, Element) and (node.name == "img" or _has_image(node.children)) for node in nodes)


def _text_parts(nodes: list[Node]) -> Iterator[dict[str, str]]:
    text = html_to_text(write_html(nodes)) if nodes else ""
    if text.strip():
        yield _text_part(text)
