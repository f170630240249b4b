"""Training messages, and the questions that somebody has settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(length=200), nullable=True),
        sa.Column("in_files", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "language IN ('da', 'en', 'pl', 'lt', 'ro', 'de')",
            name=op.f("ck_training_message_language"),
        ),
        sa.CheckConstraint(
            "origin IN ('import', 'editor')", name=op.f("ck_training_message_origin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_message")),
        sa.UniqueConstraint("language", "digest", name=op.f("uq_training_message_language")),
    )
    with op.batch_alter_table("training_message", schema=None) as batch_op:
        batch_op.create_index("ix_training_message_label", ["label", "language"], unique=False)

    op.create_table(
        "settled_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["training_message.id"],
            name=op.f("fk_settled_question_message_id_training_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_question")),
        sa.UniqueConstraint("language", "digest", name=op.f("uq_settled_question_language")),
    )
    with op.batch_alter_table("settled_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settled_question_message_id"), ["message_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("settled_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settled_question_message_id"))

    op.drop_table("settled_question")
    with op.batch_alter_table("training_message", schema=None) as batch_op:
        batch_op.drop_index("ix_training_message_label")

    op.drop_table("training_message")
