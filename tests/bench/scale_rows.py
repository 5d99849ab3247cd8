"""Rows of a large hub, straight into Postgres: copies of a few documents that the product itself has published.

A copy has an id, title, number, days, place in the log and words of its own, and its columns vary as in a real hub:
some agencies, types, topics and places are frequent, others rare. Of its JSON only id, title and number differ.
Not loaded: editions and fingerprints, which no public read touches. The chain of the log is a true one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from hub.citations.follower import rebuild
from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.log.chain import entry_hash, public_members, start_hash
from hub.times import midnight, now, today
from tests.support import contents
from tests.support.consultations import window

YEARS = timedelta(days=5 * 365)
"""The time over which the publications are spread, up to yesterday, whatever their number."""
BATCH = 20_000
LOADED = (
    "published_view",
    "published_relation",
    "search_passage",
    "log_entry",
    "consultation",
    "consultation_document",
    "published_citation",
    "citable",
)
RARE_TYPE, RARE_WORD = "Sắc lệnh", "quokka"
"""Of one document in 5,000."""
_SYLLABLES = """thủ tục hành chính phường trật tự vỉa hè môi trường cây xanh giao thông đường bộ y tế giáo dục học sinh
doanh nghiệp đầu tư du lịch di sản văn hóa lụt bão chuyển đổi số dữ liệu quy hoạch đất đai nhà ở xây dựng"""
SYLLABLES = _SYLLABLES.split()

Progress = Callable[[str], None]


async def publish_templates(database: Database) -> None:
    """Publish the documents that are copied, with their citations."""
    types = ("Kế hoạch", "Quyết định", "Nghị quyết", "Chỉ thị", RARE_TYPE)
    cites = [{"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": "Theo Kế hoạch 17/KH-UBND, bờ bắc trước."}]
    for kind, content in (
        *(("policy", contents.policy(type=name, number=f"{n}/KH-UBND")) for n, name in enumerate(types, start=17)),
        ("policy", contents.policy(number="25/KH-UBND", nodes=cites)),
        ("draft", contents.draft(consultation=window(-3, 9))),
        ("bulletin", contents.bulletin()),
        ("statement", contents.statement()),
    ):
        async with database.write() as session:
            document = await create_document(session, document_id=uuid4(), kind=kind, owner="ubnd-hue")
            edition = await save_edition(session, document, lang="vi", content=content, by="bench")
            assert edition.id is not None
            await publish(session, [edition.id], verb=Verb.publish_trusted)
        if content.get("number") == "17/KH-UBND":
            async with database.write() as session:
                found = (await lock_documents(session, [document.id]))[document.id]
                edition = await save_edition(session, found, lang="en", content=content, by="bench")
                assert edition.id is not None
                await publish(session, [edition.id], verb=Verb.publish_trusted)
    async for _ in rebuild(database):
        pass


# `n` counts the copies from 1. Numbers of the same row that must not depend on each other come from different digits of
# a hash of it: `h(k)` is a number from 0 to 9,999.
_FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE OR REPLACE FUNCTION bench.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5('scale ' || n)::uuid;
CREATE OR REPLACE FUNCTION bench.h(n bigint, k int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN abs(hashint8extended(n, k) % 10000)::int;
"""

_TEMPLATES = """
CREATE TABLE bench.template AS
    SELECT v.*, row_number() OVER (PARTITION BY v.kind, v.lang ORDER BY v.number_key, v.id) AS version,
        convert_from(v.card, 'UTF8') AS card_text, convert_from(v.full, 'UTF8') AS full_text,
        convert_from(v.card, 'UTF8')::json ->> 'title' AS title,
        convert_from(v.card, 'UTF8')::json ->> 'number' AS number
    FROM published_view v WHERE seq_to IS NULL;
CREATE TABLE bench.passage AS SELECT p.* FROM search_passage p WHERE part = 1;
CREATE TABLE bench.citation AS SELECT * FROM published_citation WHERE text LIKE '%17/KH-UBND%' LIMIT 1;
CREATE TABLE bench.citable AS SELECT * FROM citable;
CREATE TABLE bench.document AS SELECT * FROM document;
CREATE TABLE bench.index AS
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
    WHERE indrelid IN ({loaded}) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = indexrelid);
"""

# Of every 20 copies 14 are policies, 3 bulletins, 2 drafts and one a statement; every tenth policy has an English text.
_COPIES = """
CREATE UNLOGGED TABLE bench.copy AS
WITH numbered AS (
    SELECT n, bench.id(n) AS id, CASE WHEN n % 20 < 14 THEN 'policy' WHEN n % 20 < 17 THEN 'bulletin'
            WHEN n % 20 < 19 THEN 'draft' ELSE 'statement' END AS kind, 'vi' AS lang
    FROM generate_series(1, {size}) AS n
    UNION ALL SELECT n, bench.id(n), 'policy', 'en' FROM generate_series(1, {size}) AS n
    WHERE n % 100 IN (1, 23, 45, 67, 89, 6, 28) AND n % 20 < 14
)
SELECT row_number() OVER (ORDER BY n, lang DESC) AS seq, *,
    CASE WHEN kind <> 'policy' OR lang = 'en' THEN 1 WHEN n % 5000 = 7 THEN 5
        WHEN n % 100 IN (1, 23, 45, 67, 89, 6, 28) THEN 1
        ELSE (ARRAY[1, 1, 1, 2, 2, 3, 4, 6])[1 + bench.h(n, 1) % 8] END AS version,
    '{begin}'::timestamptz + n * ('{span}'::interval / {size}) AS published_at,
    CASE WHEN n % 200 = 150 THEN 'withdrawn' WHEN n % 300 = 299 THEN 'gone' ELSE 'live' END AS state,
    (SELECT string_agg($1[1 + (power(bench.h(n, 10 + k) / 10000.0, 3) * {syllables})::int], ' ')
        FROM generate_series(1, 7) AS k) || CASE WHEN n % 5000 = 11 THEN ' {rare}' ELSE '' END AS phrase,
    (SELECT string_agg('chu' || (power(bench.h(n, 30 + k) / 10000.0, 2) * 5000)::int, ' ')
        FROM generate_series(1, 20) AS k) AS text
FROM numbered
"""

_VIEWS = """
INSERT INTO published_view (document_id, edition_id, kind, lang, state, seq_from, schema_version, card, "full", sha256,
    agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on,
    closes_on, consultation_id, consultation_stage, consultation_version, opens_at, closes_at, high_impact,
    impact_stated, channels, priority, valid_until, edition, update_type, next_due, published_at, modified_at, body,
    words)
SELECT c.id, t.edition_id, c.kind, c.lang, c.state, c.seq, t.schema_version, made.card,
    made.full, encode(sha256(coalesce(made.full, '')), 'hex'),
    CASE WHEN c.n % 5000 = 13 THEN rare_agency
        ELSE agencies[1 + (power(bench.h(c.n, 2) / 10000.0, 2) * cardinality(agencies))::int % cardinality(agencies)]
        END, t.issuers,
    CASE WHEN c.n % 5000 = 27 THEN ARRAY[rare_topic]
        ELSE ARRAY[codes_of_topics[1 + bench.h(c.n, 3) % cardinality(codes_of_topics)]] || CASE WHEN c.n % 3 = 0
            THEN ARRAY[codes_of_topics[1 + bench.h(c.n, 4) % cardinality(codes_of_topics)]] END END,
    CASE WHEN c.n % 5 = 0 THEN ARRAY[codes_of_places[1 + bench.h(c.n, 5) % cardinality(codes_of_places)]] ELSE '{}' END,
    t.doc_type, regexp_replace(t.number_key, '^[0-9]+', c.n::text), made.title_key,
    c.issued_on, CASE WHEN t.effective_on IS NOT NULL THEN c.issued_on + 11 END,
    CASE WHEN t.effective_on IS NOT NULL AND c.n % 3 = 0 THEN c.issued_on + 400 END,
    CASE WHEN is_draft THEN c.issued_on + 1 END, CASE WHEN is_draft THEN c.issued_on + 31 END,
    CASE WHEN is_draft THEN md5('consultation ' || c.n)::uuid END,
    CASE WHEN is_draft THEN CASE WHEN ends < now() THEN 'closed' ELSE 'open' END END, CASE WHEN is_draft THEN 1 END,
    CASE WHEN is_draft THEN c.published_at + interval '1 day' END, CASE WHEN is_draft THEN ends END,
    c.kind IN ('policy', 'draft') AND c.n % 500 IN (3, 17), c.kind IN ('policy', 'draft') AND c.n % 4 < 3,
    CASE WHEN c.n % 500 = 14 THEN ARRAY['radio'] ELSE t.channels END,
    CASE WHEN c.kind = 'bulletin' THEN CASE WHEN c.n % 1000 = 14 THEN 'urgent' ELSE t.priority END END,
    t.valid_until, 1, t.update_type, NULL, c.published_at, c.published_at,
    CASE WHEN c.state = 'gone' THEN NULL ELSE t.body || ' ' || c.text END,
    CASE WHEN c.state = 'gone' THEN ''
        ELSE t.words || hub_words(c.phrase, '', '') || to_tsvector('simple', c.text) END
FROM (SELECT *, (published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - bench.h(n, 6) % 40 AS issued_on,
            kind = 'draft' AS is_draft, published_at + interval '31 days' AS ends
        FROM bench.copy WHERE seq BETWEEN $1 AND $2) AS c
    JOIN bench.template t ON t.kind = c.kind AND t.lang = c.lang AND t.version = c.version,
    LATERAL (SELECT
        CASE WHEN c.state <> 'gone' THEN convert_to(replace(replace(replace(t.card_text, t.document_id::text,
            c.id::text), t.title, t.title || ' ' || c.phrase), number_text, c.n || '/KH-UBND'), 'UTF8') END AS card,
        CASE WHEN c.state <> 'gone' THEN convert_to(replace(replace(replace(t.full_text, t.document_id::text,
            c.id::text), t.title, t.title || ' ' || c.phrase), number_text, c.n || '/KH-UBND'), 'UTF8') END AS full,
        left(t.title_key || ' ' || c.phrase, 500) AS title_key
        FROM (SELECT coalesce(t.number, '-?-') AS number_text) AS printed) AS made,
    (SELECT array_agg(code ORDER BY code) FILTER (WHERE place > 1) AS agencies,
            min(code) FILTER (WHERE place = 1) AS rare_agency
        FROM (SELECT code, row_number() OVER (ORDER BY code DESC) AS place FROM agency) AS a) AS agency_codes,
    (SELECT array_agg(code ORDER BY code) FILTER (WHERE place > 1) AS codes_of_topics,
            min(code) FILTER (WHERE place = 1) AS rare_topic
        FROM (SELECT code, row_number() OVER (ORDER BY code DESC) AS place FROM topic) AS a) AS topic_codes,
    (SELECT array_agg(code ORDER BY code) AS codes_of_places FROM place) AS place_codes
ORDER BY c.seq
"""

_OTHERS = {
    "documents": """INSERT INTO document SELECT (jsonb_populate_record(d, jsonb_build_object('id', c.id))).*
        FROM bench.copy c JOIN bench.template t USING (kind, lang, version)
            JOIN bench.document d ON d.id = t.document_id
        WHERE c.lang = 'vi'""",
    "passages": """INSERT INTO search_passage
        SELECT c.id, c.lang, 1, p.ref, p.label, p.heading, p.text || ' ' || c.text,
            p.words || to_tsvector('simple', c.text)
        FROM bench.copy c JOIN bench.template t USING (kind, lang, version)
            JOIN bench.passage p ON p.document_id = t.document_id AND p.lang = t.lang
        WHERE c.state = 'live'""",
    "relations": """INSERT INTO published_relation
        SELECT id, lang, (ARRAY['amends', 'replaces', 'based_on'])[1 + n % 3], bench.id(n - 20), NULL FROM bench.copy
        WHERE kind = 'policy' AND state = 'live' AND n > 20 AND bench.h(n, 7) % 10 = 0""",
    "consultations": """INSERT INTO consultation (id, agency, state, opens_at, closes_at, announced_closes_at,
            announced_at, closed_at, opened_at)
        SELECT consultation_id, agency, consultation_stage, opens_at, closes_at, closes_at, published_at,
            CASE WHEN consultation_stage = 'closed' THEN closes_at END, opens_at
        FROM published_view WHERE consultation_id IS NOT NULL AND seq_to IS NULL""",
    "drafts of consultations": """INSERT INTO consultation_document
        SELECT document_id, consultation_id, 1 FROM published_view
        WHERE consultation_id IS NOT NULL AND seq_to IS NULL""",
    "citations": """INSERT INTO published_citation
        SELECT (jsonb_populate_record(s, jsonb_build_object('document_id', c.id, 'seq', c.seq, 'outcome', 'matched',
            'target_id', bench.id(CASE WHEN c.n % 50 = 5 THEN 1 ELSE c.n - 20 END), 'choices', '[]'::jsonb))).*
        FROM bench.copy c, bench.citation s
        WHERE c.kind = 'policy' AND c.lang = 'vi' AND c.version = 6 AND c.state = 'live'""",
    "citable policies": """INSERT INTO citable
        SELECT (jsonb_populate_record(s, jsonb_build_object('document_id', c.id, 'number', c.n || '/KH-UBND',
            'lookup', ARRAY['n:' || c.n || '.khubnd', 's:' || c.n]))).*
        FROM bench.copy c JOIN bench.template t USING (kind, lang, version) JOIN bench.citable s
            ON s.document_id = t.document_id
        WHERE c.kind = 'policy' AND c.lang = 'vi' AND c.state = 'live'""",
}

_ENTRIES = """
SELECT seq_from AS seq, CASE state WHEN 'live' THEN 'published' ELSE state END AS event, published_at AS at,
    NULL::timestamptz AS due, 1::smallint AS version, 'document' AS subject, NULL::varchar AS subject_id,
    NULL::jsonb AS data, kind, document_id, lang, edition, sha256 AS view_sha256
FROM published_view WHERE seq_from BETWEEN $1 AND $2 ORDER BY seq_from
"""
_ENTRY_COLUMNS = (
    *("seq", "event", "at", "due", "version", "subject", "subject_id", "data", "kind", "document_id", "lang"),
    *("edition", "view_sha256", "hash"),
)


async def load(url: str, size: int, report: Progress) -> None:
    """Replace what is stored by `size` documents; the templates must have been published before."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
        )
        await connection.execute("SET session_replication_role = replica")  # no foreign keys, no triggers
        if await connection.fetchval("SELECT to_regclass('bench.template')") is None:
            await connection.execute(_FUNCTIONS)
            loaded = ", ".join(f"'{name}'::regclass" for name in LOADED)
            await connection.execute(_TEMPLATES.format(loaded=loaded))
        await connection.execute(f"TRUNCATE {', '.join(LOADED)} CASCADE; DROP TABLE IF EXISTS bench.copy")
        await connection.execute("DELETE FROM document")
        begin = midnight(today()) - YEARS - timedelta(days=1)
        report("what each copy is")
        facts = {"size": size, "begin": begin.isoformat(), "span": f"{YEARS.days} days", "rare": RARE_WORD}
        await connection.execute(_with_syllables(_COPIES.format(syllables=len(SYLLABLES) - 1, **facts)))
        rows = await connection.fetchval("SELECT max(seq) FROM bench.copy")
        await connection.execute("CREATE UNIQUE INDEX ON bench.copy (seq); ANALYZE bench.copy")
        await _drop_indexes(connection)
        for first in range(1, rows + 1, BATCH):
            report(f"views {first:,} of {rows:,}")
            await connection.execute(_VIEWS, first, first + BATCH - 1)
        for what, statement in _OTHERS.items():
            report(what)
            await connection.execute(statement)
        await _append_log(connection, rows, report)
        await _build_indexes(connection, report)
        report("statistics")
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


def _with_syllables(statement: str) -> str:
    listed = ", ".join(f"'{word}'" for word in SYLLABLES)
    return statement.replace("$1", f"(ARRAY[{listed}])")


async def _drop_indexes(connection: asyncpg.Connection) -> None:
    """Drop the indexes that are no constraints. Noted with the templates, they survive a broken load."""
    for row in await connection.fetch("SELECT name FROM bench.index"):
        await connection.execute(f"DROP INDEX IF EXISTS {row['name']}")


async def _build_indexes(connection: asyncpg.Connection, report: Progress) -> None:
    for row in await connection.fetch("SELECT name, made FROM bench.index ORDER BY name"):
        report(row["name"])
        await connection.execute(row["made"])


async def _append_log(connection: asyncpg.Connection, rows: int, report: Progress) -> None:
    epoch: UUID = await connection.fetchval("SELECT epoch FROM log_head")
    before = start_hash(epoch)
    at: datetime = now()
    for first in range(1, rows + 1, BATCH):
        report(f"entries of the log {first:,} of {rows:,}")
        entries: list[Sequence[Any]] = []
        for row in await connection.fetch(_ENTRIES, first, first + BATCH - 1):
            before = entry_hash(before, public_members(row))
            at = row["at"]
            entries.append((*row.values(), before))
        await connection.copy_records_to_table("log_entry", records=entries, columns=_ENTRY_COLUMNS)
    await connection.execute("UPDATE log_head SET seq = $1, hash = $2, at = $3", rows, before, at)
