"""Texts that are NFC already, as all stored ones are, are not composed again: half of what folding cost."""

from alembic import op

revision = '0016'
down_revision = '0015'

FOLD = """CREATE OR REPLACE FUNCTION hub_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, translate({composed}, '/_.-–', '     ')))"""


def upgrade() -> None:
    op.execute(FOLD.format(composed='CASE WHEN value IS NFC NORMALIZED THEN value ELSE normalize(value, NFC) END'))


def downgrade() -> None:
    op.execute(FOLD.format(composed='normalize(value, NFC)'))
