"""What stands below a mail's text: signature, disclaimer, "sent from my phone"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("text_signature", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("mail") as mail:
        mail.drop_column("text_signature")
