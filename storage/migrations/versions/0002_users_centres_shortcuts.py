"""Users: the centres of caseworkers, shortcuts that can be switched off, first passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staff_user",
        sa.Column("centres", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column(
        "staff_user",
        sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.add_column(
        "staff_user",
        sa.Column("first_password", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("staff_user", "first_password")
    op.drop_column("staff_user", "shortcuts")
    op.drop_column("staff_user", "centres")
