"""Channels and priority of bulletins as columns; indexes for the order of ties, for the order by closing, and for the
filters of lists.
"""

from collections.abc import Iterator, Sequence
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
FUNCTION = """
CREATE FUNCTION hub_bulletin_facts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE card jsonb;
BEGIN
  card := convert_from(NEW.card, 'UTF8')::jsonb;
  NEW.channels := ARRAY(SELECT jsonb_array_elements_text(card -> 'channels'));
  NEW.priority := left(card ->> 'priority', 16);
  RETURN NEW;
EXCEPTION WHEN OTHERS THEN
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER published_view_bulletin_facts BEFORE INSERT ON published_view FOR EACH ROW
WHEN (NEW.kind = 'bulletin' AND NEW.priority IS NULL AND NEW.card IS NOT NULL)
EXECUTE FUNCTION hub_bulletin_facts()
"""
"""For processes of the version before, which go on publishing until they are replaced and do not know the columns."""


def upgrade() -> None:
    """Build what needs no new column first: reads go on meanwhile, and wait only while the last part runs."""
    orders = (
        ("modified", ("kind", "modified_at", "published_at", "document_id")),
        ("issued", ("kind", "issued_on", "published_at", "document_id")),
        ("title", ("kind", "title_key", *NEWEST)),
    )
    for name, columns in orders:
        _create_index(f"{name}_ties", columns, LISTED)
    drafts, bulletins = f"{LISTED} AND kind = 'draft'", f"{LISTED} AND priority IS NOT NULL"
    _create_index("closes", (sa.text("COALESCE(closes_on, '9999-12-31'::date)"), *NEWEST), drafts)
    _create_index("closed", (sa.text("COALESCE(closes_on, '0001-01-01'::date)"), "published_at", "document_id"), drafts)
    _create_index("high_impact", ("kind", "published_at", "document_id"), f"{LISTED} AND high_impact")
    _create_index("type", ("doc_type", "published_at"), LISTED)
    facts = list(_read_all_facts(op.get_bind()))

    op.add_column("published_view", sa.Column("channels", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("published_view", sa.Column("priority", sa.String(16)))
    _fill(op.get_bind(), facts)
    _create_index("priority", ("priority", "published_at", "document_id"), bulletins)
    _create_index("channels", ("channels",), bulletins, postgresql_using="gin")
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    for name, _ in orders:
        op.drop_index(f"ix_published_view_{name}", "published_view")
        op.execute(f"ALTER INDEX ix_published_view_{name}_ties RENAME TO ix_published_view_{name}")


def _create_index(name: str, columns: Sequence[Any], where: str, **options: Any) -> None:
    index = f"ix_published_view_{name}"
    op.create_index(index, "published_view", columns, postgresql_where=sa.text(where), **options)


def _read_all_facts(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Read both facts from the cards of bulletins; a card that is damaged keeps the defaults."""
    page = sa.text(
        "SELECT id, card FROM published_view WHERE kind = 'bulletin' AND card IS NOT NULL AND id > :last "
        "ORDER BY id LIMIT :batch"
    )
    last = 0
    while rows := connection.execute(page, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        yield from _read_facts(rows)


def _fill(connection: sa.Connection, facts: Sequence[dict[str, Any]]) -> None:
    update = sa.text(
        "UPDATE published_view v SET channels = string_to_array(n.channels, ' '), priority = n.priority "
        "FROM unnest(CAST(:ids AS bigint[]), CAST(:channels AS text[]), CAST(:priorities AS text[])) "
        "AS n(id, channels, priority) WHERE v.id = n.id"
    )
    for start in range(0, len(facts), BATCH):
        batch = facts[start : start + BATCH]
        names = ("ids", "id"), ("channels", "channels"), ("priorities", "priority")
        connection.execute(update, {name: [each[member] for each in batch] for name, member in names})


def _read_facts(rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        try:
            card = orjson.loads(row.card)
            channels, priority = " ".join(str(channel) for channel in card["channels"]), str(card["priority"])[:16]
        except (ValueError, KeyError, TypeError):
            continue
        yield {"id": row.id, "channels": channels, "priority": priority}


def downgrade() -> None:
    op.execute("DROP TRIGGER published_view_bulletin_facts ON published_view")
    op.execute("DROP FUNCTION hub_bulletin_facts()")
    for name in ("closes", "closed", "high_impact", "priority", "channels", "type"):
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
