"""The whole schema, as the 23 migrations before it made it (0001 to 0027, with gaps).

Functions, triggers and the log's first row are in `0001_initial.sql`. How Postgres then describes the schema is in
`0001_initial.schema.txt`, which `hub migrate` compares a database from before with (`hub/before_squash.py`). All three
stay as they are: a change of the schema is a new migration beside this one. Columns stand in the order in which they
came to be, so that an old database and a new one have the same dump.
"""

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from alembic import op
from hub.errors import SetupProblem

revision = "0001_initial"
down_revision = None

FUNCTIONS = Path(__file__).with_suffix(".sql")
MOMENT = DateTime(timezone=True)
NOW = text("now()")
LISTED = text("seq_to IS NULL AND state = 'live'")


def upgrade() -> None:
    """Create everything in an empty database."""
    create_registry_tables()
    create_work_tables()
    create_document_tables()
    create_log_tables()
    create_file_tables()
    create_search_tables()
    create_citation_tables()
    create_delivery_tables()
    create_source_tables()
    create_press_tables()
    create_query_table()
    run_sql(FUNCTIONS.read_text("utf-8"))
    # An index that needs a table and a function.
    op.create_index(
        "ix_published_view_suggest",
        "published_view",
        [func.hub_title(column("card")).label("title")],
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
        postgresql_where=LISTED,
    )


def downgrade() -> None:
    """Refuse: nothing is before this, and emptying a database should be said in so many words."""
    raise SetupProblem("The first migration is not undone: drop the database and make it anew instead.")


def run_sql(statements: str) -> None:
    """Run many statements at once: SQLAlchemy would prepare them, and only one can be prepared at a time."""
    op.get_bind().connection.run_async(lambda driver: driver.execute(statements))  # in the same transaction


def create_registry_tables() -> None:
    """Topics, places, agencies and who speaks for them: what content refers to by code."""
    op.create_table(
        "topic",
        Column("code", String(64), primary_key=True),
        Column("name", String(), nullable=False),
        Column("name_en", String(), nullable=False),
        Column("parent", String(), ForeignKey("topic.code")),
        Column("sort_key", String(), nullable=False),
    )
    op.create_table(
        "place",
        Column("code", String(16), primary_key=True),
        Column("valid_from", Date(), primary_key=True),
        Column("valid_to", Date()),
        Column("name", String(), nullable=False),
        Column("level", String(), nullable=False),
        Column("parent", String(16)),
        Column("sort_key", String(), nullable=False),
    )
    op.create_table(
        "place_successor",
        Column("code", String(16), primary_key=True),
        Column("valid_from", Date(), primary_key=True),
        Column("successor", String(16), primary_key=True),
        Column("successor_from", Date(), primary_key=True),
        Column("whole", Boolean(), nullable=False),
        ForeignKeyConstraint(["code", "valid_from"], ["place.code", "place.valid_from"], ondelete="CASCADE"),
        ForeignKeyConstraint(["successor", "successor_from"], ["place.code", "place.valid_from"], ondelete="CASCADE"),
    )
    op.create_table(
        "agency",
        Column("code", String(64), primary_key=True),
        Column("name", String(), nullable=False),
        Column("name_en", String()),
        Column("level", String(), nullable=False),
        Column("parent", String(64), ForeignKey("agency.code")),
        Column("place", String(16)),
        Column("valid_from", Date()),
        Column("valid_to", Date()),
        Column("sort_key", String(), nullable=False),
    )
    op.create_table(
        "agency_successor",
        Column("code", String(), ForeignKey("agency.code", ondelete="CASCADE"), primary_key=True),
        Column("successor", String(), ForeignKey("agency.code", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "agency_rule",
        Column("agency", String(64), ForeignKey("agency.code"), primary_key=True),
        Column("four_eyes", String(16), nullable=False),
    )
    op.create_table(
        "spokesperson",
        Column("code", String(64), primary_key=True),
        Column("agency", String(), ForeignKey("agency.code"), nullable=False),
        Column("name", String(), nullable=False),
        Column("title", String(), nullable=False),
        Column("phone", String()),
        Column("email", String()),
        Column("valid_from", Date()),
        Column("valid_to", Date()),
        Column("sort_key", String(), nullable=False),
    )
    op.create_index("ix_spokesperson_agency", "spokesperson", ["agency"])


def create_work_tables() -> None:
    """Keys and editors' work: who may do what, what was asked already, the private trail, and what was spent."""
    op.create_table(
        "api_key",
        Column("id", String(32), primary_key=True),
        Column("secret_sha256", String(64), nullable=False),
        Column("label", String(), nullable=False),
        Column("agency", String(64), ForeignKey("agency.code"), nullable=False),
        Column("scopes", ARRAY(Text()), nullable=False),
        Column("created_at", MOMENT, server_default=NOW, nullable=False),
        Column("expires_at", MOMENT),
        Column("revoked_at", MOMENT),
        Column("last_used_at", MOMENT),
        Column("rotated_from", String(32)),
    )
    op.create_index("ix_api_key_agency", "api_key", ["agency"])
    op.create_table(
        "idempotency_key",
        Column("principal", String(128), primary_key=True),
        Column("key", String(128), primary_key=True),
        Column("request_sha256", String(64), nullable=False),
        Column("status", Integer()),
        Column("body", LargeBinary()),
        Column("version", Integer()),
        Column("made_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_idempotency_key_made_at", "idempotency_key", ["made_at"])
    op.create_table(
        "audit_entry",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("at", MOMENT, server_default=NOW, nullable=False),
        Column("actor", String(128), nullable=False),
        Column("label", String(), nullable=False),
        Column("agency", String(64), nullable=False),
        Column("verb", String(24), nullable=False),
        Column("document_id", Uuid()),
        Column("lang", String(8)),
        Column("edition", Integer()),
        Column("version", Integer()),
        Column("details", JSONB(), nullable=False),
    )
    op.create_index("ix_audit_entry_agency", "audit_entry", ["agency", "id"])
    op.create_index("ix_audit_entry_document", "audit_entry", ["document_id", "id"])
    op.create_table(
        "rate_bucket",
        Column("name", String(200), primary_key=True),
        Column("full_at", MOMENT, nullable=False),
        Column("granted", Integer(), nullable=False),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": 50},
    )


def create_document_tables() -> None:
    """Documents, their editions, and the views that the public reads."""
    op.create_table(
        "document",
        Column("id", Uuid(), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("owner", String(64), ForeignKey("agency.code"), nullable=False),
        Column("state", String(16), nullable=False),
        Column("created_at", MOMENT, server_default=NOW, nullable=False),
        Column("version", Integer(), server_default="1", nullable=False),
    )
    op.create_index("ix_document_owner", "document", ["owner"])
    op.create_table(
        "edition",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("lang", String(8), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("state", String(16), nullable=False),
        Column("content", JSONB(), nullable=False),
        Column("content_sha256", String(64), nullable=False),
        Column("update_type", String(8), nullable=False),
        Column("change_note", String()),
        Column("written_by", String(128), nullable=False),
        Column("created_at", MOMENT, server_default=NOW, nullable=False),
        Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        Column("published_at", MOMENT),
        Column("correction_of", Integer()),
        Column("scheduled_for", MOMENT),
        Column("approved_by", String(128)),
    )
    op.create_index(
        "ix_edition_scheduled_for", "edition", ["scheduled_for"], postgresql_where=text("state = 'scheduled'")
    )
    op.create_index(
        "uq_edition_live", "edition", ["document_id", "lang"], unique=True, postgresql_where=text("state = 'published'")
    )
    op.create_index("uq_edition_number", "edition", ["document_id", "lang", "number"], unique=True)
    op.create_index(
        "uq_edition_working",
        "edition",
        ["document_id", "lang"],
        unique=True,
        postgresql_where=text("state IN ('approved', 'drafting', 'in_review', 'scheduled')"),
    )
    op.create_table(
        "published_view",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("edition_id", BigInteger(), ForeignKey("edition.id"), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("lang", String(8), nullable=False),
        Column("state", String(16), nullable=False),
        Column("seq_from", BigInteger(), nullable=False),
        Column("seq_to", BigInteger()),
        Column("schema_version", Integer(), nullable=False),
        Column("card", LargeBinary()),
        Column("full", LargeBinary()),
        Column("sha256", String(64), nullable=False),
        Column("redirect_to", Uuid()),
        Column("agency", String(64), nullable=False),
        Column("issuers", ARRAY(Text()), nullable=False),
        Column("topics", ARRAY(Text()), nullable=False),
        Column("places", ARRAY(Text()), nullable=False),
        Column("doc_type", String()),
        Column("number_key", String()),
        Column("title_key", String(), nullable=False),
        Column("issued_on", Date(), nullable=False),
        Column("effective_on", Date()),
        Column("expires_on", Date()),
        Column("opens_on", Date()),
        Column("closes_on", Date()),
        Column("high_impact", Boolean(), nullable=False),
        Column("valid_until", MOMENT),
        Column("published_at", MOMENT, nullable=False),
        Column("modified_at", MOMENT, nullable=False),
        Column("body", String()),
        Column("words", TSVECTOR()),
        Column("edition", Integer(), nullable=False),
        Column("update_type", String(8), nullable=False),
        Column("change_note", String()),
        Column("correction_of", Integer()),
        Column("next_due", MOMENT),
    )
    op.create_index("ix_published_view_agency", "published_view", ["agency", "modified_at"], postgresql_where=LISTED)
    op.create_index("ix_published_view_changed", "published_view", ["kind", "seq_from"], postgresql_where=LISTED)
    op.create_index(
        "ix_published_view_ended",
        "published_view",
        ["kind", "seq_to"],
        postgresql_where=text("seq_to IS NOT NULL AND state = 'live'"),
    )
    op.create_index("ix_published_view_history", "published_view", ["document_id", "lang", "seq_from"])
    op.create_index(
        "ix_published_view_issued", "published_view", ["kind", "issued_on", "document_id"], postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_issuers", "published_view", ["issuers"], postgresql_using="gin", postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_modified", "published_view", ["kind", "modified_at", "document_id"], postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_next_due", "published_view", ["next_due"], postgresql_where=text("seq_to IS NULL")
    )
    op.create_index("ix_published_view_number", "published_view", ["number_key"], postgresql_where=LISTED)
    op.create_index(
        "ix_published_view_number_open", "published_view", ["number_key"], postgresql_where=text("seq_to IS NULL")
    )
    op.create_index(
        "ix_published_view_places", "published_view", ["places"], postgresql_using="gin", postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_published",
        "published_view",
        ["kind", "published_at", "document_id"],
        postgresql_where=LISTED,
    )
    op.create_index(
        "ix_published_view_taken_away",
        "published_view",
        ["kind", "seq_from"],
        postgresql_where=text("seq_to IS NULL AND state <> 'live'"),
    )
    op.create_index("ix_published_view_then", "published_view", ["kind", "published_at", "document_id", "seq_from"])
    op.create_index(
        "ix_published_view_title", "published_view", ["kind", "title_key", "document_id"], postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_topics", "published_view", ["topics"], postgresql_using="gin", postgresql_where=LISTED
    )
    op.create_index(
        "ix_published_view_words", "published_view", ["words"], postgresql_using="gin", postgresql_where=LISTED
    )
    op.create_index(
        "uq_published_view_open",
        "published_view",
        ["document_id", "lang"],
        unique=True,
        postgresql_where=text("seq_to IS NULL"),
    )
    op.create_table(
        "published_relation",
        Column("document_id", Uuid(), ForeignKey("document.id"), primary_key=True),
        Column("lang", String(8), primary_key=True),
        Column("type", String(16), primary_key=True),
        Column("target_id", Uuid(), ForeignKey("document.id"), primary_key=True),
        Column("note", String()),
    )
    op.create_index("ix_published_relation_target_id", "published_relation", ["target_id"])


def create_log_tables() -> None:
    """The publication log, its head, and how far each follower has come."""
    op.create_table(
        "log_head",
        Column("id", Integer(), primary_key=True),  # with a sequence that nobody asks, as old databases have it
        Column("epoch", Uuid(), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("hash", String(64), nullable=False),
        CheckConstraint("id = 1", name="one_row"),
    )
    op.create_table(
        "log_entry",
        Column("seq", BigInteger(), primary_key=True, autoincrement=False),
        Column("event", String(32), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("lang", String(8), nullable=False),
        Column("edition", Integer(), nullable=False),
        Column("view_sha256", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
        Column("due", MOMENT),
    )
    op.create_index("ix_log_entry_at", "log_entry", ["at", "seq"])
    op.create_index("ix_log_entry_document_id", "log_entry", ["document_id"])
    op.create_table(
        "follower",
        Column("name", String(64), primary_key=True),
        Column("seq", BigInteger(), nullable=False),
        Column("moved_at", MOMENT, server_default=NOW, nullable=False),
    )


def create_file_tables() -> None:
    """Bytes, the files that have them, what the public may read of them, and files that the hub makes."""
    op.create_table(
        "file_blob",
        Column("sha256", String(64), primary_key=True),
        Column("size", BigInteger(), nullable=False),
        Column("held_until", MOMENT),
    )
    op.create_table(
        "stored_file",
        Column("id", Uuid(), primary_key=True),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("sha256", String(64), ForeignKey("file_blob.sha256"), nullable=False),
        Column("name", String(180), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("width", Integer()),
        Column("height", Integer()),
        Column("used", Boolean(), server_default=text("false"), nullable=False),
        Column("uploaded_by", String(128), nullable=False),
        Column("uploaded_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"])
    op.create_index("ix_stored_file_unused", "stored_file", ["uploaded_at"], postgresql_where=text("NOT used"))
    op.create_index("uq_stored_file", "stored_file", ["document_id", "sha256", "name"], unique=True)
    op.create_table(
        "file_size",
        Column("file_id", Uuid(), ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True),
        Column("width", Integer(), primary_key=True),
        Column("height", Integer(), nullable=False),
        Column("sha256", String(64), ForeignKey("file_blob.sha256"), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("size", BigInteger(), nullable=False),
    )
    op.create_index("ix_file_size_sha256", "file_size", ["sha256"])
    op.create_table(
        "published_file",
        Column("file_id", Uuid(), ForeignKey("stored_file.id"), primary_key=True),
        Column("document_id", Uuid(), ForeignKey("document.id"), primary_key=True),
        Column("lang", String(8), primary_key=True),
    )
    op.create_index("ix_published_file_document_id", "published_file", ["document_id"])
    op.create_table(
        "kept_original",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("sha256", String(64), ForeignKey("file_blob.sha256"), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("source", String(64), nullable=False),
        Column("url", String(2000)),
        Column("document_id", Uuid(), ForeignKey("document.id")),
        Column("kept_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_kept_original_document_id", "kept_original", ["document_id"])
    op.create_index("ix_kept_original_sha256", "kept_original", ["sha256"])
    op.create_table(
        "made_file",
        Column("name", String(80), primary_key=True),
        Column("sha256", String(64), ForeignKey("file_blob.sha256"), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("rows", Integer(), nullable=False),
        Column("epoch", Uuid(), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("hash", String(64), nullable=False),
        Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("ix_made_file_sha256", "made_file", ["sha256"])


def create_search_tables() -> None:
    """Passages and how common words are in them, words that mean the same, and the last check of the index."""
    op.create_table(
        "search_passage",
        Column("document_id", Uuid(), ForeignKey("document.id"), primary_key=True),
        Column("lang", String(8), primary_key=True),
        Column("part", Integer(), primary_key=True),
        Column("ref", String()),
        Column("label", String()),
        Column("heading", String(), nullable=False),
        Column("text", String(), nullable=False),
        Column("words", TSVECTOR()),
    )
    op.create_index(
        "ix_search_passage_words",
        "search_passage",
        [text("(ARRAY[document_id])"), "words"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 512},
    )
    op.create_table(
        "search_term",
        Column("term", String(), primary_key=True),
        Column("passages", Float(), nullable=False),
    )
    op.create_table(
        "search_word",
        Column("term", String(120), primary_key=True),
        Column("means", String(200), primary_key=True),
        Column("both_ways", Boolean(), nullable=False),
        Column("removed", Boolean(), nullable=False),
        Column("changed_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_table(
        "search_check",
        Column("id", Integer(), primary_key=True),
        Column("checked_at", MOMENT, server_default=NOW, nullable=False),
        Column("missing", Integer(), nullable=False),
        Column("stale", Integer(), nullable=False),
        Column("extra", Integer(), nullable=False),
        Column("healed", Integer(), nullable=False),
        CheckConstraint("id = 1", name="one_row"),
    )


def create_citation_tables() -> None:
    """What public texts cite, and what documents are known by when they are cited."""
    op.create_table(
        "published_citation",
        Column("document_id", Uuid(), primary_key=True),
        Column("lang", String(8), primary_key=True),
        Column("place", Integer(), primary_key=True),
        Column("seq", BigInteger(), nullable=False),
        Column("kind", String(8), nullable=False),
        Column("field", String(40), nullable=False),
        Column("ref", String()),
        Column("begins", Integer(), nullable=False),
        Column("ends", Integer(), nullable=False),
        Column("text", String(), nullable=False),
        Column("type", String()),
        Column("number", String()),
        Column("number_key", String()),
        Column("serial", String()),
        Column("year", Integer()),
        Column("name", String()),
        Column("issuer", String()),
        Column("dates", ARRAY(Date()), nullable=False),
        Column("parts", JSONB(), nullable=False),
        Column("attached", String()),
        Column("amends", Integer()),
        Column("lookup", ARRAY(Text()), nullable=False),
        Column("reading", Float(), nullable=False),
        Column("outcome", String(12), nullable=False),
        Column("confidence", Float(), nullable=False),
        Column("why", String(), nullable=False),
        Column("target_id", Uuid()),
        Column("target_refs", ARRAY(Text()), nullable=False),
        Column("choices", ARRAY(Uuid()), nullable=False),
    )
    op.create_index("ix_published_citation_choices", "published_citation", ["choices"], postgresql_using="gin")
    op.create_index("ix_published_citation_lookup", "published_citation", ["lookup"], postgresql_using="gin")
    op.create_index("ix_published_citation_target", "published_citation", ["target_id", "document_id"])
    op.create_table(
        "citable",
        Column("document_id", Uuid(), primary_key=True),
        Column("number", String()),
        Column("type", String(), nullable=False),
        Column("title", String(), nullable=False),
        Column("issuers", ARRAY(Text()), nullable=False),
        Column("issued_on", Date(), nullable=False),
        Column("lookup", ARRAY(Text()), nullable=False),
        Column("refs", ARRAY(Text()), nullable=False),
    )
    op.create_index("ix_citable_lookup", "citable", ["lookup"], postgresql_using="gin")


def create_delivery_tables() -> None:
    """Webhooks and WebSub: who wants to be told, what is to be sent, and what came back."""
    op.create_table(
        "webhook_endpoint",
        Column("id", Uuid(), primary_key=True),
        Column("agency", String(64), ForeignKey("agency.code"), nullable=False),
        Column("made_by", String(128), nullable=False),
        Column("label", String(), nullable=False),
        Column("url", String(), nullable=False),
        Column("events", ARRAY(Text()), nullable=False),
        Column("filter", JSONB(), nullable=False),
        Column("format", String(16), nullable=False),
        Column("view", String(8), nullable=False),
        Column("state", String(16), nullable=False),
        Column("reason", String()),
        Column("secret", LargeBinary(), nullable=False),
        Column("old_secret", LargeBinary()),
        Column("old_until", MOMENT),
        Column("position", BigInteger(), nullable=False),
        Column("created_at", MOMENT, server_default=NOW, nullable=False),
        Column("stopped_at", MOMENT),
    )
    op.create_index("ix_webhook_endpoint_agency", "webhook_endpoint", ["agency"])
    op.create_table(
        "webhook_message",
        Column("endpoint_id", Uuid(), ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), primary_key=True),
        Column("seq", BigInteger(), primary_key=True),
        Column("document_id", Uuid(), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("lang", String(8), nullable=False),
        Column("event", String(32), nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("made_at", MOMENT, server_default=NOW, nullable=False),
        Column("first_at", MOMENT),
        Column("next_at", MOMENT, server_default=NOW, nullable=False),
        Column("settled_at", MOMENT),
        Column("status", Integer()),
        Column("error", String()),
        Column("body", LargeBinary()),
        Column("body_sha256", String(64)),
        Column("erased", Boolean(), nullable=False),
    )
    op.create_index("ix_webhook_message_document_id", "webhook_message", ["document_id"])
    op.create_index(
        "ix_webhook_message_parked",
        "webhook_message",
        ["endpoint_id", "seq"],
        postgresql_where=text("state = 'parked'"),
    )
    op.create_index(
        "ix_webhook_message_settled_at",
        "webhook_message",
        ["settled_at"],
        postgresql_where=text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_webhook_message_waiting",
        "webhook_message",
        ["endpoint_id", "seq"],
        postgresql_where=text("state = 'waiting'"),
    )
    op.create_table(
        "webhook_receipt",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("endpoint_id", Uuid(), ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), nullable=False),
        Column("seq", BigInteger()),
        Column("document_id", Uuid()),
        Column("message_id", String(80), nullable=False),
        Column("attempt", Integer(), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("url", String(), nullable=False),
        Column("headers", JSONB(), nullable=False),
        Column("body_sha256", String(64), nullable=False),
        Column("body_bytes", Integer(), nullable=False),
        Column("status", Integer()),
        Column("error", String()),
        Column("seconds", Float()),
        Column("excerpt", String()),
    )
    op.create_index("ix_webhook_receipt_at", "webhook_receipt", ["at"])
    op.create_index("ix_webhook_receipt_document_id", "webhook_receipt", ["document_id"])
    op.create_index("ix_webhook_receipt_endpoint", "webhook_receipt", ["endpoint_id", "id"])
    op.create_index("ix_webhook_receipt_message", "webhook_receipt", ["endpoint_id", "seq"])
    op.create_table(
        "websub_intent",
        Column("key", String(64), primary_key=True),
        Column("mode", String(16), nullable=False),
        Column("callback", String(), nullable=False),
        Column("host", String(255), nullable=False),
        Column("topic", String(), nullable=False),
        Column("lease_seconds", Integer(), nullable=False),
        Column("secret", LargeBinary()),
        Column("denied", String()),
        Column("attempts", Integer(), nullable=False),
        Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        Column("next_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_websub_intent_host", "websub_intent", ["host"])
    op.create_index("ix_websub_intent_next_at", "websub_intent", ["next_at"])
    op.create_table(
        "websub_subscription",
        Column("key", String(64), primary_key=True),
        Column("callback", String(), nullable=False),
        Column("host", String(255), nullable=False),
        Column("topic", String(), nullable=False),
        Column("kind", String(16)),
        Column("secret", LargeBinary()),
        Column("expires_at", MOMENT, nullable=False),
        Column("wanted_seq", BigInteger(), nullable=False),
        Column("sent_seq", BigInteger(), nullable=False),
        Column("sent_etag", String(), nullable=False),
        Column("failures", Integer(), nullable=False),
        Column("next_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_websub_subscription_host", "websub_subscription", ["host"])
    op.create_index("ix_websub_subscription_kind", "websub_subscription", ["kind", "expires_at"])


def create_source_tables() -> None:
    """Sources and what was found at them, imports, where documents came from and what they are known again by."""
    op.create_table(
        "source",
        Column("code", String(64), primary_key=True),
        Column("name", String(200), nullable=False),
        Column("type", String(16), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("agency", String(64), ForeignKey("agency.code"), nullable=False),
        Column("lang", String(8), nullable=False),
        Column("trust", String(8), nullable=False),
        Column("schedule", String(100)),
        Column("config", JSONB(), nullable=False),
        Column("mapping", JSONB(), nullable=False),
        Column("state", String(8), nullable=False),
        Column("made_by", String(128), nullable=False),
        Column("created_at", MOMENT, server_default=NOW, nullable=False),
        Column("next_at", MOMENT),
        Column("overdue_at", MOMENT),
        Column("failures", Integer(), nullable=False),
        Column("last_run_at", MOMENT),
        Column("last_success_at", MOMENT),
        Column("last_error", String()),
    )
    op.create_index("ix_source_agency", "source", ["agency"])
    op.create_index("ix_source_next_at", "source", ["next_at"])
    op.create_table(
        "source_run",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("source", String(64), ForeignKey("source.code"), nullable=False),
        Column("started_at", MOMENT, server_default=NOW, nullable=False),
        Column("finished_at", MOMENT),
        Column("found", Boolean(), nullable=False),
        Column("position", BigInteger(), nullable=False),
        Column("file_sha256", String(64)),
        Column("counts", JSONB(), nullable=False),
        Column("error", String()),
    )
    op.create_index(
        "ix_source_run_open", "source_run", ["source"], unique=True, postgresql_where=text("finished_at IS NULL")
    )
    op.create_index("ix_source_run_source", "source_run", ["source", "id"])
    op.create_table(
        "source_page",
        Column("source", String(64), ForeignKey("source.code"), primary_key=True),
        Column("url", String(2000), primary_key=True),
        Column("etag", String()),
        Column("last_modified", String()),
    )
    op.create_table(
        "source_item",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("source", String(64), ForeignKey("source.code"), nullable=False),
        Column("external_id", String(500), nullable=False),
        Column("url", String(2000)),
        Column("hints", JSONB(), nullable=False),
        Column("state", String(12), nullable=False),
        Column("outcome", String(12)),
        Column("reason", JSONB()),
        Column("record", JSONB()),
        Column("etag", String()),
        Column("last_modified", String()),
        Column("sha256", String(64)),
        Column("document_id", Uuid(), ForeignKey("document.id")),
        Column("original_id", BigInteger()),
        Column("attempts", Integer(), nullable=False),
        Column("next_at", MOMENT),
        Column("seen_run", BigInteger()),
        Column("found_at", MOMENT, server_default=NOW, nullable=False),
        Column("checked_at", MOMENT),
    )
    op.create_index("ix_source_item_document", "source_item", ["document_id"])
    op.create_index(
        "ix_source_item_due", "source_item", ["source", "next_at"], postgresql_where=text("state = 'waiting'")
    )
    op.create_index(
        "ix_source_item_set_aside", "source_item", ["source", "id"], postgresql_where=text("state = 'quarantined'")
    )
    op.create_index("uq_source_item", "source_item", ["source", "external_id"], unique=True)
    op.create_table(
        "web_host",
        Column("host", String(300), primary_key=True),
        Column("free_at", MOMENT),
        Column("robots", String()),
        Column("robots_status", Integer()),
        Column("robots_at", MOMENT),
    )
    op.create_table(
        "provenance",
        Column("source", String(64), primary_key=True),
        Column("source_id", String(500), primary_key=True),
        Column("lang", String(8), primary_key=True),
        Column("document_id", Uuid(), ForeignKey("document.id"), nullable=False),
        Column("content_sha256", String(64), nullable=False),
        Column("seen_at", MOMENT, server_default=NOW, nullable=False),
        Column("leads", Boolean(), server_default=text("true"), nullable=False),
        Column("url", String(2000)),
        Column("fetched_at", MOMENT),
        Column("sha256", String(64)),
        Column("claims", JSONB()),
        Column("conflicts", JSONB()),
    )
    op.create_index(
        "ix_provenance_conflicts", "provenance", ["document_id"], postgresql_where=text("conflicts IS NOT NULL")
    )
    op.create_index("ix_provenance_document_id", "provenance", ["document_id"])
    op.create_table(
        "text_mark",
        Column("document_id", Uuid(), ForeignKey("document.id"), primary_key=True),
        Column("lang", String(8), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("type", String(80)),
        Column("number", String(120)),
        Column("year", Integer()),
        Column("issuers", ARRAY(Text()), nullable=False),
        Column("issued_on", Date()),
        Column("title", String(300), nullable=False),
        Column("figures", String(200), nullable=False),
        Column("shingles", Integer(), nullable=False),
        Column("sketch", ARRAY(Integer()), nullable=False),
        Column("numerals", Integer(), nullable=False),
        Column("numerals_sketch", ARRAY(Integer()), nullable=False),
        Column("lows", ARRAY(Integer()), nullable=False),
    )
    op.create_index(
        "ix_text_mark_lows", "text_mark", ["lows"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.create_index("ix_text_mark_number", "text_mark", ["number", "kind", "lang", "year"])
    op.create_table(
        "import_run",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("file_sha256", String(64), nullable=False),
        Column("file_name", String(), nullable=False),
        Column("format", String(16), nullable=False),
        Column("publish", Boolean(), nullable=False),
        Column("agency", String(64), nullable=False),
        Column("position", BigInteger(), nullable=False),
        Column("created", Integer(), nullable=False),
        Column("changed", Integer(), nullable=False),
        Column("unchanged", Integer(), nullable=False),
        Column("rejected", Integer(), nullable=False),
        Column("published", Integer(), nullable=False),
        Column("started_at", MOMENT, server_default=NOW, nullable=False),
        Column("finished_at", MOMENT),
        Column("joined", Integer(), server_default="0", nullable=False),
    )
    op.create_index(
        "uq_import_run_open",
        "import_run",
        ["file_sha256", "format", "publish", "agency"],
        unique=True,
        postgresql_where=text("finished_at IS NULL"),
    )


def create_press_tables() -> None:
    """Headlines, and bursts of them."""
    op.create_table(
        "press_item",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("key", String(32), nullable=False),
        Column("source", String(64)),
        Column("outlet", String(120), nullable=False),
        Column("title", String(), nullable=False),
        Column("link", String()),
        Column("at", MOMENT, nullable=False),
        Column("time_kind", String(12), nullable=False),
        Column("collected_at", MOMENT),
        Column("topics", ARRAY(Text()), nullable=False),
        Column("places", ARRAY(Text()), nullable=False),
        Column("tone", SmallInteger()),
        Column("lexicon", String(16), nullable=False),
        Column("taken_at", MOMENT, server_default=NOW, nullable=False),
        UniqueConstraint("key"),
    )
    op.create_index("ix_press_item_at", "press_item", ["at", "id"])
    op.create_index("ix_press_item_places", "press_item", ["places"], postgresql_using="gin")
    op.create_index("ix_press_item_source", "press_item", ["source"])
    op.create_index("ix_press_item_topics", "press_item", ["topics"], postgresql_using="gin")
    op.create_table(
        "press_burst",
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("kind", String(8), nullable=False),
        Column("subject", String(), nullable=False),
        Column("first_on", Date(), nullable=False),
        Column("last_on", Date(), nullable=False),
        Column("peak_on", Date(), nullable=False),
        Column("began_at", MOMENT, nullable=False),
        Column("over", Boolean(), nullable=False),
        Column("observed", Integer(), nullable=False),
        Column("expected", Float(), nullable=False),
        Column("score", Float(), nullable=False),
        Column("outlets", Integer(), nullable=False),
        Column("phrases", ARRAY(Text()), nullable=False),
        Column("topics", ARRAY(Text()), nullable=False),
        Column("places", ARRAY(Text()), nullable=False),
        Column("found_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index("ix_press_burst_first_on", "press_burst", ["first_on", "id"])
    op.create_index("ix_press_burst_places", "press_burst", ["places"], postgresql_using="gin")
    op.create_index("ix_press_burst_topics", "press_burst", ["topics"], postgresql_using="gin")


def create_query_table() -> None:
    """GraphQL queries known by their SHA-256."""
    op.create_table(
        "persisted_query",
        Column("sha256", String(64), primary_key=True),
        Column("text", String(), nullable=False),
        Column("names", String(400), nullable=False),
        Column("registered_at", MOMENT),
        Column("used_at", MOMENT, server_default=NOW, nullable=False),
    )
    op.create_index(
        "ix_persisted_query_used_at",
        "persisted_query",
        ["used_at", "sha256"],
        postgresql_where=text("registered_at IS NULL"),
    )
