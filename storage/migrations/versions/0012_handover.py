"""Hand-overs: questions from the form of the chat, which come to a case without a mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail") as mail:
        mail.alter_column("mailbox_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("turn") as turn:
        turn.add_column(sa.Column("reference", sa.String(length=16), nullable=True))
    op.create_table(
        "handover",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=43), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("municipality", sa.String(length=60), nullable=True),
        sa.Column("has_conversation", sa.Boolean(), nullable=False),
        sa.Column("number_hidden", sa.Boolean(), nullable=False),
        sa.Column("expected_by", sa.Date(), nullable=True),
        sa.Column("opens_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["desk_case.id"], name=op.f("fk_handover_case_id_desk_case")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_handover_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handover")),
        sa.UniqueConstraint("case_id", name=op.f("uq_handover_case_id")),
    )
    op.create_index(
        op.f("ix_handover_conversation_id"), "handover", ["conversation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_handover_conversation_id"), table_name="handover")
    op.drop_table("handover")
    with op.batch_alter_table("turn") as turn:
        turn.drop_column("reference")
    _forget_questions_of_the_form()
    with op.batch_alter_table("mail") as mail:
        mail.alter_column("mailbox_id", existing_type=sa.Integer(), nullable=False)


def _forget_questions_of_the_form() -> None:
    """Take away the mails that lie in no mailbox; what was asked stays encrypted, the case stays."""
    op.execute(
        "DELETE FROM mail_transition WHERE mail_id IN (SELECT id FROM mail WHERE mailbox_id IS NULL)"
    )
    op.execute("DELETE FROM mail WHERE mailbox_id IS NULL")
