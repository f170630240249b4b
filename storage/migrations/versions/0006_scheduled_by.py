"""Who decided when a draft is published by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "translation_version", sa.Column("scheduled_by", sa.String(length=64), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("translation_version", "scheduled_by")
