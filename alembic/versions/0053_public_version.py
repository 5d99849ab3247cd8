"""Versions of public state that changes without a log entry: the database counts each transaction that changes some."""

import sqlalchemy as sa

from alembic import op

revision = "0053_public_version"
down_revision = "0052_log_verification"

COUNTERS = ("registry_entries", "files", "views", "consultations", "citations", "queries")

VIEW_COLUMNS = (
    'document_id, edition_id, kind, lang, state, seq_from, schema_version, card, "full", sha256, redirect_to, agency, '
    "issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, "
    "closes_on, consultation_id, consultation_stage, consultation_version, opens_at, closes_at, high_impact, "
    "impact_stated, channels, priority, valid_until, edition, update_type, change_note, correction_of, published_at, "
    "modified_at"
)
"""Columns of views that readers see. A view that closes sets the others."""
CONSULTATION_COLUMNS = (
    "number, agency, state, opens_at, closes_at, announced_closes_at, announced_at, opened_at, closed_at, answered_at, "
    "adopted_at, dropped_at, dropped_reason, short_reason, policy_id, without_answers, adopted_reason, version, "
    "review_first, closing_soon_for, comments_root"
)
"""Not the numbers of changes of comments: each comment would wait here for every other one."""

EVERY = "INSERT OR UPDATE OR DELETE"
WATCHED = {
    "registry_entries": dict.fromkeys(
        ("agency", "agency_successor", "topic", "place", "place_successor", "spokesperson"), EVERY
    ),
    "files": {
        "stored_file": "INSERT OR DELETE OR UPDATE OF document_id, name, media_type, size, width, height, "
        '"placeholder"',
        "file_size": EVERY,
    },
    "views": {"published_view": f"DELETE OR UPDATE OF {VIEW_COLUMNS}"},
    "consultations": {
        "consultation": f"INSERT OR DELETE OR UPDATE OF {CONSULTATION_COLUMNS}",
        "consultation_document": EVERY,
        "consultation_draft": EVERY,
    },
    "citations": {"published_citation": EVERY, "citable": EVERY},
    "queries": {"persisted_query": "DELETE OR UPDATE OF text, registered_at"},
}

FUNCTION = """
CREATE FUNCTION hub_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('hub.counted_' || TG_ARGV[0], true) = '1' THEN
    RETURN NULL;
  END IF;
  EXECUTE format('UPDATE public_version SET %1$I = %1$I + 1', TG_ARGV[0]);
  PERFORM set_config('hub.counted_' || TG_ARGV[0], '1', true);
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Triggers run at the commit of a transaction, after all its other locks: this one is held while nothing waits."""
    op.create_table(
        "public_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in COUNTERS),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.execute("INSERT INTO public_version (id) VALUES (1)")
    op.execute(FUNCTION)
    for counter, tables in WATCHED.items():
        for table, events in tables.items():
            op.execute(
                f"CREATE CONSTRAINT TRIGGER {table}_version AFTER {events} ON {table} DEFERRABLE INITIALLY DEFERRED"
                f" FOR EACH ROW EXECUTE FUNCTION hub_count_version('{counter}')"
            )


def downgrade() -> None:
    for tables in WATCHED.values():
        for table in tables:
            op.execute(f"DROP TRIGGER {table}_version ON {table}")
    op.execute("DROP FUNCTION hub_count_version()")
    op.drop_table("public_version")
