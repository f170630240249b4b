"""What is set of each queue; when cases are due; who is told of new mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATES = ("waiting", "sending", "sent", "uncertain", "refused")


def upgrade() -> None:
    moment = storage.times.UtcDateTime(timezone=True)
    op.create_table(
        "queue_setting",
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("centre", sa.String(length=60), nullable=False),
        sa.Column("folder", sa.String(length=120), nullable=True),
        sa.Column("forward_to", sa.String(length=320), nullable=True),
        sa.Column("forward_resumed_at", moment, nullable=True),
        sa.Column("notification", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hours", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("closed_days", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("service_days", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("shelf", "centre", name=op.f("pk_queue_setting")),
    )
    op.create_table(
        "shelf_folder",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("folder", sa.String(length=120), nullable=False),
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_shelf_folder")),
    )
    op.create_table(
        "notification",
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("centre", sa.String(length=60), nullable=True),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("state", sa.Enum(*_STATES, native_enum=False, length=16), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", moment, nullable=True),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_due", "notification", ["due_at"])
    op.create_index("ix_notification_made_at", "notification", ["made_at"])
    with op.batch_alter_table("desk_case") as case:
        case.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        case.add_column(
            sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        case.add_column(sa.Column("untold_since", moment, nullable=True))
        case.create_index("ix_desk_case_untold_since", ["untold_since"])
    op.create_index("ix_mail_forwarded_to", "mail", ["forwarded_to"])


def downgrade() -> None:
    op.drop_index("ix_mail_forwarded_to", table_name="mail")
    with op.batch_alter_table("desk_case") as case:
        case.drop_index("ix_desk_case_untold_since")
        case.drop_column("untold_since")
        case.drop_column("urgent")
        case.drop_column("due_on")
    op.drop_index("ix_notification_made_at", table_name="notification")
    op.drop_index("ix_notification_due", table_name="notification")
    op.drop_table("notification")
    op.drop_table("shelf_folder")
    op.drop_table("queue_setting")
