"""Words that mean the same, as data; and titles as `suggest` compares them."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '0007'
down_revision = '0006'

# A view's card never changes in its meaning, so its folded title may be called immutable. The space in front makes the
# beginning of every word, the first too, look the same to `LIKE '% word%'`.
FUNCTIONS = (
    """CREATE FUNCTION hub_title(card bytea) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN ' ' || public.hub_fold(convert_from(card, 'UTF8')::json ->> 'title')""",
    """CREATE INDEX ix_published_view_suggest ON published_view USING gin (hub_title(card) gin_trgm_ops)
        WHERE seq_to IS NULL AND state = 'live'""",
)


def upgrade() -> None:
    op.create_table('search_word',
    sa.Column('term', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('means', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('both_ways', sa.Boolean(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('term', 'means')
    )
    for statement in FUNCTIONS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX ix_published_view_suggest")
    op.execute("DROP FUNCTION hub_title")
    op.drop_table('search_word')
