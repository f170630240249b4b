"""Indexes, so that a mail costs the same however many there were before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mail_fingerprint_mailbox_id", "mail", ["fingerprint", "mailbox_id"])
    op.drop_index("ix_mail_fingerprint", "mail")
    waiting = sa.text("untold_since IS NOT NULL")
    op.create_index(
        "ix_desk_case_untold",
        "desk_case",
        ["shelf", "centre", "untold_since"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.drop_index("ix_desk_case_untold_since", "desk_case")


def downgrade() -> None:
    op.create_index("ix_desk_case_untold_since", "desk_case", ["untold_since"])
    op.drop_index("ix_desk_case_untold", "desk_case")
    op.create_index("ix_mail_fingerprint", "mail", ["fingerprint"])
    op.drop_index("ix_mail_fingerprint_mailbox_id", "mail")
