"""The heartbeat of the mailboxes: when each was last looked through, and what waits or failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from triage.models import Mail, Mailbox
from triage.states import MailState


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


def _count(session: Session, mailbox_id: int, *conditions: ColumnElement[bool]) -> int:
    statement = select(func.count(Mail.id)).where(Mail.mailbox_id == mailbox_id, *conditions)
    return session.scalar(statement) or 0
