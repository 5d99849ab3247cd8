"""Entries of the log get a version and a subject. Stored entries keep version 1, their members and their hashes."""

from alembic import op

revision = "0020_log_subjects"
down_revision = "0011_websub_waiting"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE log_entry"
        " ADD COLUMN version smallint NOT NULL DEFAULT 1,"
        " ADD COLUMN subject varchar(16) NOT NULL DEFAULT 'document',"
        " ADD COLUMN subject_id varchar(128),"
        " ADD COLUMN data jsonb,"
        " ALTER COLUMN kind DROP NOT NULL,"
        " ALTER COLUMN document_id DROP NOT NULL,"
        " ALTER COLUMN lang DROP NOT NULL,"
        " ALTER COLUMN edition DROP NOT NULL,"
        " ALTER COLUMN view_sha256 DROP NOT NULL,"
        " ADD CONSTRAINT log_entry_subject_members CHECK ("
        "CASE WHEN subject = 'document' THEN num_nonnulls(kind, document_id, lang, edition, view_sha256) = 5"
        " ELSE num_nonnulls(subject_id, data) = 2 AND version >= 2 END) NOT VALID"
    )
    op.execute("ALTER TABLE webhook_message ALTER COLUMN document_id DROP NOT NULL")
    # Validated apart from the change above: old entries are read without blocking their readers.
    op.execute("ALTER TABLE log_entry VALIDATE CONSTRAINT log_entry_subject_members")


def downgrade() -> None:
    op.execute("ALTER TABLE webhook_message ALTER COLUMN document_id SET NOT NULL")
    op.execute(
        "ALTER TABLE log_entry"
        " DROP CONSTRAINT log_entry_subject_members,"
        " ALTER COLUMN kind SET NOT NULL,"
        " ALTER COLUMN document_id SET NOT NULL,"
        " ALTER COLUMN lang SET NOT NULL,"
        " ALTER COLUMN edition SET NOT NULL,"
        " ALTER COLUMN view_sha256 SET NOT NULL,"
        " DROP COLUMN version, DROP COLUMN subject, DROP COLUMN subject_id, DROP COLUMN data"
    )
