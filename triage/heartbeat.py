"""The heartbeat of the mailboxes: when each was last looked through, and what waits or failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.times import now
from triage.folders.first_look import Found, read_found
from triage.models import Case, Mail, Mailbox
from triage.states import MailState

Health = Literal["well", "attention", "stopped"]
"""Green, yellow, red: it goes on; somebody should look; no round trip has come to its end lately."""

STOPPED_AFTER = timedelta(minutes=5)
"""Without a completed round trip for longer than this a mailbox has stopped, unless it is set."""

_CAPPED_FOR = timedelta(days=1)
_MOST_UNCERTAIN = 50


@dataclass(frozen=True)
class MailboxStatus:
    """The heartbeat of a mailbox.

    Attributes:
        id: Identifies it.
        name: The mailbox's user name.
        health: Green, yellow or red.
        last_round_trip_at: When a round through it last came to its end, None if never.
        last_error_at: When something last failed for it or for one of its mails.
        last_error: What failed: the name of the error, and what it says.
        fails: Whether what failed last has not gone well since.
        waiting: Mails with work left to do.
        troubled: Those among them for which a step failed at least once.
        uncertain: Mails of open cases whose acknowledgement is uncertain.
        capped: Mails of the last day that were not acknowledged, for their sender had had many.
        left_behind: Mails that were copied to their folder and could not be taken out of the inbox.
        left_alone: Old mails that stay where they are, by decision.
        is_undecided: Whether an admin must decide what becomes of the old mail.
        waiting_new: Mails that came after the first look and wait for that decision.
        first_look_at: When it was first reached, None if never.
        found: What was counted then, None if it was not.
    """

    id: int
    name: str
    health: Health
    last_round_trip_at: datetime | None
    last_error_at: datetime | None
    last_error: str | None
    fails: bool
    waiting: int
    troubled: int
    uncertain: int
    capped: int
    left_behind: int
    left_alone: int
    is_undecided: bool
    waiting_new: int
    first_look_at: datetime | None
    found: Found | None


def mailbox_statuses(
    session: Session, stopped_after: timedelta = STOPPED_AFTER
) -> list[MailboxStatus]:
    """Return the heartbeat of each mailbox that was ever connected, or tried.

    Args:
        session: Read only.
        stopped_after: Without a completed round trip for longer than this it has stopped.
    """
    mailboxes = session.scalars(select(Mailbox).order_by(Mailbox.name))
    return [_status(session, mailbox, stopped_after) for mailbox in mailboxes]


def uncertain_cases(session: Session, mailbox_id: int) -> Sequence[int]:
    """Return the open cases of a mailbox whose acknowledgement is uncertain, the newest first."""
    return session.scalars(
        select(Case.id)
        .join(Mail, Mail.case_id == Case.id)
        .where(Mail.mailbox_id == mailbox_id, *_UNCERTAIN)
        .order_by(Case.id.desc())
        .limit(_MOST_UNCERTAIN)
    ).all()


_UNCERTAIN = (Mail.state == MailState.ACKNOWLEDGEMENT_UNCERTAIN, Case.closed_at.is_(None))


def _status(session: Session, mailbox: Mailbox, stopped_after: timedelta) -> MailboxStatus:
    beat, moment = mailbox.last_round_trip_at, now()
    failed_at = mailbox.last_error_at
    fails = failed_at is not None and (beat is None or failed_at > beat)
    waits = Mail.due_at.is_not(None)
    troubled = _count(session, mailbox.id, waits, Mail.last_error.is_not(None))
    is_undecided = mailbox.old_mail is None and mailbox.first_look_at is not None
    health: Health = "well"
    if beat is None or beat < moment - stopped_after:
        health = "stopped"
    elif fails or troubled or is_undecided:
        health = "attention"
    return MailboxStatus(
        id=mailbox.id,
        name=mailbox.name,
        health=health,
        last_round_trip_at=beat,
        last_error_at=failed_at,
        last_error=mailbox.last_error,
        fails=fails or bool(troubled),
        waiting=_count(session, mailbox.id, waits),
        troubled=troubled,
        uncertain=_count(session, mailbox.id, Mail.case_id == Case.id, *_UNCERTAIN),
        capped=_count(
            session,
            mailbox.id,
            Mail.acknowledgement == "too_many",
            Mail.received_at >= moment - _CAPPED_FOR,
        ),
        left_behind=_count(session, mailbox.id, Mail.left_in_inbox.is_(True)),
        left_alone=_count(session, mailbox.id, Mail.state == MailState.LEFT),
        is_undecided=is_undecided,
        waiting_new=mailbox.waiting_new if is_undecided else 0,
        first_look_at=mailbox.first_look_at,
        found=read_found(mailbox.found) if mailbox.found else None,
    )


def _count(session: Session, mailbox_id: int, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count(Mail.id)).where(Mail.mailbox_id == mailbox_id, *conditions)
    return session.scalar(statement) or 0
