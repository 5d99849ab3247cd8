"""Delete texts of mutations that clients sent by hash before these were refused: their words may have to be erased.

Registered queries stay. A query with a word `mutation` that is none is stored again when its client sends it again.
"""

from alembic import op

revision = "0045_persisted_mutations"
down_revision = "0044_comments"


def upgrade() -> None:
    op.execute(r"DELETE FROM persisted_query WHERE registered_at IS NULL AND text ~ '\ymutation\y'")


def downgrade() -> None:
    """Texts that were deleted are not needed."""
