"""Cases, corrections and replies; a case for each mail that was decided before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("opened_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("centre", sa.String(length=60), nullable=True),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("confirmation", sa.String(length=16), nullable=True),
        sa.Column("closed_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_original_id", sa.Integer(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=True),
        sa.Column("asker_name", sa.String(length=200), nullable=True),
        sa.Column("asker_address", sa.String(length=320), nullable=True),
        sa.Column("asker_telephone", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_original_id"],
            ["original.id"],
            name=op.f("fk_desk_case_note_original_id_original"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_case")),
    )
    with op.batch_alter_table("desk_case", schema=None) as batch_op:
        batch_op.create_index("ix_desk_case_shelf", ["shelf", "closed_at", "id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["desk_case.id"],
            name=op.f("fk_case_event_case_id_desk_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)

    op.create_table(
        "reply_draft",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("saved_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["desk_case.id"], name=op.f("fk_reply_draft_case_id_desk_case")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["original.id"], name=op.f("fk_reply_draft_original_id_original")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reply_draft")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "kept",
                "uncertain",
                "refused",
                name="replystate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("asked_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["desk_case.id"], name=op.f("fk_reply_case_id_desk_case")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["original.id"], name=op.f("fk_reply_original_id_original")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_reply_due", ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_message_id"), ["message_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("to_shelf", sa.String(length=16), nullable=False),
        sa.Column("asked_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "moving",
                "copied",
                "done",
                "gone",
                name="correctionstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("move_method", sa.String(length=8), nullable=True),
        sa.Column("target_folder", sa.String(length=255), nullable=True),
        sa.Column("target_uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("target_uidnext", sa.BigInteger(), nullable=True),
        sa.Column("target_uid", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_correction_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_due", ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_mail_id"), ["mail_id"], unique=False)

    # In place: a table that is made anew on SQLite would take the histories of its mails with it.
    op.execute(
        "ALTER TABLE mail ADD COLUMN case_id INTEGER "
        "CONSTRAINT fk_mail_case_id_desk_case REFERENCES desk_case (id)"
    )
    op.create_index("ix_mail_case_id", "mail", ["case_id"], unique=True)
    _open_cases()


def downgrade() -> None:
    op.drop_index("ix_mail_case_id", "mail")
    op.drop_column("mail", "case_id")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_mail_id"))
        batch_op.drop_index("ix_correction_due")

    op.drop_table("correction")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_message_id"))
        batch_op.drop_index("ix_reply_due")
        batch_op.drop_index(batch_op.f("ix_reply_case_id"))

    op.drop_table("reply")
    op.drop_table("reply_draft")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_case_id"))

    op.drop_table("case_event")
    with op.batch_alter_table("desk_case", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_case_shelf")

    op.drop_table("desk_case")


def _open_cases() -> None:
    """Open a case for each mail that lies on a shelf, as the worker does from now on."""
    mail = sa.table(
        "mail",
        sa.column("id", sa.Integer),
        sa.column("shelf", sa.String),
        sa.column("case_id", sa.Integer),
        sa.column("received_at", storage.times.UtcDateTime(timezone=True)),
        sa.column("sighted_at", storage.times.UtcDateTime(timezone=True)),
    )
    desk_case = sa.table(
        "desk_case",
        sa.column("id", sa.Integer),
        sa.column("channel", sa.String),
        sa.column("shelf", sa.String),
        sa.column("opened_at", storage.times.UtcDateTime(timezone=True)),
        sa.column("sampled", sa.Boolean),
        sa.column("revision", sa.Integer),
    )
    connection = op.get_bind()
    decided = connection.execute(
        sa.select(mail.c.id, mail.c.shelf, mail.c.received_at, mail.c.sighted_at)
        .where(mail.c.shelf.is_not(None))
        .order_by(mail.c.id)
    ).all()
    for mail_id, shelf, received_at, sighted_at in decided:
        case_id = connection.execute(
            desk_case.insert()
            .values(
                channel="mail",
                shelf=shelf,
                opened_at=received_at or sighted_at,
                sampled=False,
                revision=1,
            )
            .returning(desk_case.c.id)
        ).scalar_one()
        connection.execute(mail.update().where(mail.c.id == mail_id).values(case_id=case_id))
