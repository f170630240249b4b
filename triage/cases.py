"""What the desk reads: how many mails lie where, one mail with its reasons, the heartbeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, undefer

from language.languages import Language, is_language
from language.masking import mask
from storage.originals import Originals, OriginalsError
from triage.message import parse
from triage.models import Mail, Mailbox, MailTransition
from triage.reference import reference
from triage.shelves import FOLDERS, Kind, Shelf
from triage.states import MailState
from understanding.queues import Queue

Listing = Literal["tax", "jobseeker", "visitation", "automatic", "spam", "unreadable", "arriving"]
"""The shelves, and mail that is on none of them yet."""

LISTINGS: tuple[Listing, ...] = get_args(Listing)


@dataclass(frozen=True)
class QueueCount:
    """How much lies on a shelf.

    Attributes:
        queue: The shelf, or `arriving`.
        total: All mails on it.
        unsure: Those among them that a person must look at, because the decision is unsure.
        oldest: When the oldest of them was received; None when there is none.
    """

    queue: Listing
    total: int
    unsure: int
    oldest: datetime | None


@dataclass(frozen=True)
class MailSummary:
    """One line in a list of mails. All text is masked.

    Attributes:
        id: Identifies the mail.
        reference: What the sender was told, "ICS-000123".
        received_at: When the server received it; when it was first seen, if that is not known.
        sender: The sender's address, empty when there is none.
        subject: Its subject, empty when there is none.
        language: One of the six, None when it is none of them or not known.
        listing: The shelf that it lies on, or `arriving`.
        kind: None until it is decided.
        queue: The best guess among the three queues, None until it is decided.
        confidence: 0 to 1 for the queue, None until it is decided.
        decided: False when the decision is unsure and a person must look, None until decided.
        state: How far it has come.
        acknowledgement: `sent`, `uncertain`, or the key of the reason why there is none; None
            while it is not settled.
        perhaps_duplicate_of: The mail that has the same content, if any.
        troubled: Whether a step failed and waits to be tried again.
    """

    id: int
    reference: str
    received_at: datetime
    sender: str
    subject: str
    language: Language | None
    listing: Listing
    kind: Kind | None
    queue: Queue | None
    confidence: float | None
    decided: bool | None
    state: MailState
    acknowledgement: str | None
    perhaps_duplicate_of: int | None
    troubled: bool


@dataclass(frozen=True)
class Reason:
    """One reason of a decision: a key for the desk to put into words, and what it refers to.

    Attributes:
        key: A rule's name (`rule.bounce`), `sentence`, `below_threshold`, `unreadable` …
        text: The sentence of the mail or the value of the header that it rests on, masked.
    """

    key: str
    text: str


@dataclass(frozen=True)
class AttachmentInfo:
    """What is attached to a mail. `size` is in bytes, decoded; the name is masked."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Transition:
    """One step of a mail's way."""

    from_state: MailState | None
    to_state: MailState
    at: datetime
    worker: str
    note: str


@dataclass(frozen=True)
class MailDetail:
    """A mail as a caseworker reads it. All text is masked.

    Attributes:
        summary: The line that stands in the list.
        sent_at: The mail's own date, None when it has none.
        text_new: What the sender wrote now.
        text_quoted: The older thread below it, empty when there is none.
        attachments: In the order of the mail.
        topics: Slugs of topics, the likeliest first.
        reasons: Why it lies where it lies.
        folder: The folder in the mailbox, None until it is moved.
        transitions: Its way so far, oldest first.
        last_error: What failed last, None when nothing did.
    """

    summary: MailSummary
    sent_at: datetime | None
    text_new: str
    text_quoted: str
    attachments: tuple[AttachmentInfo, ...]
    topics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    folder: str | None
    transitions: tuple[Transition, ...]
    last_error: str | None


@dataclass(frozen=True)
class MailboxStatus:
    """The heartbeat of a mailbox.

    Attributes:
        name: The mailbox's user name.
        last_round_trip_at: When it was last looked through to the end, None if never.
        last_error_at: When something last failed for it or for one of its mails.
        last_error: What failed.
        waiting: Mails with work left to do.
        troubled: Those among them for which a step failed at least once.
        uncertain: Mails whose acknowledgement is uncertain.
    """

    name: str
    last_round_trip_at: datetime | None
    last_error_at: datetime | None
    last_error: str | None
    waiting: int
    troubled: int
    uncertain: int


def queue_counts(session: Session) -> list[QueueCount]:
    """Return one count for each listing, in the order of `LISTINGS`, empty ones too."""
    received = func.coalesce(Mail.received_at, Mail.sighted_at)
    rows = session.execute(
        select(
            Mail.shelf,
            func.count(Mail.id),
            func.count(Mail.id).filter(Mail.decided.is_(False)),
            func.min(received),
        ).group_by(Mail.shelf)
    ).all()
    found = {
        shelf: (total, unsure, oldest) for shelf, total, unsure, oldest in rows if shelf is not None
    }
    total, oldest = session.execute(
        select(func.count(Mail.id), func.min(received)).where(*_conditions("arriving"))
    ).one()
    found["arriving"] = (total, 0, oldest)
    return [QueueCount(listing, *found.get(listing, (0, 0, None))) for listing in LISTINGS]


def list_mails(
    session: Session,
    queue: Listing,
    *,
    unsure: bool | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[MailSummary]:
    """Return the mails of a listing, newest first.

    Args:
        session: The database.
        queue: Which listing.
        unsure: True for the unsure ones alone, False for the others alone, None for both.
        before_id: Go on after this mail of the page before.
        limit: At most so many.
    """
    statement = select(Mail).where(*_conditions(queue)).order_by(Mail.id.desc()).limit(limit)
    if unsure is not None:
        statement = statement.where(Mail.decided.is_(not unsure))
    if before_id is not None:
        statement = statement.where(Mail.id < before_id)
    return [_summary(mail) for mail in session.scalars(statement)]


def read_mail(session: Session, originals: Originals, mail_id: int) -> MailDetail | None:
    """Return a mail with its text, decision and way; None when there is no such mail.

    A mail that is kept but not read by the worker yet is read from its original. The caller
    writes the audit log.
    """
    mail = session.get(
        Mail,
        mail_id,
        options=[undefer(Mail.text_new), undefer(Mail.text_quoted), undefer(Mail.attachments)],
    )
    if mail is None:
        return None
    # What the worker could not read is not tried again here: it may have ended the worker.
    if mail.text_new is None and mail.original_id is not None and mail.shelf != "unreadable":
        text_new, text_quoted, attachments = _from_original(session, originals, mail.original_id)
    else:
        text_new, text_quoted = mail.text_new or "", mail.text_quoted or ""
        attachments = tuple(
            AttachmentInfo(str(a["name"]), str(a["content_type"]), int(a["size"]))
            for a in mail.attachments or ()
        )
    transitions = session.scalars(
        select(MailTransition).where(MailTransition.mail_id == mail_id).order_by(MailTransition.id)
    )
    return MailDetail(
        summary=_summary(mail),
        sent_at=mail.sent_at,
        text_new=text_new,
        text_quoted=text_quoted,
        attachments=attachments,
        topics=tuple(mail.topics or ()),
        reasons=tuple(Reason(r["key"], r["text"]) for r in mail.reasons or ()),
        folder=FOLDERS[_shelf(mail.shelf)] if mail.moved_at and mail.shelf else None,
        transitions=tuple(
            Transition(t.from_state, t.to_state, t.at, t.worker, t.note or "") for t in transitions
        ),
        last_error=mail.last_error,
    )


def mailbox_statuses(session: Session) -> list[MailboxStatus]:
    """Return the heartbeat of each mailbox that was ever connected."""
    return [
        MailboxStatus(
            name=mailbox.name,
            last_round_trip_at=mailbox.last_round_trip_at,
            last_error_at=mailbox.last_error_at,
            last_error=mailbox.last_error,
            waiting=_count(session, mailbox.id, Mail.due_at.is_not(None)),
            troubled=_count(
                session, mailbox.id, Mail.due_at.is_not(None), Mail.last_error.is_not(None)
            ),
            uncertain=_count(
                session, mailbox.id, Mail.state == MailState.ACKNOWLEDGEMENT_UNCERTAIN
            ),
        )
        for mailbox in session.scalars(select(Mailbox).order_by(Mailbox.name))
    ]


def _conditions(listing: Listing) -> Sequence[ColumnElement[bool]]:
    if listing == "arriving":
        return [Mail.shelf.is_(None), Mail.state != MailState.GONE]
    return [Mail.shelf == listing]


def _count(session: Session, mailbox_id: int, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count(Mail.id)).where(Mail.mailbox_id == mailbox_id, *conditions)
    return session.scalar(statement) or 0


def _from_original(
    session: Session, originals: Originals, original_id: int
) -> tuple[str, str, tuple[AttachmentInfo, ...]]:
    try:
        parsed = parse(originals.read(session, original_id))
    except OriginalsError:
        return "", "", ()
    attachments = tuple(
        AttachmentInfo(mask(a.name), a.content_type, a.size) for a in parsed.attachments
    )
    return mask(parsed.text_new), mask(parsed.text_quoted), attachments


def _summary(mail: Mail) -> MailSummary:
    return MailSummary(
        id=mail.id,
        reference=reference(mail.id),
        received_at=mail.received_at or mail.sighted_at,
        sender=mask(mail.sender or ""),
        subject=mail.subject or "",
        language=mail.language if is_language(mail.language) else None,
        listing=_shelf(mail.shelf) if mail.shelf else "arriving",
        kind=_KINDS.get(mail.kind or ""),
        queue=_QUEUES.get(mail.queue or ""),
        confidence=mail.confidence,
        decided=mail.decided,
        state=mail.state,
        acknowledgement=mail.acknowledgement,
        perhaps_duplicate_of=mail.perhaps_duplicate_of,
        troubled=mail.due_at is not None and mail.last_error is not None,
    )


_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_QUEUES: Mapping[str, Queue] = {queue: queue for queue in get_args(Queue)}
_SHELVES: Mapping[str, Shelf] = {shelf: shelf for shelf in get_args(Shelf)}


def _shelf(name: str) -> Shelf:
    return _SHELVES[name]
