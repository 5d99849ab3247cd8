"""Channels and priority of bulletins as columns; indexes for the order of ties, for the order by closing, and for the
filters of lists.
"""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from alembic import op

revision = "0040_lists"
down_revision = "0035_picture_placeholder"

LISTED = "seq_to IS NULL AND state = 'live'"
NEWEST = (sa.text("published_at DESC"), sa.text("document_id DESC"))
BATCH = 1_000


def upgrade() -> None:
    op.add_column("published_view", sa.Column("channels", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("published_view", sa.Column("priority", sa.String(16)))
    _fill(op.get_bind())
    for name, columns, where in (
        ("modified", ("kind", "modified_at", "published_at", "document_id"), LISTED),
        ("issued", ("kind", "issued_on", "published_at", "document_id"), LISTED),
        ("title", ("kind", "title_key", *NEWEST), LISTED),
    ):
        op.drop_index(f"ix_published_view_{name}", "published_view")
        op.create_index(f"ix_published_view_{name}", "published_view", columns, postgresql_where=sa.text(where))
    drafts, bulletins = f"{LISTED} AND kind = 'draft'", f"{LISTED} AND priority IS NOT NULL"
    for name, columns, where in (
        ("closes", (sa.text("COALESCE(closes_on, '9999-12-31'::date)"), *NEWEST), drafts),
        ("closed", (sa.text("COALESCE(closes_on, '0001-01-01'::date)"), "published_at", "document_id"), drafts),
        ("high_impact", ("kind", "published_at", "document_id"), f"{LISTED} AND high_impact"),
        ("priority", ("priority", "published_at", "document_id"), bulletins),
    ):
        op.create_index(f"ix_published_view_{name}", "published_view", columns, postgresql_where=sa.text(where))
    op.create_index(
        "ix_published_view_channels",
        "published_view",
        ["channels"],
        postgresql_using="gin",
        postgresql_where=sa.text(bulletins),
    )


def _fill(connection: sa.Connection) -> None:
    """Copy both facts from the cards of bulletins; a card that is damaged keeps the defaults."""
    update = sa.text("UPDATE published_view SET channels = :channels, priority = :priority WHERE id = :id").bindparams(
        sa.bindparam("channels", type_=ARRAY(sa.Text()))
    )
    last = 0
    while True:
        rows = connection.execute(
            sa.text(
                "SELECT id, card FROM published_view WHERE kind = 'bulletin' AND card IS NOT NULL AND id > :last "
                "ORDER BY id LIMIT :batch"
            ),
            {"last": last, "batch": BATCH},
        ).all()
        if not rows:
            return
        last = rows[-1].id
        if found := list(_read_facts(rows)):
            connection.execute(update, found)


def _read_facts(rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        try:
            card = orjson.loads(row.card)
            channels, priority = [str(channel) for channel in card["channels"]], str(card["priority"])[:16]
        except (ValueError, KeyError, TypeError):
            continue
        yield {"id": row.id, "channels": channels, "priority": priority}


def downgrade() -> None:
    for name in ("closes", "closed", "high_impact", "priority", "channels"):
        op.drop_index(f"ix_published_view_{name}", "published_view")
    for name, column in (("modified", "modified_at"), ("issued", "issued_on"), ("title", "title_key")):
        op.drop_index(f"ix_published_view_{name}", "published_view")
        op.create_index(
            f"ix_published_view_{name}",
            "published_view",
            ["kind", column, "document_id"],
            postgresql_where=sa.text(LISTED),
        )
    op.execute("ALTER TABLE published_view DROP COLUMN channels")
    op.execute("ALTER TABLE published_view DROP COLUMN priority")
