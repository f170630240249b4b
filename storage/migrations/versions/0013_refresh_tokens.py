"""The newest refresh token of a mailbox whose server takes no password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refresh_token",
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("given_digest", sa.String(length=64), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["original_id"],
            ["original.id"],
            name=op.f("fk_refresh_token_original_id_original"),
        ),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_refresh_token")),
    )


def downgrade() -> None:
    connection = op.get_bind()
    kept = connection.execute(sa.text("SELECT original_id FROM refresh_token")).scalars().all()
    op.drop_table("refresh_token")
    for original_id in kept:
        connection.execute(sa.text("DELETE FROM original WHERE id = :id"), {"id": original_id})
