"""The registry is edited: versions of entries, former names, topics that end, English names of places."""

from alembic import op

revision = "0021_registry_editing"
down_revision = "0020_log_subjects"


def upgrade() -> None:
    for table in ("agency", "topic", "place", "spokesperson"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN version integer NOT NULL DEFAULT 1")
    for table in ("agency", "topic"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN former_names jsonb NOT NULL DEFAULT '[]'::jsonb")
    op.execute("ALTER TABLE topic ADD COLUMN valid_to date")
    op.execute("ALTER TABLE place ADD COLUMN name_en varchar")


def downgrade() -> None:
    op.execute("ALTER TABLE place DROP COLUMN name_en")
    op.execute("ALTER TABLE topic DROP COLUMN valid_to")
    for table in ("agency", "topic"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN former_names")
    for table in ("agency", "topic", "place", "spokesperson"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN version")
