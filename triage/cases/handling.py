"""What caseworkers do about a case: confirm, correct, answer, close, open one by hand.

Every action is one transaction with its record in the case's history. Each takes the revision
that the caseworker had before them, so that of two who act at once the second one is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from language.languages import Language
from language.masking import mask
from storage.originals import Originals
from storage.times import now
from triage.errors import (
    CaseChangedError,
    CaseErasedError,
    NotMovedYetError,
    NotUnreadableError,
    UnknownCaseError,
)
from triage.models import Case, CaseEvent, Correction, Mail, MailTransition
from triage.queues.arrivals import arrive
from triage.shelves import Shelf
from triage.states import CorrectionState, MailState

SORTED_BY_HAND = "sorted_by_hand"
"""Somebody moved the mail in the mailbox; the detail is the shelf, or the one before and the new one."""
RETURNED_BY_HAND = "returned_by_hand"
"""Somebody put the mail back into the inbox; the detail is the shelf that it came from."""

CorrectedTo = Literal["tax", "jobseeker", "visitation", "automatic", "spam"]
"""Where a caseworker can put a case: any shelf but that of unreadable mail."""


@dataclass(frozen=True)
class NewCase:
    """What a caseworker writes down of a person at the counter or on the telephone.

    Attributes:
        channel: How the person came.
        queue: Whose case it is.
        centre: Slug of the centre, None where it is no one centre's.
        language: The language to answer in.
        topics: Slugs of topics.
        subject: One line.
        note: What the person wants; may hold a CPR number, which is kept encrypted alone.
        name: The person's, may be empty.
        address: For mail, may be empty.
        telephone: May be empty.
    """

    channel: Literal["counter", "telephone"]
    queue: Literal["tax", "jobseeker", "visitation"]
    centre: str | None
    language: Language
    topics: Sequence[str]
    subject: str
    note: str
    name: str
    address: str
    telephone: str


def open_case(session: Session, originals: Originals, new: NewCase, user: str) -> int:
    """Open a case by hand and return its id; its routing is the caseworker's own.

    Args:
        session: A unit of work.
        originals: Keeps the note as it was typed.
        new: What is known.
        user: The name of who opens it.
    """
    kept = originals.keep(session, f"{new.subject}\n{new.note}".encode())
    case = Case(
        channel=new.channel,
        shelf=new.queue,
        opened_at=now(),
        centre=new.centre,
        sampled=False,
        confirmation="confirmed",
        language=new.language,
        subject=mask(new.subject),
        note=mask(new.note),
        note_original_id=kept,
        topics=list(new.topics),
        asker_name=mask(new.name) or None,
        asker_address=new.address or None,
        asker_telephone=new.telephone or None,
    )
    # Whoever writes it down knows of it.
    arrive(session, case, old=False, told=False)
    session.add(case)
    session.flush()
    note_event(session, case.id, "opened", user, new.channel)
    return case.id


def confirm(session: Session, case_id: int, revision: int, user: str) -> None:
    """Record that a case lies where it belongs; automatic mail and spam are closed with it.

    A mail that somebody put back into the inbox is moved to its folder again.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
    """
    case = take(session, case_id, revision)
    put_away(session, case)
    case.confirmation = "confirmed"
    if case.shelf in {"automatic", "spam"}:
        case.closed_at = now()
    note_event(session, case_id, "confirmed", user, case.shelf)
    session.flush()


def correct(session: Session, case_id: int, revision: int, to: CorrectedTo, user: str) -> None:
    """Put a case on the shelf where it belongs; the worker then moves the mail in the mailbox.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
        NotMovedYetError: The worker is still moving the mail to its first folder.
    """
    case = take(session, case_id, revision)
    if case.shelf == to:
        confirm(session, case_id, revision, user)
        return
    mail = session.scalars(select(Mail).where(Mail.case_id == case_id)).one_or_none()
    if mail is not None:
        _move_in_mailbox(session, mail, to)
    note_event(session, case_id, "corrected", user, f"{case.shelf} > {to}")
    _put(session, case, to)
    session.flush()


def put_away(session: Session, case: Case) -> None:
    """Have the mail of a case moved to its folder again, if somebody put it back into the inbox.

    For whoever confirms, answers or closes the case has dealt with it.
    """
    mail = session.scalars(select(Mail).where(Mail.case_id == case.id)).one_or_none()
    if mail is not None and mail.returned_at is not None:
        _move_in_mailbox(session, mail, case.shelf)


def sorted_by_hand(session: Session, case_id: int | None, to: Shelf, *, moved: bool) -> None:
    """Record that somebody moved the mail of a case into the folder of a shelf: a correction.

    Who it was, the mailbox does not say. On the shelf already, the case is confirmed.

    Args:
        session: A unit of work.
        case_id: The case; None where there is none any more.
        to: The shelf.
        moved: Whether it comes from another folder than this one.
    """
    case = _locked(session, case_id)
    if case is None:
        return
    if case.shelf != to:
        note_event(session, case.id, SORTED_BY_HAND, None, f"{case.shelf} > {to}")
        _put(session, case, to)
    elif moved:
        note_event(session, case.id, SORTED_BY_HAND, None, to)
        case.confirmation = case.confirmation or "confirmed"
        if to in {"automatic", "spam"}:
            case.closed_at = case.closed_at or now()
    session.flush()


def returned_by_hand(session: Session, case_id: int | None) -> None:
    """Record that somebody put the mail of a case back into the inbox.

    That says that it does not belong where it was, and not where it belongs: the case is open, and
    waits for a person to say that.
    """
    case = _locked(session, case_id)
    if case is None:
        return
    note_event(session, case.id, RETURNED_BY_HAND, None, case.shelf)
    case.confirmation = None
    case.closed_at = None
    flag_modified(case, "confirmation")  # whoever has the case open is told, in any case
    session.flush()


def close(session: Session, case_id: int, revision: int, user: str) -> None:
    """Record that nothing is left to do.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
    """
    case = take(session, case_id, revision)
    put_away(session, case)
    case.closed_at = now()
    note_event(session, case_id, "closed", user)
    session.flush()


def reopen(session: Session, case_id: int, revision: int, user: str) -> None:
    """Record that something is left to do after all.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
    """
    case = take(session, case_id, revision)
    case.closed_at = None
    note_event(session, case_id, "reopened", user)
    session.flush()


def read_again(session: Session, case_id: int, revision: int, user: str | None) -> None:
    """Have the worker read a mail again that it could not read, and put it where it then belongs.

    Args:
        session: A unit of work.
        case_id: The case of the mail.
        revision: The one that the caseworker had before them.
        user: The name of who asks; None for an operator's command.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
        NotUnreadableError: It does not lie on the shelf of unreadable mail, or its original has been
            erased.
    """
    case = take(session, case_id, revision)
    mail = session.scalars(
        select(Mail).where(Mail.case_id == case_id, *_CAN_BE_READ_AGAIN).with_for_update()
    ).one_or_none()
    if mail is None or case.shelf != "unreadable":
        raise NotUnreadableError(f"Case {case_id} is no mail that can be read again.")
    moment = now()
    session.add(
        MailTransition(
            mail_id=mail.id,
            from_state=mail.state,
            to_state=MailState.REREADING,
            at=moment,
            worker="desk",
        )
    )
    mail.state, mail.due_at, mail.attempts, mail.last_error = MailState.REREADING, moment, 0, None
    note_event(session, case_id, "reading_asked", user)
    # Whoever has the case open is told that it has changed.
    session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(revision=Case.revision + 1)
        .execution_options(synchronize_session=False)
    )
    session.flush()


def unreadable_cases(session: Session, reason: str | None = None) -> list[tuple[int, int]]:
    """Return the open cases whose mail can be read again, each with its revision, oldest first.

    Args:
        session: The database.
        reason: Only those that could not be read for this reason, such as `too_slow`.
    """
    rows = session.execute(
        select(Case.id, Case.revision, Mail.reasons)
        .join(Mail, Mail.case_id == Case.id)
        .where(Case.shelf == "unreadable", Case.closed_at.is_(None), *_CAN_BE_READ_AGAIN)
        .order_by(Case.id)
    )
    return [
        (case_id, revision)
        for case_id, revision, reasons in rows
        if reason is None or any(one["key"] == f"unreadable.{reason}" for one in reasons or ())
    ]


_CAN_BE_READ_AGAIN = (
    Mail.shelf == "unreadable",
    Mail.state == MailState.NOT_ACKNOWLEDGED,
    Mail.original_id.is_not(None),
)


def take(session: Session, case_id: int, revision: int) -> Case:
    """Return a case to be changed, locked against others where the database can.

    Args:
        session: A unit of work.
        case_id: Which case.
        revision: The one that the caseworker had before them.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it, or it was erased.
    """
    case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one_or_none()
    if case is None:
        raise UnknownCaseError(f"There is no case {case_id}.")
    if case.revision != revision:
        raise CaseChangedError(f"Case {case_id} was changed by somebody else; look at it anew.")
    if case.erased_at is not None:
        raise CaseErasedError(f"Case {case_id} was erased.")
    return case


def note_event(
    session: Session, case_id: int, action: str, user: str | None, detail: str = ""
) -> None:
    """Add to a case's history what was done, by whom (None for the worker)."""
    session.add(
        CaseEvent(
            case_id=case_id, at=now(), user_name=user, action=action, detail=detail[:200] or None
        )
    )


def _locked(session: Session, case_id: int | None) -> Case | None:
    return session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one_or_none()


def _put(session: Session, case: Case, to: Shelf) -> None:
    old = bool(session.scalar(select(Mail.old).where(Mail.case_id == case.id)))
    case.shelf = to
    arrive(session, case, old=old)
    case.confirmation = "corrected"
    case.closed_at = now() if to in {"automatic", "spam"} else None


def _move_in_mailbox(session: Session, mail: Mail, to: str) -> None:
    if mail.state == MailState.GONE or mail.mailbox_id is None:
        return
    if mail.moved_at is None:
        raise NotMovedYetError(f"Mail {mail.id} is still being moved; try again in a moment.")
    moment: datetime = now()
    session.add(
        Correction(
            mail_id=mail.id,
            to_shelf=to,
            asked_at=moment,
            state=CorrectionState.WAITING,
            due_at=moment,
            attempts=0,
        )
    )
