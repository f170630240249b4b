"""The topics in the database, where new ones are made; the next import brings those of the files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("variants", sa.String(length=20), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "queue IN ('tax', 'jobseeker', 'visitation')", name=op.f("ck_topic_queue")
        ),
        sa.CheckConstraint("origin IN ('import', 'editor')", name=op.f("ck_topic_origin")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic")),
    )


def downgrade() -> None:
    op.drop_table("topic")
