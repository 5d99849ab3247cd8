"""Entries of the audit trail can be deleted when they are older than a year; they are never changed."""

from alembic import op

revision = "0009_audit_retention"
down_revision = "0008_persons"


def upgrade() -> None:
    op.execute("DROP TRIGGER audit_is_append_only ON audit_entry")
    op.execute(
        "CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit_entry FOR EACH STATEMENT"
        " EXECUTE FUNCTION hub_refuse('the private trail is append-only')"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit_entry FOR EACH ROW"
        " WHEN (OLD.at > now() - interval '360 days')"
        " EXECUTE FUNCTION hub_refuse('the private trail is append-only')"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_is_kept ON audit_entry")
    op.execute("DROP TRIGGER audit_is_append_only ON audit_entry")
    op.execute(
        "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH STATEMENT"
        " EXECUTE FUNCTION hub_refuse('the private trail is append-only')"
    )
