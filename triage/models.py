"""The tables of mail, and of the cases that caseworkers work on.

Mailboxes, the mails they ever showed and each one's way; the rules that admins write; cases with
their corrections and replies; hand-overs, by which a question comes from the form of the chat; what
is set of each queue, and who is told of new mail; how long all of it is kept, and what was erased.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from conversations.models import Conversation
from storage.append_only import protect
from storage.database import Base
from storage.originals import Original
from storage.times import UtcDateTime
from triage.deciding.admin_rules.phases import Phase, Target
from triage.states import (
    CorrectionState,
    MailState,
    NotificationState,
    RemovalState,
    ReplyState,
)


def _enum(states: type[StrEnum], length: int) -> Enum:
    return Enum(
        states,
        native_enum=False,
        length=length,
        values_callable=lambda members: [state.value for state in members],
    )


_STATE = _enum(MailState, 32)

Channel = Literal["mail", "counter", "telephone", "chat"]
"""How a case came in."""

OldMail = Literal["as_new", "sort", "since", "leave"]
"""What becomes of the mail that lay in a mailbox at the first look: it is taken for new; all of it
is sorted; only what came since a day is sorted; all of it stays where it is."""

SentMail = Literal["acknowledgement", "reply", "forward"]
"""What we send: an acknowledgement or receipt, a caseworker's reply, a mail sent on to a queue."""

Confirmation = Literal["confirmed", "corrected", "answered"]
"""What a caseworker has done about a routing: found it right, put the case on another shelf, or
answered the case where it lay."""

InMailbox = Literal["keep", "delete"]
"""Whether a mail stays in the mailbox when its case is erased."""

Erased = Literal["case", "mailbox", "again"]
"""What was erased: a case here, a mail in the mailbox, or a mail that came again."""

Ground = Literal["expired", "asked", "not_ours", "unlawful"]
"""Why it was erased: its period was over; the person asked for it; it was not meant for the office;
it must not be kept."""

TrainingMailState = Literal["accepted", "refused", "removed"]
"""What a person decided about a mail that a model may learn from."""

HowConfirmed = Literal["confirmed", "corrected", "answered", "moved"]
"""What showed that a mail lay where it belongs: a caseworker confirmed, corrected or answered its
case, or somebody moved it in the mailbox."""

PrecisionTrouble = Literal["below", "fell"]
"""Sure decisions were surely less often right than wanted; less often than in the weeks before."""


class Claimable:
    """What a worker needs to work on a row alone, and to leave it to another when it dies."""

    id: Mapped[int] = mapped_column(primary_key=True)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Not to be taken up before this time; None when nothing is left to do, so that looking for
    work costs the same however many rows are finished."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was taken up in its present state."""
    last_error: Mapped[str | None] = mapped_column(String(500))


class Mailbox(Base):
    """A mailbox that is watched, with its heartbeat."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    first_look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while the mailbox was never reached."""
    first_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    """UIDVALIDITY of the inbox when what lay in it was counted."""
    first_uidnext: Mapped[int | None] = mapped_column(BigInteger)
    """Mail below this UID was there before Ankomst."""
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was counted: at the first look, and anew when the inbox was changed before the
    decision."""
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was counted, see `first_look.Found`."""
    old_mail: Mapped[OldMail | None] = mapped_column(String(8))
    """None while nobody has decided; until then nothing in the mailbox is touched."""
    old_mail_since: Mapped[date | None] = mapped_column(Date)
    """The first day, in Denmark, of the old mail that is sorted, where only a part is."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    """None where no admin had to decide."""
    waiting_new: Mapped[int] = mapped_column(default=0, server_default="0")
    """Mails that came after the first look and wait for the decision."""
    scanned_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    """The inbox's UIDVALIDITY under which every mail in it has been kept at least once."""
    last_round_trip_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the inbox was last looked through to the end."""
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    reconciliation_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When mailbox and ledger are next compared; None for a mailbox that never was."""


class FolderLook(Base):
    """How a folder was when a worker last compared it with the ledger.

    As long as the server tells the same of the folder, nothing has come or gone.
    """

    __tablename__ = "folder_look"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey(Mailbox.id), primary_key=True)
    folder: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Its name on the server."""
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uidnext: Mapped[int | None] = mapped_column(BigInteger)
    messages: Mapped[int | None]
    modseq: Mapped[int | None] = mapped_column(BigInteger)
    """HIGHESTMODSEQ (RFC 7162), None where the server has none."""
    seen_below: Mapped[int] = mapped_column(BigInteger)
    """All mail below this UID was written down then."""
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scanned_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    """The UIDVALIDITY under which every mail in it has been recognised at least once."""


class Reconciliation(Base):
    """What came of comparing a mailbox with the ledger; a row a comparison."""

    __tablename__ = "reconciliation"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey(Mailbox.id), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    unexplained: Mapped[int]
    report: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """As `ankomst triage reconcile --json` prints it."""


class Case(Base):
    """What a person asks, in the hands of caseworkers: by mail, at the counter or by telephone.

    What the classifier decided stays with the mail; here stands where the case lies now and what
    caseworkers did about it.
    """

    __tablename__ = "desk_case"
    __table_args__ = (
        Index("ix_desk_case_shelf", "shelf", "closed_at", "id"),
        # Of those alone that wait: looking for them costs the same however many cases there are.
        Index(
            "ix_desk_case_untold",
            "shelf",
            "centre",
            "untold_since",
            sqlite_where=text("untold_since IS NOT NULL"),
            postgresql_where=text("untold_since IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(String(16))
    shelf: Mapped[str] = mapped_column(String(16))
    """Where it lies now."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the mail was received, or the person came or called."""
    centre: Mapped[str | None] = mapped_column(String(60))
    """Slug of the centre whose case it is; None where it is not known or is everybody's."""
    sampled: Mapped[bool] = mapped_column(default=False)
    """Drawn at random to be confirmed although the decision was sure, to know how often it is."""
    confirmation: Mapped[Confirmation | None] = mapped_column(String(16))
    """None while no caseworker has confirmed, corrected or answered it."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while something is left to do for a caseworker."""
    due_on: Mapped[date | None] = mapped_column(Date)
    """The last day, in Denmark, of the time within which its queue answers; None where it promises
    none. What was promised when it came into the queue, whatever is promised later."""
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether people are told of it at once, outside of working hours too."""
    untold_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it came into its queue; None once those who want to know were told, see `Notification`."""
    revision: Mapped[int] = mapped_column()
    """Counts the changes, so that of two caseworkers the second one is told."""
    passed_on_to: Mapped[str | None] = mapped_column(String(40), index=True)
    """The other authority that its mail was passed on to, by its slug in `triage/authorities.yml`."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When all that it said was erased; what remains are its times, shelf, language and topics."""

    # What a caseworker wrote down of a person at the counter or on the telephone, and the name of who
    # filled in the form; CPR numbers are masked. Of a mail the same stands in the ledger.
    language: Mapped[str | None] = mapped_column(String(2))
    subject: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text, deferred=True)
    note_original_id: Mapped[int | None] = mapped_column(ForeignKey(Original.id))
    """The note as it was typed, encrypted."""
    topics: Mapped[list[str] | None] = mapped_column(JSON)
    asker_name: Mapped[str | None] = mapped_column(String(200))
    asker_address: Mapped[str | None] = mapped_column(String(320))
    asker_telephone: Mapped[str | None] = mapped_column(String(40))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class MailRule(Base):
    """A rule that an admin wrote: mail of which all its conditions hold goes where it says.

    Each condition is a list of values of which one is enough; an empty list is no condition.
    """

    __tablename__ = "mail_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    """What caseworkers read as the reason."""
    senders: Mapped[list[str]] = mapped_column(JSON)
    recipients: Mapped[list[str]] = mapped_column(JSON)
    subjects: Mapped[list[str]] = mapped_column(JSON)
    attachments: Mapped[list[str]] = mapped_column(JSON)
    phase: Mapped[Phase] = mapped_column(String(16))
    """When it is asked: before the text is judged, or after, if the text said this."""
    target: Mapped[Target] = mapped_column(String(16))
    """The shelf that it puts a mail on."""
    position: Mapped[int]
    """Of several that apply, the one with the lowest number decides."""
    active: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500))
    """Why there is such a rule, for other admins."""
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column()
    """Counts the changes, so that of two admins the second one is told."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class Mail(Claimable, Base):
    """A mail that the server showed: where it was seen, what it is, and how far it has come.

    A question from the form of the chat is written down as a mail too, and goes the same way from
    its decision on; it lies in no mailbox, and there is nothing to move.
    """

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
        # With the mailbox: else SQLite takes the index above, and reads all mails of the mailbox.
        Index("ix_mail_fingerprint_mailbox_id", "fingerprint", "mailbox_id"),
        Index("ix_mail_shelf", "shelf", "id"),
        Index("ix_mail_reply_to_bare_acknowledged_at", "reply_to_bare", "acknowledged_at"),
        Index("ix_mail_acknowledged_at", "acknowledged_at"),
        Index("ix_mail_forwarded_to", "forwarded_to"),
    )

    # Where it was seen. Message-ID is a hint alone, flags say nothing.
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey(Mailbox.id))
    """None for a question from the form; its folder is empty, its numbers are 0 and its case's."""
    folder: Mapped[str] = mapped_column(String(255))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sighted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # How far it has come.
    state: Mapped[MailState] = mapped_column(_STATE)

    # What was kept.
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the server received it (IMAP INTERNALDATE)."""
    old: Mapped[bool] = mapped_column(default=False)
    """Whether it is too old to be acknowledged: it lay there at the first look, or came long before
    it was taken up."""
    original_id: Mapped[int | None] = mapped_column(ForeignKey(Original.id))
    original_size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the mail on the server."""
    original_complete: Mapped[bool] = mapped_column(default=True)
    """False when only the first part of a mail beyond the size limit was kept."""
    fingerprint: Mapped[str | None] = mapped_column(String(80))
    message_id: Mapped[str | None] = mapped_column(String(500))
    perhaps_duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When all that it says was erased; for one that came again after that, when it did."""
    erased_digest: Mapped[str | None] = mapped_column(String(80), index=True)
    """Keyed digest of the bytes that were erased, by which they are recognised without being read."""

    # What it says; CPR numbers are masked.
    sender: Mapped[str | None] = mapped_column(String(320))
    recipients: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    """Addresses of To and Cc, for rules to be tried on; None of mail from before they were kept."""
    reply_to: Mapped[str | None] = mapped_column(String(320))
    """The address that an answer goes to, when there is one."""
    reply_to_bare: Mapped[str | None] = mapped_column(String(320))
    """The same without what stands behind a plus: one person's, however often it is varied."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(String(500))
    text_new: Mapped[str | None] = mapped_column(Text, deferred=True)
    text_signature: Mapped[str | None] = mapped_column(Text, deferred=True)
    text_quoted: Mapped[str | None] = mapped_column(Text, deferred=True)
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), deferred=True
    )
    """Objects with name, content_type, size in bytes, and document: which one it was recognised as."""

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
    rule_id: Mapped[int | None] = mapped_column(
        ForeignKey(MailRule.id, ondelete="SET NULL"), index=True
    )
    """The admin's rule that decided it, if one did and is still there."""
    shelf: Mapped[str | None] = mapped_column(String(16))
    """Where the decision puts it; where it lies now after corrections, its case says."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id), index=True, unique=True)
    """The case that was opened when it was decided."""
    authority: Mapped[str | None] = mapped_column(String(40))
    """The other authority that it is probably meant for, by its slug in `triage/authorities.yml`."""
    warnings: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    """What a caseworker must see first: objects with key and text, as the reasons."""
    urgency: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Of its warnings: 2 about somebody's safety, 1 with a deadline in law, 0 for none."""

    # What it belongs to: a report on a mail of ours, or an answer to one. A link for people alone.
    about_case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id), index=True)
    reported_on: Mapped[SentMail | None] = mapped_column(String(16))
    """Of a report on delivery: which mail of ours it is about."""
    reported_action: Mapped[str | None] = mapped_column(String(16))
    """`failed` or `delayed` (RFC 3464 section 2.3.3)."""
    reported_status: Mapped[str | None] = mapped_column(String(16))
    """The enhanced status code (RFC 3463), such as 5.1.1."""
    reported_recipient: Mapped[str | None] = mapped_column(String(320))
    """Who was not reached; masked."""

    # What was done.
    move_method: Mapped[str | None] = mapped_column(String(8))
    target_folder: Mapped[str | None] = mapped_column(String(255))
    """The folder's name on the server, with its prefix and separator. Once it is moved, these are the
    mail's place, which follows corrections and what people do in the mailbox."""
    target_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    target_uidnext: Mapped[int | None] = mapped_column(BigInteger)
    """The target's next UID before the move: after a crash only UIDs from there are looked at."""
    target_uid: Mapped[int | None] = mapped_column(BigInteger)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_in_inbox: Mapped[bool] = mapped_column(default=False)
    """True where the server cannot remove single mails: copied, marked as deleted and left."""
    missing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was noticed that the mail is not at its place any more, nor at any other that is ours."""
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was noticed that somebody put it back into the inbox; None when it lies in a folder."""
    forwarded_to: Mapped[str | None] = mapped_column(String(320))
    forwarding: Mapped[str | None] = mapped_column(String(32))
    forward_message_id: Mapped[str | None] = mapped_column(String(255), index=True)
    acknowledgement: Mapped[str | None] = mapped_column(String(32))
    """`sent`, `uncertain`, or the key of the reason why there is none."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledgement_message_id: Mapped[str | None] = mapped_column(String(255), index=True)


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


class RefreshToken(Base):
    """The newest refresh token of a mailbox, kept in the encrypted store.

    Attributes:
        mailbox: The mailbox's name.
        given_digest: SHA-256 of the token in the settings that it descends from; with another one
            there, this one counts no more.
        original_id: The token, encrypted.
    """

    __tablename__ = "refresh_token"

    mailbox: Mapped[str] = mapped_column(String(255), primary_key=True)
    given_digest: Mapped[str] = mapped_column(String(64))
    original_id: Mapped[int] = mapped_column(ForeignKey(Original.id))


class CaseEvent(Base):
    """Something that was done about a case, and by whom; rows are only ever added.

    Attributes:
        action: opened, confirmed, corrected, answered, passed_on, passed_on_by_hand, closed, reopened,
            reading_asked, read_again, still_unreadable or not_delivered, or what came of it, one of `errands.OUTCOMES`; a name
            that the desk puts into words.
        detail: What it was done with, such as `tax > visitation`; never a text from a person.
    """

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_name: Mapped[str | None] = mapped_column(String(64))
    """None for what the worker did."""
    action: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(200))


class Correction(Claimable, Base):
    """A mail that a caseworker put on another shelf, until the mailbox has followed.

    Corrections of one mail are carried out one after the other.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_due", "due_at"),)

    mail_id: Mapped[int] = mapped_column(ForeignKey(Mail.id), index=True)
    to_shelf: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[CorrectionState] = mapped_column(_enum(CorrectionState, 16))
    move_method: Mapped[str | None] = mapped_column(String(8))
    target_folder: Mapped[str | None] = mapped_column(String(255))
    target_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    target_uidnext: Mapped[int | None] = mapped_column(BigInteger)
    """The target's next UID before the move: after a crash only UIDs from there are looked at."""
    target_uid: Mapped[int | None] = mapped_column(BigInteger)


class ReplyDraft(Base):
    """The reply that a caseworker is writing, kept while they write; one for each case."""

    __tablename__ = "reply_draft"

    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey(Original.id))
    """Language, subject and text, encrypted."""
    author: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reply(Claimable, Base):
    """What a caseworker sent about a case, until it is sent and kept.

    An answer to the person, or the person's mail, passed on to another authority.
    """

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_due", "due_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), index=True)
    state: Mapped[ReplyState] = mapped_column(_enum(ReplyState, 16))
    author: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipient: Mapped[str] = mapped_column(String(320))
    authority: Mapped[str | None] = mapped_column(String(40))
    """Whom the mail is passed on to, by its slug; None for an answer to the person."""
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(500))
    """Masked."""
    text: Mapped[str] = mapped_column(Text, deferred=True)
    """Masked."""
    message_id: Mapped[str] = mapped_column(String(500), index=True)
    original_id: Mapped[int | None] = mapped_column(ForeignKey(Original.id))
    """The whole message as it is sent, encrypted; None once it was erased."""


class Handover(Base):
    """A question that a person put to us by the form of the chat, as the receipt tells of it.

    What was asked stands in its mail and its case; all three are made in one transaction.

    Attributes:
        key: Unguessable, and the same for the same form sent again; the receipt's address.
        conversation_id: Where the person came from, None where that was no conversation.
        language: Of the page.
        municipality: Official name, None where the person does not live in one.
        has_conversation: Whether the conversation was sent along, as the person wished.
        number_hidden: Whether a CPR number was found in what was typed.
        expected_by: The day by which an answer can be expected, None where nothing is known.
        opens_at: When the centre opens next, None where it was open or that is not known.
        asked_at: When it was sent, and with it the consent to be answered and to our keeping it.
    """

    __tablename__ = "handover"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), unique=True)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey(Conversation.id, ondelete="SET NULL"), index=True
    )
    language: Mapped[str] = mapped_column(String(2))
    municipality: Mapped[str | None] = mapped_column(String(60))
    has_conversation: Mapped[bool]
    number_hidden: Mapped[bool]
    expected_by: Mapped[date | None] = mapped_column(Date)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QueueSetting(Base):
    """What is set of a shelf, at all centres or at one; what is None holds as it does without.

    Attributes:
        shelf: Which one; of those that are no queue the folder alone can be set.
        centre: Slug of the centre; empty for all that have nothing of their own.
        folder: Where its mail lies in the mailbox, levels separated by `/`.
        forward_to: Where its mail is also sent; empty for nowhere.
        forward_resumed_at: When an admin had mail forwarded again after it had come back; what came
            back before counts no more.
        notification: Who is told of new mail and when, see `queues.settings.Notify`.
        hours: By the number of the weekday, 0 for Monday, when it opens and closes.
        closed_days: Days on which it is closed beside the public holidays, in ISO 8601.
        service_days: Within so many working days it answers; 0 where it promises nothing.
        revision: Counts the changes, so that of two admins the second one is told.
        changed_by: Who changed it last; None where it was taken over from the variables.
    """

    __tablename__ = "queue_setting"

    shelf: Mapped[str] = mapped_column(String(16), primary_key=True)
    centre: Mapped[str] = mapped_column(String(60), primary_key=True)
    folder: Mapped[str | None] = mapped_column(String(120))
    forward_to: Mapped[str | None] = mapped_column(String(320))
    forward_resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notification: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    hours: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    closed_days: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    service_days: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class ShelfFolder(Base):
    """A folder that is, or ever was, that of a shelf at some centre; it is no other's for good.

    So mail that lies in a folder of former days is known for what it is, in every mailbox.

    Attributes:
        key: The folder as `queues.folder_names.key` compares it.
        folder: As it was typed, levels separated by `/`.
    """

    __tablename__ = "shelf_folder"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    folder: Mapped[str] = mapped_column(String(120))
    shelf: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Notification(Claimable, Base):
    """A mail to somebody who wants to know that mail has come into a queue.

    Attributes:
        shelf: The queue.
        centre: Slug of the centre; None for cases that are no one centre's.
        recipient: One address.
        cases: The ids of the cases that it tells of; a case is told of once for each time that it
            came into a queue.
        urgent: Whether they were told at once because of what a mail says.
        made_at: When it was written.
        state: How far it has come.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_due", "due_at"),
        Index("ix_notification_made_at", "made_at"),
    )

    shelf: Mapped[str] = mapped_column(String(16))
    centre: Mapped[str | None] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(320))
    cases: Mapped[list[int]] = mapped_column(JSON)
    urgent: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[NotificationState] = mapped_column(_enum(NotificationState, 16))
    message_id: Mapped[str | None] = mapped_column(String(255))


class Retention(Base):
    """How long the cases of a shelf are kept; a shelf without a row has no period yet.

    Attributes:
        shelf: Where the cases lie.
        days: How long after a case was closed it is kept; None until somebody decides.
        open_days: After how long a case that was never closed is pointed out; None for never.
        in_mailbox: What becomes of the mail in the mailbox when its case is erased.
        changed_by: The name of who decided last.
    """

    __tablename__ = "retention"

    shelf: Mapped[str] = mapped_column(String(16), primary_key=True)
    days: Mapped[int | None]
    open_days: Mapped[int | None]
    in_mailbox: Mapped[InMailbox] = mapped_column(String(8))
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Erasure(Base):
    """The proof that something was erased; rows are only ever added, and hold no text of a person.

    Attributes:
        what: case: all that a case said. mailbox: a mail, or a reply of ours, in the mailbox.
            again: a mail that had been erased and came again, of which nothing was kept.
        ground: By which rule: its period was over, or the ground that somebody gave.
        days: Of the period.
        user_name: Who had it erased; None for the period.
        filed_under: Where the decision is filed, as that user wrote it, masked.
        originals: How many encrypted originals were erased.
        size: Their bytes together, before they were encrypted.
        digests: Objects with `what` (mail, note, reply, draft), `size` and `digest`, keyed: who has
            the very same bytes can be told that they were erased, and nobody can get them back.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[Erased] = mapped_column(String(16))
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id), index=True)
    shelf: Mapped[str] = mapped_column(String(16))
    ground: Mapped[Ground] = mapped_column(String(16))
    days: Mapped[int | None]
    user_name: Mapped[str | None] = mapped_column(String(64))
    filed_under: Mapped[str | None] = mapped_column(String(60))
    originals: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    digests: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


protect(Erasure)


class Removal(Claimable, Base):
    """A mail of an erased case that is to be deleted in the mailbox too.

    Attributes:
        erasure_id: The proof that its case was erased, with the ground.
        mail_id: The mail that lies in a folder; None where it is a reply.
        reply_id: The reply that lies in the folder of sent mail; None where it is a mail.
        mailbox_id: Where; None where any mailbox may have it.
        asked_at: When its case was erased.
        state: How far it has come.
    """

    __tablename__ = "removal"
    __table_args__ = (Index("ix_removal_due", "due_at"),)

    erasure_id: Mapped[int] = mapped_column(ForeignKey(Erasure.id))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey(Mail.id), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey(Reply.id))
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey(Mailbox.id))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[RemovalState] = mapped_column(_enum(RemovalState, 16))


class TrainingMail(Base):
    """A mail that a person has looked at: taken into what the queues are learnt from, or refused.

    A row is made by that person's decision alone, so that nothing is learnt from that nobody saw.

    Attributes:
        case_id: The case that it came in; None once that was erased. A case is decided about once.
        state: accepted, refused (it then holds no text), or removed after it was accepted.
        subject: With personal data taken out; empty where it was refused. So is `body`.
        folded: Both without capitals and diacritics, for searching.
        digest: Of `folded`; None where it was refused.
        label: The shelf that it belongs on.
        how: What had confirmed the routing.
        kept_back: Whether models are judged on it and never trained on it; decided once, for good.
        seen_by: The name of who looked at it last.
        revision: Counts the changes; of two people changing it at once the second one fails.
    """

    __tablename__ = "training_mail"
    __table_args__ = (
        UniqueConstraint("language", "digest"),
        Index("ix_training_mail_state", "state", "language", "label"),
        CheckConstraint("state != 'refused' OR (subject = '' AND body = '')", "refused_is_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id), unique=True)
    state: Mapped[TrainingMailState] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(16))
    topics: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(2))
    how: Mapped[HowConfirmed] = mapped_column(String(16))
    kept_back: Mapped[bool]
    seen_by: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)

    @property
    def audit_subject(self) -> str:
        """What the audit log calls it."""
        return f"training mail:{self.id}"


class PrecisionAlarm(Base):
    """A time in which sure decisions were not as often right as wanted.

    Attributes:
        language: Of the mails; empty for all languages together.
        shelf: Where the decisions put them; empty for all shelves together.
        trouble: Whether they were too seldom right, or fell against the weeks before.
        confirmed: How many drawn mails had been looked at when it was last counted.
        right: How many of them lay where they belong.
        ended_at: None while it lasts.
    """

    __tablename__ = "precision_alarm"
    __table_args__ = (
        Index(
            "uq_precision_alarm_lasting",
            "language",
            "shelf",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    shelf: Mapped[str] = mapped_column(String(16))
    trouble: Mapped[PrecisionTrouble] = mapped_column(String(8))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed: Mapped[int]
    right: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
