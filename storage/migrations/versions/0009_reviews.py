"""Reviews of texts by a second person, and who is editing which text now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('approved', 'changes', 'overtaken')", name=op.f("ck_review_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["translation_version.id"],
            name=op.f("fk_review_version_id_translation_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_version_id"), "review", ["version_id"], unique=False)
    op.create_table(
        "editing",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("since", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic"],
            ["article.topic"],
            name=op.f("fk_editing_topic_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["staff_user.id"],
            name=op.f("fk_editing_user_id_staff_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "topic", "language", name=op.f("pk_editing")),
    )


def downgrade() -> None:
    op.drop_table("editing")
    op.drop_index(op.f("ix_review_version_id"), table_name="review")
    op.drop_table("review")
