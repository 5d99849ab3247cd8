"""Plain form of a document's page, JSON-LD and preview, for one whose stored view cannot be rendered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.i18n.catalogues import translate
from hub.permalinks.notice import render_notice
from hub.web.public_urls import page_path, rest_path, urn


@dataclass(frozen=True)
class PlainPage:
    """All that is known of such a document; `title` is None if its card is broken, too."""

    document_id: UUID
    kind: str
    lang: str
    base: str
    title: str | None
    agency: str | None = None

    @classmethod
    def of_card(cls, document_id: UUID, kind: str, lang: str, base: str, card: Mapping[str, Any] | None) -> "PlainPage":
        """Build it from a parsed card, if there is one."""
        if card is None:
            return cls(document_id, kind, lang, base, None)
        return cls(document_id, kind, lang, base, card["title"], card["agency"]["name"])

    @property
    def heading(self) -> str:
        """The title, or else the word for its kind."""
        return self.title or translate(self.lang, f"kinds.{self.kind}")

    def render(self) -> bytes:
        """Render the page: the title, a sentence, and the link to the JSON."""
        choices = [(self.base + rest_path(self.kind, self.document_id), "JSON")]
        return render_notice(self.lang, self.base, self.heading, translate(self.lang, "notices.broken.text"), choices)

    def json_ld(self) -> dict[str, Any]:
        """Build the JSON-LD: identity, name and page."""
        return {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": urn(self.document_id),
            "name": self.heading,
            "inLanguage": self.lang,
            "url": self.base + page_path(self.document_id),
        }
