"""Rules that admins write, which rule decided a mail, and whom a mail was sent to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("senders", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_mail_rule_name")),
    )
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("recipients", sa.JSON(none_as_null=True), nullable=True))
        mail.add_column(sa.Column("rule_id", sa.Integer(), nullable=True))
        mail.create_foreign_key(
            op.f("fk_mail_rule_id_mail_rule"), "mail_rule", ["rule_id"], ["id"], ondelete="SET NULL"
        )
        mail.create_index(op.f("ix_mail_rule_id"), ["rule_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mail") as mail:
        mail.drop_index(op.f("ix_mail_rule_id"))
        mail.drop_constraint(op.f("fk_mail_rule_id_mail_rule"), type_="foreignkey")
        mail.drop_column("rule_id")
        mail.drop_column("recipients")
    op.drop_table("mail_rule")
