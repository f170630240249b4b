"""What a caseworker must see first of a mail, and the other authority that it is meant for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("authority", sa.String(length=40), nullable=True))
        mail.add_column(sa.Column("warnings", sa.JSON(), nullable=True))
        mail.add_column(sa.Column("urgency", sa.SmallInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("desk_case") as case:
        case.add_column(sa.Column("passed_on_to", sa.String(length=40), nullable=True))
        case.create_index(op.f("ix_desk_case_passed_on_to"), ["passed_on_to"], unique=False)
    with op.batch_alter_table("reply") as reply:
        reply.add_column(sa.Column("authority", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reply") as reply:
        reply.drop_column("authority")
    with op.batch_alter_table("desk_case") as case:
        case.drop_index(op.f("ix_desk_case_passed_on_to"))
        case.drop_column("passed_on_to")
    with op.batch_alter_table("mail") as mail:
        mail.drop_column("urgency")
        mail.drop_column("warnings")
        mail.drop_column("authority")
