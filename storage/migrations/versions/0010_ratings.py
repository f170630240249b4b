"""Whether an answer helped, as the person says; and longer situations, which may name a centre."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("turn") as turn:
        turn.add_column(sa.Column("helped", sa.Boolean(), nullable=True))
        turn.add_column(sa.Column("unhelpful_reason", sa.String(length=24), nullable=True))
        turn.alter_column(
            "variant",
            existing_type=sa.String(length=80),
            type_=sa.String(length=160),
            existing_nullable=True,
        )


def downgrade() -> None:
    with op.batch_alter_table("turn") as turn:
        turn.alter_column(
            "variant",
            existing_type=sa.String(length=160),
            type_=sa.String(length=80),
            existing_nullable=True,
        )
        turn.drop_column("unhelpful_reason")
        turn.drop_column("helped")
