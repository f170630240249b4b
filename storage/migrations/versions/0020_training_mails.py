"""Mails that models learn from, what a training changes for mails, alarms on live precision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.times import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = UtcDateTime(timezone=True)
    op.create_table(
        "training_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("kept_back", sa.Boolean(), nullable=False),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state != 'refused' OR (subject = '' AND body = '')",
            name=op.f("ck_training_mail_refused_is_empty"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["desk_case.id"], name=op.f("fk_training_mail_case_id_desk_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_mail")),
        sa.UniqueConstraint("case_id", name=op.f("uq_training_mail_case_id")),
        sa.UniqueConstraint("language", "digest", name=op.f("uq_training_mail_language")),
    )
    op.create_index(
        "ix_training_mail_state", "training_mail", ["state", "language", "label"], unique=False
    )
    op.create_table(
        "precision_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("trouble", sa.String(length=8), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precision_alarm")),
    )
    lasting = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_precision_alarm_lasting",
        "precision_alarm",
        ["language", "shelf"],
        unique=True,
        sqlite_where=lasting,
        postgresql_where=lasting,
    )
    with op.batch_alter_table("training_run") as run:
        run.add_column(sa.Column("mail_figures", sa.JSON(none_as_null=True), nullable=True))
        run.add_column(sa.Column("mail_changes", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("training_run") as run:
        run.drop_column("mail_changes")
        run.drop_column("mail_figures")
    op.drop_index("uq_precision_alarm_lasting", table_name="precision_alarm")
    op.drop_table("precision_alarm")
    op.drop_index("ix_training_mail_state", table_name="training_mail")
    op.drop_table("training_mail")
