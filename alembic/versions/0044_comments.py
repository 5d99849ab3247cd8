"""Comments on drafts with their keys, files, places, groups and answers; the bodies that are asked."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0044_comments"
down_revision = "0043_consultation"

MOMENT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB()
COUNTERS = (("consultation", "grouped_changes"), ("consultation_draft", "carried_changes"))


def upgrade() -> None:
    op.add_column("consultation", sa.Column("review_first", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("consultation", sa.Column("closing_counts", JSON))
    op.add_column("consultation", sa.Column("comments_root", sa.LargeBinary()))
    op.add_column("consultation", sa.Column("closing_soon_for", MOMENT))
    for table, column in COUNTERS:
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "consultation_body",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _consultation(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("agency", sa.String(64), sa.ForeignKey("agency.code")),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("letter_number", sa.String(100)),
        sa.Column("due_on", sa.Date()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("reply_number", sa.String(100)),
        sa.Column("replied_on", sa.Date()),
        sa.Column("agrees_entirely", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("file_sha256", sa.String(64), sa.ForeignKey("file_blob.sha256"), index=True),
        sa.Column("file_name", sa.String(255)),
        sa.Column("reminded_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('agency', 'association', 'front')", name="consultation_body_kind"),
    )
    op.create_index("uq_consultation_body", "consultation_body", ["consultation_id", "name"], unique=True)
    op.create_table(
        "comment_group",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _consultation(index=True),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    _create_comment()
    op.create_table(
        "comment_key",
        sa.Column("comment_id", sa.Uuid(), sa.ForeignKey("comment.id"), primary_key=True),
        sa.Column("purpose", sa.String(16), primary_key=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary()),
    )
    op.create_table(
        "comment_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("comment_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("wording", sa.String(64), nullable=False),
        sa.Column("wording_version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
    )
    op.create_table(
        "comment_file",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("comment_id", sa.Uuid(), sa.ForeignKey("comment.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("blob_sha256", sa.String(64), sa.ForeignKey("file_blob.sha256"), index=True),
        sa.CheckConstraint("state IN ('waiting', 'clean', 'refused')", name="comment_file_state"),
    )
    op.create_index("uq_comment_file", "comment_file", ["comment_id", "position"], unique=True)
    op.create_table(
        "spent_challenge",
        sa.Column("id", sa.LargeBinary(), primary_key=True),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table(
        "comment_quota",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("window_start", MOMENT, primary_key=True),
        sa.Column("used", sa.Integer(), nullable=False),
    )
    op.create_table(
        "quota_key",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
    )
    _create_decision()
    _create_answer()
    _create_place()


def _consultation(*, index: bool = False) -> sa.Column[object]:
    return sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultation.id"), nullable=False, index=index)


def _draft_key(name: str) -> sa.ForeignKeyConstraint:
    own, target = ["consultation_id", "draft_position"], "consultation_draft"
    return sa.ForeignKeyConstraint(own, [f"{target}.consultation_id", f"{target}.position"], name=name)


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, unique=True),
        _consultation(),
        sa.Column("draft_position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(200)),
        sa.Column("lineage", sa.String(200)),
        sa.Column("quote", JSON),
        *(sa.Column(name, sa.String(16), nullable=False) for name in ("stance", "author_kind", "shown", "state")),
        sa.Column("held_for", sa.ARRAY(sa.String(32)), nullable=False, server_default="{}"),
        sa.Column("hidden_reason", sa.String(64)),
        *(sa.Column(name, sa.LargeBinary()) for name in ("content_sealed", "contact_sealed", "code_sha256")),
        sa.Column("commitment", sa.LargeBinary()),
        sa.Column("is_counted", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("comment_group.id")),
        sa.Column("body_id", sa.Uuid(), sa.ForeignKey("consultation_body.id"), index=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        _draft_key("fk_comment_draft"),
        sa.CheckConstraint("state IN ('waiting', 'public', 'hidden', 'withdrawn', 'erased')", name="comment_state"),
        sa.CheckConstraint(
            "stance IN ('agrees', 'agrees_in_part', 'against', 'suggests', 'asks')", name="comment_stance"
        ),
        sa.CheckConstraint(
            "author_kind IN ('person', 'organisation', 'business', 'anonymous', 'body', 'front')",
            name="comment_author_kind",
        ),
        sa.CheckConstraint("shown IN ('name', 'kind', 'nothing')", name="comment_shown"),
        sa.CheckConstraint("(state = 'hidden') = (hidden_reason IS NOT NULL)", name="comment_hidden"),
    )
    op.create_index("ix_comment_list", "comment", ["consultation_id", "state", "number"])
    op.create_index("ix_comment_waiting", "comment", ["consultation_id"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_comment_group", "comment", ["group_id"], postgresql_where=sa.text("group_id IS NOT NULL"))
    has_code = sa.text("code_sha256 IS NOT NULL")
    op.create_index("ix_comment_code", "comment", ["code_sha256"], unique=True, postgresql_where=has_code)


def _create_decision() -> None:
    op.create_table(
        "comment_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), sa.ForeignKey("comment.id"), nullable=False, index=True),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("reason_before", sa.String(64)),
        sa.Column("held_before", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
    )
    op.create_index("ix_comment_decision_batch", "comment_decision", ["batch_id"])


def _create_answer() -> None:
    op.create_table(
        "comment_answer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _consultation(index=True),
        sa.Column("comment_id", sa.Uuid(), sa.ForeignKey("comment.id")),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("comment_group.id")),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_position", sa.Integer()),
        sa.Column("changed_ref", sa.String(200)),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(comment_id IS NULL) <> (group_id IS NULL)", name="comment_answer_of_one"),
        sa.CheckConstraint("outcome IN ('accepted', 'partly', 'rejected', 'noted')", name="comment_answer_outcome"),
        sa.CheckConstraint("(changed_ref IS NULL) = (changed_position IS NULL)", name="comment_answer_change"),
    )
    for name, column in (("uq_comment_answer", "comment_id"), ("uq_comment_answer_group", "group_id")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "comment_answer", [column], unique=True, postgresql_where=where)


def _create_place() -> None:
    op.create_table(
        "comment_place",
        sa.Column("comment_id", sa.Uuid(), sa.ForeignKey("comment.id"), primary_key=True),
        sa.Column("draft_position", sa.Integer(), primary_key=True),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(200)),
        sa.Column("lineage", sa.String(200)),
        sa.Column("quote", JSON),
        sa.Column("doubt", sa.String(32)),
        sa.Column("score", sa.Float()),
        sa.Column("confirmed_by", sa.String(64)),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        _draft_key("fk_comment_place_draft"),
        sa.CheckConstraint(
            "status IN ('exact', 'moved', 'reworded', 'uncertain', 'orphaned')", name="comment_place_status"
        ),
    )
    op.create_index("ix_comment_place_draft", "comment_place", ["consultation_id", "draft_position", "status"])


def downgrade() -> None:
    for name in (
        "comment_place",
        "comment_answer",
        "comment_decision",
        "quota_key",
        "comment_quota",
        "spent_challenge",
        "comment_file",
        "comment_receipt",
        "comment_key",
        "comment",
        "comment_group",
        "consultation_body",
    ):
        op.drop_table(name)
    for table, column in COUNTERS:
        op.drop_column(table, column)
    for name in ("review_first", "closing_counts", "comments_root", "closing_soon_for"):
        op.drop_column("consultation", name)
