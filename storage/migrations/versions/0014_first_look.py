"""A mailbox's first look and what was decided about it; to which case a report or answer belongs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, storage.times.UtcDateTime(timezone=True), nullable=True)


def upgrade() -> None:
    with op.batch_alter_table("mailbox") as mailbox:
        mailbox.alter_column(
            "first_look_at",
            existing_type=storage.times.UtcDateTime(timezone=True),
            nullable=True,
        )
        mailbox.add_column(_time("counted_at"))
        mailbox.add_column(sa.Column("found", sa.JSON(), nullable=True))
        mailbox.add_column(sa.Column("old_mail", sa.String(length=8), nullable=True))
        mailbox.add_column(sa.Column("old_mail_since", sa.Date(), nullable=True))
        mailbox.add_column(_time("decided_at"))
        mailbox.add_column(sa.Column("decided_by", sa.String(length=64), nullable=True))
        mailbox.add_column(
            sa.Column("waiting_new", sa.Integer(), nullable=False, server_default="0")
        )
    # What ran before has sorted its old mail already.
    op.execute("UPDATE mailbox SET old_mail = 'sort'")
    op.drop_index("ix_mail_reply_to_acknowledged_at", table_name="mail")
    with op.batch_alter_table("mail") as mail:
        mail.add_column(sa.Column("reply_to_bare", sa.String(length=320), nullable=True))
        mail.add_column(sa.Column("about_case_id", sa.Integer(), nullable=True))
        mail.add_column(sa.Column("reported_on", sa.String(length=16), nullable=True))
        mail.add_column(sa.Column("reported_action", sa.String(length=16), nullable=True))
        mail.add_column(sa.Column("reported_status", sa.String(length=16), nullable=True))
        mail.add_column(sa.Column("reported_recipient", sa.String(length=320), nullable=True))
        mail.add_column(sa.Column("forward_message_id", sa.String(length=255), nullable=True))
        mail.add_column(
            sa.Column("acknowledgement_message_id", sa.String(length=255), nullable=True)
        )
        mail.create_foreign_key(
            op.f("fk_mail_about_case_id_desk_case"), "desk_case", ["about_case_id"], ["id"]
        )
    # Near enough for the last hour, which is all that is counted.
    op.execute("UPDATE mail SET reply_to_bare = reply_to WHERE acknowledged_at IS NOT NULL")
    op.create_index(
        "ix_mail_reply_to_bare_acknowledged_at", "mail", ["reply_to_bare", "acknowledged_at"]
    )
    op.create_index(op.f("ix_mail_acknowledged_at"), "mail", ["acknowledged_at"])
    op.create_index(op.f("ix_mail_about_case_id"), "mail", ["about_case_id"])
    op.create_index(op.f("ix_mail_forward_message_id"), "mail", ["forward_message_id"])
    op.create_index(
        op.f("ix_mail_acknowledgement_message_id"), "mail", ["acknowledgement_message_id"]
    )


def downgrade() -> None:
    for name in (
        "ix_mail_acknowledgement_message_id",
        "ix_mail_forward_message_id",
        "ix_mail_about_case_id",
        "ix_mail_acknowledged_at",
        "ix_mail_reply_to_bare_acknowledged_at",
    ):
        op.drop_index(name, table_name="mail")
    _forget_what_was_left()
    with op.batch_alter_table("mail") as mail:
        mail.drop_constraint("fk_mail_about_case_id_desk_case", type_="foreignkey")
        for name in (
            "acknowledgement_message_id",
            "forward_message_id",
            "reported_recipient",
            "reported_status",
            "reported_action",
            "reported_on",
            "about_case_id",
            "reply_to_bare",
        ):
            mail.drop_column(name)
    op.create_index("ix_mail_reply_to_acknowledged_at", "mail", ["reply_to", "acknowledged_at"])
    op.execute("DELETE FROM mailbox WHERE first_look_at IS NULL")
    with op.batch_alter_table("mailbox") as mailbox:
        for name in (
            "waiting_new",
            "decided_by",
            "decided_at",
            "old_mail_since",
            "old_mail",
            "found",
            "counted_at",
        ):
            mailbox.drop_column(name)
        mailbox.alter_column(
            "first_look_at",
            existing_type=storage.times.UtcDateTime(timezone=True),
            nullable=False,
        )


def _forget_what_was_left() -> None:
    """Leave no states that the program of before does not know."""
    op.execute(
        "UPDATE mail SET state = 'not_acknowledged', due_at = NULL, claimed_by = NULL, "
        "claimed_until = NULL WHERE state = 'rereading'"
    )
    op.execute("UPDATE mail SET state = 'gone' WHERE state = 'left'")
    op.execute(
        "DELETE FROM mail_transition WHERE from_state IN ('left', 'rereading') "
        "OR to_state IN ('left', 'rereading')"
    )
