"""Documents related to one: by stated relations, shared topics, and similar titles."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson
from sqlalchemy import text as sql

from hub.content.queries import ViewRow
from hub.content.stored_views import is_whole
from hub.db import Database, in_search_pool
from hub.domain.kinds import KINDS
from hub.errors import NotFound

MAX_CANDIDATES = 300
"""Documents of the same topics that are compared: the newest."""


MAX_LOOKED_AT = 3_000
"""Newest documents among which those of the same topics are looked for first: the index of topics is read in full."""


MAX_NEIGHBOURS, MAX_NEWEST = 150, 500
"""Titles that are compared: before and after the document's in the order of their beginnings, and the newest. An index
of letters would be asked for every title that shares some, and most share some."""


class RelatedBy(StrEnum):
    """Reason for which a document is related."""

    relation = "relation"
    topic = "topic"
    title = "title"  # type: ignore[assignment]


@dataclass(frozen=True)
class SimilarDocument:
    """A related document and the reasons."""

    view: ViewRow
    by: Sequence[RelatedBy]


_NEWEST = " UNION ALL ".join(
    f"(SELECT id, document_id, modified_at, topics FROM published_view WHERE seq_to IS NULL AND state = 'live'"  # noqa: S608
    f" AND kind = '{kind}' ORDER BY modified_at DESC LIMIT {MAX_LOOKED_AT})"
    for kind in KINDS
)
"""The newest views of each kind, as an index has them."""

_BEGINNING = "left(hub_title(card), 60)"
"""As the index of beginnings has it."""

_STATEMENT = sql(
    """
    WITH target AS MATERIALIZED (
        SELECT document_id, lang, topics, hub_title(card) AS title FROM published_view
        WHERE document_id = :id AND seq_to IS NULL AND state = 'live' ORDER BY (lang = :lang) DESC, lang DESC LIMIT 1
    ), stated AS MATERIALIZED (
        SELECT r.target_id AS document_id FROM published_relation r JOIN target USING (document_id)
        UNION SELECT r.document_id FROM published_relation r JOIN target ON r.target_id = target.document_id
    ), newest AS MATERIALIZED (
        {newest}
    ), newest_of_topics AS MATERIALIZED (
        SELECT v.document_id, v.modified_at FROM newest AS v, target WHERE v.topics && target.topics
    ), beside AS (
        (SELECT id FROM published_view WHERE seq_to IS NULL AND state = 'live'
            AND {beginning} ~>=~ (SELECT left(title, 60) FROM target) ORDER BY {beginning} USING ~<~ LIMIT :neighbours)
        UNION (SELECT id FROM published_view WHERE seq_to IS NULL AND state = 'live'
            AND {beginning} ~<~ (SELECT left(title, 60) FROM target) ORDER BY {beginning} USING ~>~ LIMIT :neighbours)
        UNION (SELECT id FROM newest ORDER BY modified_at DESC LIMIT :titles)
    ), of_titles AS MATERIALIZED (
        SELECT v.document_id FROM beside JOIN published_view v USING (id), target
        WHERE hub_title(v.card) % target.title LIMIT :candidates
    ), of_topics AS (
        SELECT * FROM newest_of_topics WHERE (SELECT count(*) >= :candidates FROM newest_of_topics)
        UNION ALL SELECT v.document_id, v.modified_at FROM published_view v, target
        WHERE v.seq_to IS NULL AND v.state = 'live' AND v.topics && target.topics
            AND (SELECT count(*) < :candidates FROM newest_of_topics)
    ), chosen AS (
        SELECT document_id FROM stated
        UNION (SELECT document_id FROM of_topics ORDER BY modified_at DESC LIMIT :candidates)
        UNION SELECT document_id FROM of_titles
    ), views AS (
        SELECT DISTINCT ON (v.document_id) v.* FROM published_view v JOIN chosen USING (document_id)
        WHERE v.seq_to IS NULL AND v.state = 'live' AND v.document_id <> :id
        ORDER BY v.document_id, (v.lang = :lang) DESC, v.lang DESC
    ), judged AS (
        SELECT v.document_id, v.kind, v.lang, v.seq_from, CASE WHEN :text THEN v.full ELSE v.card END AS json,
            v.issued_on,
            v.document_id IN (SELECT document_id FROM stated) AS stated,
            cardinality(ARRAY(SELECT unnest(v.topics) INTERSECT SELECT unnest(target.topics))) AS topics,
            similarity(hub_title(v.card), target.title) AS alike
        FROM views v, target
    )
    SELECT j.*, (SELECT count(*) FROM target) AS there FROM (SELECT) AS always
    LEFT JOIN (SELECT * FROM judged
        ORDER BY CAST(stated AS int) * 2 + least(topics, 3) * 0.3 + alike DESC, issued_on DESC, document_id LIMIT :limit
    ) AS j ON TRUE
    """.replace(
        "{newest}",
        f"SELECT * FROM ({_NEWEST}) AS newest ORDER BY modified_at DESC LIMIT {MAX_LOOKED_AT}",  # noqa: S608
    ).replace("{beginning}", _BEGINNING)
)

SIMILARITY_THRESHOLD = 0.3
"""Trigram similarity from which on titles count as similar."""


async def find_similar(
    database: Database, document_id: UUID, *, lang: str, limit: int, text: bool = False
) -> list[SimilarDocument]:
    """Find live documents related to a live one, the closest first: one statement. Raises `NotFound`.

    With `text`, whole items instead of cards.
    """
    values = {"id": document_id, "lang": lang, "limit": limit, "text": text}
    values |= {"candidates": MAX_CANDIDATES, "neighbours": MAX_NEIGHBOURS, "titles": MAX_NEWEST}
    with in_search_pool():
        async with database.read() as connection:
            rows = (await connection.execute(_STATEMENT, values)).all()
    if not rows[0].there:
        raise NotFound("There is no public item with this id.", field="id")
    return [
        SimilarDocument(
            ViewRow(row.document_id, row.kind, row.lang, row.seq_from, row.json),
            _reasons(stated=row.stated, shared_topics=row.topics, title_similarity=row.alike),
        )
        for row in rows
        if row.document_id is not None and is_whole(row.json, row.document_id, "related", full=text)
    ]


def _reasons(*, stated: bool, shared_topics: int, title_similarity: float) -> list[RelatedBy]:
    reasons = {
        RelatedBy.relation: stated,
        RelatedBy.topic: shared_topics > 0,
        RelatedBy.title: title_similarity >= SIMILARITY_THRESHOLD,
    }
    return [reason for reason, applies in reasons.items() if applies]


def as_json(found: Sequence[SimilarDocument]) -> list[dict[str, object]]:
    """Convert related documents to REST's JSON members."""
    return [
        {
            "kind": one.view.kind,
            "id": str(one.view.document_id),
            "document": orjson.Fragment(one.view.json),
            "by": [str(reason) for reason in one.by],
        }
        for one in found
    ]
