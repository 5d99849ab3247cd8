"""Lists by type, by effect and by page of a sitemap from an index; numbers of live documents, kept by triggers."""

import sqlalchemy as sa

from alembic import op

revision = "0051_scale"
down_revision = "0050_unmapped_names"

LISTED = "seq_to IS NULL AND state = 'live'"
DAYS = ("issued_on", "effective_on")
"""Added to the orders: a filter by day looks for its first items within the index, however far down they are."""
ORDERS = {
    "published": ("kind", "published_at", "document_id"),
    "modified": ("kind", "modified_at", "published_at", "document_id"),
    "issued": ("kind", "issued_on", "published_at", "document_id"),
}
INDEXES = {
    "of_type": ("kind", "doc_type", "published_at", "document_id"),
    "effective": ("kind", "effective_on"),
    "documents": ("kind", "document_id", "modified_at"),
}

STATISTICS = {"type": "kind, doc_type", "agency": "kind, agency"}
"""Kinds differ in their types and agencies: taken for independent, what no bulletin has was expected of a third."""

COUNT_FUNCTION = """
CREATE FUNCTION hub_count_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO live_count AS kept (kind, documents)
    SELECT kind, count(*) FROM (
      SELECT DISTINCT kind, document_id FROM new_views WHERE seq_to IS NULL AND state = 'live') AS opened
    WHERE NOT EXISTS (
      SELECT FROM published_view v WHERE v.document_id = opened.document_id AND v.seq_to IS NULL AND v.state = 'live'
        AND v.id NOT IN (SELECT id FROM new_views))
    GROUP BY kind
    ON CONFLICT (kind) DO UPDATE SET documents = kept.documents + excluded.documents;
  ELSE
    UPDATE live_count SET documents = live_count.documents - closed.documents FROM (
      SELECT kind, count(*) AS documents FROM (
        SELECT DISTINCT o.kind, o.document_id FROM old_views o JOIN new_views n USING (id)
        WHERE o.seq_to IS NULL AND o.state = 'live' AND n.seq_to IS NOT NULL) AS gone
      WHERE NOT EXISTS (
        SELECT FROM published_view v WHERE v.document_id = gone.document_id AND v.seq_to IS NULL AND v.state = 'live')
      GROUP BY kind) AS closed
    WHERE live_count.kind = closed.kind;
  END IF;
  RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER published_view_opened AFTER INSERT ON published_view REFERENCING NEW TABLE AS new_views"
    " FOR EACH STATEMENT EXECUTE FUNCTION hub_count_live()",
    "CREATE TRIGGER published_view_closed AFTER UPDATE ON published_view REFERENCING OLD TABLE AS old_views"
    " NEW TABLE AS new_views FOR EACH STATEMENT EXECUTE FUNCTION hub_count_live()",
)
FILL = f"""
INSERT INTO live_count (kind, documents)
SELECT kind, count(DISTINCT document_id) FROM published_view WHERE {LISTED} GROUP BY kind
"""  # noqa: S608 - our own words


def upgrade() -> None:
    """Build the indexes first: reads go on meanwhile. The triggers stop writes until the numbers are there."""
    for name, columns in INDEXES.items():
        _create_index(name, columns)
    for name, columns in ORDERS.items():
        _replace_index(name, tuple(dict.fromkeys((*columns, *DAYS))))
    op.create_index(
        "ix_published_view_beginning",
        "published_view",
        [sa.text('"left"(hub_title(card), 60) text_pattern_ops')],
        postgresql_where=sa.text(LISTED),
    )
    for name, columns in STATISTICS.items():
        op.execute(f"CREATE STATISTICS published_view_{name} (mcv) ON {columns} FROM published_view")
    op.execute("ANALYZE published_view")
    op.create_table(
        "live_count",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("documents", sa.BigInteger(), nullable=False),
    )
    op.execute(COUNT_FUNCTION)
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.execute(FILL)


def _create_index(name: str, columns: tuple[str, ...]) -> None:
    op.create_index(f"ix_published_view_{name}", "published_view", columns, postgresql_where=sa.text(LISTED))


def _replace_index(name: str, columns: tuple[str, ...]) -> None:
    """Build an index beside the one of this name, then put it in its place."""
    _create_index(f"{name}_new", columns)
    op.drop_index(f"ix_published_view_{name}", "published_view")
    op.execute(f"ALTER INDEX ix_published_view_{name}_new RENAME TO ix_published_view_{name}")


def downgrade() -> None:
    for name in ("opened", "closed"):
        op.execute(f"DROP TRIGGER published_view_{name} ON published_view")
    op.execute("DROP FUNCTION hub_count_live()")
    op.drop_table("live_count")
    for name in STATISTICS:
        op.execute(f"DROP STATISTICS published_view_{name}")
    for name, columns in ORDERS.items():
        _replace_index(name, columns)
    for name in (*INDEXES, "beginning"):
        op.drop_index(f"ix_published_view_{name}", "published_view")
