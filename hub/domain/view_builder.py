"""Builds the published view of an edition. Pure: no database, no web framework.

`build_view` returns the exact bytes of `card` and `full`, and the facts that lists filter by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from hub.domain.kinds import KINDS, ViewIndex, ViewNames
from hub.domain.types import AgencyRef, BaseContent, PlaceRef, TopicRef, Withdrawal
from hub.legal.numbers import number_key
from hub.text import fold, sort_key

SCHEMA_VERSION = 1
"""Version of the structure of views; `hub rebuild-views` republishes rows of an older version."""


@dataclass(frozen=True)
class ViewSource:
    """Everything that a view is built from."""

    document_id: UUID
    kind: str
    owner: str
    lang: str
    edition: int
    update_type: str
    change_note: str | None
    content: Mapping[str, Any]
    published_at: datetime
    modified_at: datetime
    as_of: datetime
    """The time that the view describes: legal force depends on it."""
    correction_of: int | None = None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True)
class BuiltView:
    """A view ready to be stored."""

    card: bytes
    full: bytes
    sha256: str
    index: ViewIndex
    body: str

    def columns(self, source: ViewSource) -> dict[str, Any]:
        """Return the columns of `published_view` that follow from the view."""
        index = self.index
        opens_on, closes_on = index.consultation or (None, None)
        return {
            "schema_version": SCHEMA_VERSION,
            "card": self.card,
            "full": self.full,
            "sha256": self.sha256,
            "agency": source.owner,
            "issuers": list(index.issuers),
            "topics": list(source.content.get("topics", ())),
            "places": list(source.content.get("places", ())),
            "doc_type": fold(index.doc_type) if index.doc_type else None,
            "number_key": number_key(index.number) if index.number else None,
            "title_key": sort_key(source.content["title"])[:500],
            "issued_on": index.issued_on,
            "effective_on": index.effective_on,
            "expires_on": index.expires_on,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "high_impact": index.high_impact,
            "impact_stated": index.impact_stated,
            "channels": list(index.channels),
            "priority": index.priority,
            "valid_until": index.valid_until,
            "next_due": min((moment for moment, _ in index.due_events if moment > source.as_of), default=None),
            "edition": source.edition,
            "update_type": source.update_type,
            "change_note": source.change_note,
            "correction_of": source.correction_of,
            "published_at": source.published_at,
            "modified_at": source.modified_at,
            "body": self.body,
        }


def build_view(source: ViewSource, content: BaseContent, index: ViewIndex, names: ViewNames) -> BuiltView:
    """Build the view of an edition, from its validated content and the facts of it that lists filter by."""
    kind = KINDS[source.kind]
    full = kind.full(
        id=source.document_id,
        lang=source.lang,
        title=content.title,
        summary=content.summary,
        agency=AgencyRef(code=source.owner, name=names.agencies[source.owner]),
        topics=[TopicRef(code=code, name=names.topics[code]) for code in content.topics],
        places=[PlaceRef(code=code, name=names.places[code]) for code in content.places],
        state="withdrawn" if source.withdrawal else "live",
        edition=source.edition,
        update_type=source.update_type,
        published_at=source.published_at,
        modified_at=source.modified_at,
        path=f"/api/v1/{kind.plural}/{source.document_id}",
        change_note=source.change_note,
        withdrawal=source.withdrawal,
        correction_of=source.correction_of,
        relations=content.relations,
        links=content.links,
        origin=content.origin,
        derived=content.derived,
        unmapped=content.unmapped,
        **kind.facts(content, names),
    )
    full_json = full.model_dump(mode="json")
    card_json = {field: full_json[field] for field in kind.card.model_fields}
    stored = orjson.dumps(full_json)
    return BuiltView(
        card=orjson.dumps(card_json),
        full=stored,
        sha256=sha256(stored).hexdigest(),
        index=index,
        body=kind.plain_text(full_json),
    )
