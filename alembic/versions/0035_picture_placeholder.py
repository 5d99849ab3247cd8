"""The colour that stands for a picture until it is loaded."""

import sqlalchemy as sa

from alembic import op

revision = "0035_picture_placeholder"
down_revision = "0025_people"


def upgrade() -> None:
    op.add_column("stored_file", sa.Column("placeholder", sa.String(7)))


def downgrade() -> None:
    op.drop_column("stored_file", "placeholder")
