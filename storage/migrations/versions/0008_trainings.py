"""Trainings that admins ask for, the models they brought forth, and what those changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=True),
        sa.Column("asked_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("finished_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=16), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=True),
        sa.Column("compared_with", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["compared_with"],
            ["training_run.id"],
            name=op.f("fk_training_run_compared_with_training_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
    )
    for state in ("active", "waiting"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_training_run_{state}",
            "training_run",
            ["state"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )
    op.create_table(
        "changed_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("validation", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("better", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["training_run.id"], name=op.f("fk_changed_message_run_id_training_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_message")),
    )
    op.create_index(
        "ix_changed_message_run", "changed_message", ["run_id", "better", "language", "id"]
    )


def downgrade() -> None:
    op.drop_table("changed_message")
    op.drop_table("training_run")
