"""Persons of agencies, the person and the maker of each key, keys limited to some agencies, hands on a source; the
editors' desk: assignments and notes.
"""

from unicodedata import normalize
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from alembic import op

revision = "0025_people"
down_revision = "0021_registry_editing"

WORKING = "state IN ('approved', 'drafting', 'in_review', 'scheduled')"
ALARMING = "verb IN ('key-create', 'key-widen', 'key-end', 'key-rotate', 'person-create', 'person-end', 'key-seen')"


def upgrade() -> None:
    now = sa.func.now()
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("agency", sa.String(64), sa.ForeignKey("agency.code"), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(128)),
        sa.Column("email", sa.String(254)),
        sa.Column("known_as", ARRAY(sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(128)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_person_subject", "person", ["subject"], postgresql_where=sa.text("subject IS NOT NULL"))
    op.add_column("api_key", sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")))
    op.create_index("ix_api_key_person_id", "api_key", ["person_id"])
    op.add_column("api_key", sa.Column("agencies", ARRAY(sa.Text())))
    op.add_column("api_key", sa.Column("created_by", sa.String(128)))
    op.add_column("api_key", sa.Column("vouched_at", sa.DateTime(timezone=True)))
    op.add_column("source", sa.Column("changed_by", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.create_index("ix_audit_entry_keys", "audit_entry", ["id"], postgresql_where=sa.text(ALARMING))
    op.create_index(
        "ix_edition_worklist", "edition", ["changed_at", "document_id", "lang"], postgresql_where=sa.text(WORKING)
    )
    op.create_table(
        "assignment",
        sa.Column("document_id", sa.Uuid(), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True),
        sa.Column("due", sa.DateTime(timezone=True)),
        sa.Column("assigned_by", sa.String(128), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
    )
    op.create_table(
        "editors_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("document_id", sa.Uuid(), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("lang", sa.String(8)),
        sa.Column("edition", sa.Integer()),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("text", sa.String()),
        sa.Column("written_by", sa.String(128), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=now),
    )
    op.create_index("ix_editors_note_document", "editors_note", ["document_id", "id"])
    _name_persons()


def _name_persons() -> None:
    """Make a person of each name that the keys of an agency have."""
    connection = op.get_bind()
    made = {}
    keys = connection.execute(sa.text("SELECT id, agency, person FROM api_key WHERE person IS NOT NULL ORDER BY id"))
    for key_id, agency, name in keys.all():
        folded = " ".join(normalize("NFKC", name).casefold().split())
        person = made.get((agency, folded))
        if person is None:
            person = made[agency, folded] = uuid4()
            connection.execute(
                sa.text("INSERT INTO person (id, agency, name, known_as) VALUES (:id, :agency, :name, ARRAY[:folded])"),
                {"id": person, "agency": agency, "name": name, "folded": folded},
            )
        connection.execute(
            sa.text("UPDATE api_key SET person_id = :person WHERE id = :id"), {"person": person, "id": key_id}
        )


def downgrade() -> None:
    op.drop_table("editors_note")
    op.drop_table("assignment")
    op.drop_index("ix_edition_worklist", "edition")
    op.drop_index("ix_audit_entry_keys", "audit_entry")
    op.drop_column("source", "changed_by")
    for column in ("vouched_at", "created_by", "agencies", "person_id"):
        op.drop_column("api_key", column)
    op.drop_table("person")
