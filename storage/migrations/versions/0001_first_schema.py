"""The first schema: all rooms' tables, and the audit log that the database itself protects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.times

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = {
    "sqlite": (
        (
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        ),
        (
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
        ),
    ),
}


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("reviewed", sa.Date(), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=False),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_article")),
    )
    op.create_table(
        "centre",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host_municipality", sa.String(length=60), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_confirmed", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("web", sa.Text(), nullable=True),
        sa.Column("other_web", sa.Text(), nullable=True),
        sa.Column("jobseekers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("appointment", sa.String(length=60), nullable=True),
        sa.Column("opening_hours_page", sa.Text(), nullable=False),
        sa.Column("hours", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hours_confirmed", sa.Boolean(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("as_of", sa.String(length=60), nullable=False),
        sa.Column("checked", sa.Date(), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_centre")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("page_language", sa.String(length=2), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("started_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversation_started_at"), ["started_at"], unique=False
        )

    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("first_look_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("first_uidnext", sa.BigInteger(), nullable=True),
        sa.Column("scanned_uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_round_trip_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_name")),
    )
    op.create_table(
        "original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original")),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_user_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_audit_entry_user_id_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_user_id"), ["user_id"], unique=False)

    op.create_table(
        "fingerprint_key",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["original_id"], ["original.id"], name=op.f("fk_fingerprint_key_original_id_original")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_fingerprint_key")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("sighted_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sighted",
                "kept",
                "parsed",
                "decided",
                "moving",
                "copied",
                "moved",
                "forwarding",
                "forwarded",
                "acknowledging",
                "acknowledged",
                "acknowledgement_uncertain",
                "not_acknowledged",
                "gone",
                name="mailstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("received_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("old", sa.Boolean(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("original_size", sa.BigInteger(), nullable=True),
        sa.Column("original_complete", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=True),
        sa.Column("message_id", sa.String(length=500), nullable=True),
        sa.Column("perhaps_duplicate_of", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(length=320), nullable=True),
        sa.Column("reply_to", sa.String(length=320), nullable=True),
        sa.Column("sent_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=True),
        sa.Column("text_new", sa.Text(), nullable=True),
        sa.Column("text_quoted", sa.Text(), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("language_confidence", sa.Double(), nullable=True),
        sa.Column("queue", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("decided", sa.Boolean(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("shelf", sa.String(length=16), nullable=True),
        sa.Column("move_method", sa.String(length=8), nullable=True),
        sa.Column("target_folder", sa.String(length=255), nullable=True),
        sa.Column("target_uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("target_uidnext", sa.BigInteger(), nullable=True),
        sa.Column("target_uid", sa.BigInteger(), nullable=True),
        sa.Column("moved_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("left_in_inbox", sa.Boolean(), nullable=False),
        sa.Column("forwarded_to", sa.String(length=320), nullable=True),
        sa.Column("forwarding", sa.String(length=32), nullable=True),
        sa.Column("acknowledgement", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mail_mailbox_id_mailbox")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["original.id"], name=op.f("fk_mail_original_id_original")
        ),
        sa.ForeignKeyConstraint(
            ["perhaps_duplicate_of"], ["mail.id"], name=op.f("fk_mail_perhaps_duplicate_of_mail")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("mailbox_id", "folder", "uidvalidity", "uid", name="uq_mail_place"),
        sa.UniqueConstraint(
            "mailbox_id",
            "target_folder",
            "target_uidvalidity",
            "target_uid",
            name="uq_mail_target_place",
        ),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index("ix_mail_due", ["mailbox_id", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(
            "ix_mail_reply_to_acknowledged_at", ["reply_to", "acknowledged_at"], unique=False
        )
        batch_op.create_index("ix_mail_shelf", ["shelf", "id"], unique=False)

    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=60), nullable=False),
        sa.Column("centre_slug", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("checked", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "basis IN ('source', 'region-default')", name=op.f("ck_municipality_basis")
        ),
        sa.ForeignKeyConstraint(
            ["centre_slug"], ["centre.slug"], name=op.f("fk_municipality_centre_slug_centre")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
        sa.UniqueConstraint("name", name=op.f("uq_municipality_name")),
    )
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_municipality_centre_slug"), ["centre_slug"], unique=False
        )

    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic"], ["article.topic"], name=op.f("fk_source_topic_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("topic", "key", name=op.f("uq_source_topic")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["staff_user.id"],
            name=op.f("fk_staff_session_user_id_staff_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "translation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reading", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("translated_from_id", sa.Integer(), nullable=True),
        sa.Column("in_files", sa.Boolean(), nullable=False),
        sa.Column("publish_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "language IN ('da', 'en', 'pl', 'lt', 'ro', 'de')",
            name=op.f("ck_translation_version_language"),
        ),
        sa.CheckConstraint(
            "origin IN ('import', 'editor')", name=op.f("ck_translation_version_origin")
        ),
        sa.CheckConstraint(
            "reading IN ('written', 'cross-read', 'confirmed')",
            name=op.f("ck_translation_version_reading"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'replaced', 'withdrawn')",
            name=op.f("ck_translation_version_state"),
        ),
        sa.ForeignKeyConstraint(
            ["based_on_id"],
            ["translation_version.id"],
            name=op.f("fk_translation_version_based_on_id_translation_version"),
        ),
        sa.ForeignKeyConstraint(
            ["topic"], ["article.topic"], name=op.f("fk_translation_version_topic_article")
        ),
        sa.ForeignKeyConstraint(
            ["translated_from_id"],
            ["translation_version.id"],
            name=op.f("fk_translation_version_translated_from_id_translation_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_version")),
        sa.UniqueConstraint(
            "topic", "language", "number", name=op.f("uq_translation_version_topic")
        ),
    )
    with op.batch_alter_table("translation_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_translation_version_published",
            ["topic", "language"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=43), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("taken_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", storage.times.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("variant", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_turn_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reply_to"], ["turn.id"], name=op.f("fk_turn_reply_to_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
        sa.UniqueConstraint(
            "conversation_id", "message_id", name="uq_turn_conversation_id_message_id"
        ),
        sa.UniqueConstraint("conversation_id", "number", name="uq_turn_conversation_id_number"),
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_turn_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_turn_reply_to"), ["reply_to"], unique=False)

    op.create_table(
        "mail_transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "sighted",
                "kept",
                "parsed",
                "decided",
                "moving",
                "copied",
                "moved",
                "forwarding",
                "forwarded",
                "acknowledging",
                "acknowledged",
                "acknowledgement_uncertain",
                "not_acknowledged",
                "gone",
                name="mailstate",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "sighted",
                "kept",
                "parsed",
                "decided",
                "moving",
                "copied",
                "moved",
                "forwarding",
                "forwarded",
                "acknowledging",
                "acknowledged",
                "acknowledgement_uncertain",
                "not_acknowledged",
                "gone",
                name="mailstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", storage.times.UtcDateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["mail.id"],
            name=op.f("fk_mail_transition_mail_id_mail"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_transition")),
    )
    with op.batch_alter_table("mail_transition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_transition_mail_id"), ["mail_id"], unique=False)

    connection = op.get_bind()
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    with op.batch_alter_table("mail_transition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_transition_mail_id"))

    op.drop_table("mail_transition")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turn_reply_to"))
        batch_op.drop_index(batch_op.f("ix_turn_conversation_id"))

    op.drop_table("turn")
    with op.batch_alter_table("translation_version", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_translation_version_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("translation_version")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_user_id"))

    op.drop_table("staff_session")
    op.drop_table("source")
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_municipality_centre_slug"))

    op.drop_table("municipality")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_shelf")
        batch_op.drop_index("ix_mail_reply_to_acknowledged_at")
        batch_op.drop_index(batch_op.f("ix_mail_fingerprint"))
        batch_op.drop_index("ix_mail_due")

    op.drop_table("mail")
    op.drop_table("fingerprint_key")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_user_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    op.drop_table("staff_user")
    op.drop_table("original")
    op.drop_table("mailbox")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_started_at"))

    op.drop_table("conversation")
    op.drop_table("centre")
    op.drop_table("article")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_refuse()")
