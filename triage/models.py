"""The ledger's tables: mailboxes, the mails they ever showed, and each mail's way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.originals import Original
from storage.times import UtcDateTime
from triage.states import MailState

_STATE = Enum(
    MailState,
    native_enum=False,
    length=32,
    values_callable=lambda states: [state.value for state in states],
)


class Mailbox(Base):
    """A mailbox that is watched, with its heartbeat."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    first_look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    """UIDVALIDITY of the inbox at the first look."""
    first_uidnext: Mapped[int | None] = mapped_column(BigInteger)
    """Mail below this UID was there before Ankomst."""
    scanned_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    """The inbox's UIDVALIDITY under which every mail in it has been kept at least once."""
    last_round_trip_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the inbox was last looked through to the end."""
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))


class Mail(Base):
    """A mail that the server showed: where it was seen, what it is, and how far it has come."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "folder", "uidvalidity", "uid", name="uq_mail_place"),
        UniqueConstraint(
            "mailbox_id",
            "target_folder",
            "target_uidvalidity",
            "target_uid",
            name="uq_mail_target_place",
        ),
        Index("ix_mail_due", "mailbox_id", "due_at"),
        Index("ix_mail_shelf", "shelf", "id"),
        Index("ix_mail_reply_to_acknowledged_at", "reply_to", "acknowledged_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)

    # Where it was seen. Message-ID is a hint alone, flags say nothing.
    mailbox_id: Mapped[int] = mapped_column(ForeignKey(Mailbox.id))
    folder: Mapped[str] = mapped_column(String(255))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sighted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # Who works on it, and how far it has come.
    state: Mapped[MailState] = mapped_column(_STATE)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Not to be taken up before this time; None when nothing is left to do, so that looking for
    work costs the same however many mails are finished."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was taken up in its present state."""
    last_error: Mapped[str | None] = mapped_column(String(500))

    # What was kept.
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the server received it (IMAP INTERNALDATE)."""
    old: Mapped[bool] = mapped_column(default=False)
    """Whether it had lain in the mailbox for long when that was first connected."""
    original_id: Mapped[int | None] = mapped_column(ForeignKey(Original.id))
    original_size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the mail on the server."""
    original_complete: Mapped[bool] = mapped_column(default=True)
    """False when only the first part of a mail beyond the size limit was kept."""
    fingerprint: Mapped[str | None] = mapped_column(String(80), index=True)
    message_id: Mapped[str | None] = mapped_column(String(500))
    perhaps_duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))

    # What it says; CPR numbers are masked.
    sender: Mapped[str | None] = mapped_column(String(320))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    """The address that an answer goes to, when there is one."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(String(500))
    text_new: Mapped[str | None] = mapped_column(Text, deferred=True)
    text_quoted: Mapped[str | None] = mapped_column(Text, deferred=True)
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON, deferred=True)
    """Objects with name, content_type and size in bytes."""

    # What was decided, and why.
    kind: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(2))
    language_confidence: Mapped[float | None]
    queue: Mapped[str | None] = mapped_column(String(16))
    """The best guess, also where the mail went to another shelf."""
    confidence: Mapped[float | None]
    decided: Mapped[bool | None]
    """False when a person must look whether the shelf is right."""
    topics: Mapped[list[str] | None] = mapped_column(JSON)
    reasons: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    shelf: Mapped[str | None] = mapped_column(String(16))

    # What was done.
    move_method: Mapped[str | None] = mapped_column(String(8))
    target_folder: Mapped[str | None] = mapped_column(String(255))
    """The folder's name on the server, with its prefix and separator."""
    target_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    target_uidnext: Mapped[int | None] = mapped_column(BigInteger)
    """The target's next UID before the move: after a crash only UIDs from there are looked at."""
    target_uid: Mapped[int | None] = mapped_column(BigInteger)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_in_inbox: Mapped[bool] = mapped_column(default=False)
    """True where the server cannot remove single mails: copied, marked as deleted and left."""
    forwarded_to: Mapped[str | None] = mapped_column(String(320))
    forwarding: Mapped[str | None] = mapped_column(String(32))
    acknowledgement: Mapped[str | None] = mapped_column(String(32))
    """`sent`, `uncertain`, or the key of the reason why there is none."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailTransition(Base):
    """One step of a mail from state to state; rows are only ever added."""

    __tablename__ = "mail_transition"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[MailState | None] = mapped_column(_STATE)
    to_state: Mapped[MailState] = mapped_column(_STATE)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(500))


class FingerprintKey(Base):
    """A version of the key of the fingerprints, kept in the encrypted store."""

    __tablename__ = "fingerprint_key"

    version: Mapped[int] = mapped_column(primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey(Original.id))
