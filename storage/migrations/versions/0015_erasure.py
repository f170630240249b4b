"""How long cases are kept, what was erased, and what is to be deleted in the mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.append_only import triggers
from storage.times import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_REMOVAL_STATES = ("waiting", "removing", "done", "gone", "unable")


def upgrade() -> None:
    with op.batch_alter_table("desk_case") as case:
        case.add_column(sa.Column("erased_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("erased_at", UtcDateTime(timezone=True), nullable=True))
        mail.add_column(sa.Column("erased_digest", sa.String(length=80), nullable=True))
        mail.create_index(op.f("ix_mail_erased_at"), ["erased_at"])
        mail.create_index(op.f("ix_mail_erased_digest"), ["erased_digest"])
    with op.batch_alter_table("reply") as reply:
        reply.alter_column("original_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "retention",
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("open_days", sa.Integer(), nullable=True),
        sa.Column("in_mailbox", sa.String(length=8), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shelf", name=op.f("pk_retention")),
    )
    _create_erasure()
    _create_removal()


def _create_erasure() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=64), nullable=True),
        sa.Column("filed_under", sa.String(length=60), nullable=True),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["desk_case.id"], name=op.f("fk_erasure_case_id_desk_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_case_id"), "erasure", ["case_id"], unique=False)
    for statement in triggers("erasure", op.get_bind().dialect.name):
        op.execute(statement)


def _create_removal() -> None:
    op.create_table(
        "removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("reply_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Enum(*_REMOVAL_STATES, native_enum=False, length=16), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasure.id"], name=op.f("fk_removal_erasure_id_erasure")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_removal_mail_id_mail")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_removal_reply_id_reply")),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_removal_mailbox_id_mailbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    op.create_index(op.f("ix_removal_mail_id"), "removal", ["mail_id"], unique=False)
    op.create_index("ix_removal_due", "removal", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("removal")
    op.drop_table("erasure")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION erasure_refuse()")
    op.drop_table("retention")
    # What was erased has nothing that the older schema could hold: its replies are taken away.
    op.execute("DELETE FROM reply WHERE original_id IS NULL")
    with op.batch_alter_table("reply") as reply:
        reply.alter_column("original_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("mail") as mail:
        mail.drop_index(op.f("ix_mail_erased_digest"))
        mail.drop_index(op.f("ix_mail_erased_at"))
        mail.drop_column("erased_digest")
        mail.drop_column("erased_at")
    with op.batch_alter_table("desk_case") as case:
        case.drop_column("erased_at")
