"""Folders that people use too: where a mail is now, what was last seen, reconciliations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = storage.times.UtcDateTime(timezone=True)
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("missing_since", moment, nullable=True))
        mail.add_column(sa.Column("returned_at", moment, nullable=True))
    with op.batch_alter_table("mailbox") as mailbox:
        mailbox.add_column(sa.Column("reconciliation_due_at", moment, nullable=True))
    op.create_table(
        "folder_look",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uidnext", sa.BigInteger(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=True),
        sa.Column("modseq", sa.BigInteger(), nullable=True),
        sa.Column("seen_below", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", moment, nullable=False),
        sa.Column("scanned_uidvalidity", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_folder_look_mailbox_id_mailbox")
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "folder", name=op.f("pk_folder_look")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("unexplained", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_reconciliation_mailbox_id_mailbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_index(
        op.f("ix_reconciliation_mailbox_id"), "reconciliation", ["mailbox_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_reconciliation_mailbox_id"), table_name="reconciliation")
    op.drop_table("reconciliation")
    op.drop_table("folder_look")
    with op.batch_alter_table("mailbox") as mailbox:
        mailbox.drop_column("reconciliation_due_at")
    with op.batch_alter_table("mail") as mail:
        mail.drop_column("returned_at")
        mail.drop_column("missing_since")
