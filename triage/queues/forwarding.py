"""Where a queue's mail is sent on to, as the database has it, and whether that is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from language.masking import mask
from storage.database import Database
from triage.models import Case, Mail, MailTransition, QueueSetting
from triage.parsing.message import ParsedMail
from triage.queues.settings import EVERYWHERE, in_force
from triage.states import MailState
from understanding.queues import QUEUES, Queue

MOST_FAILED = 3
"""After so many mails in a row that came back, no more is sent to an address."""

_MOST_IDS = 50


@dataclass(frozen=True)
class Destination:
    """Where a mail is sent on to, and whether that is paused because mail came back."""

    address: str
    is_paused: bool


class Forwarding:
    """Tells the worker where mail is sent on to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def destination(self, shelf: str | None, case_id: int | None) -> Destination | None:
        """Return where mail on a shelf is sent on to; None where it is not.

        Args:
            shelf: Where it lies.
            case_id: Its case, by whose centre it is told.
        """
        with self._database.reading() as session:
            centre = session.scalar(select(Case.centre).where(Case.id == case_id))
            for queue in QUEUES:
                if queue == shelf:
                    address = in_force(session, queue, centre).forward_to
                    paused = bool(address) and is_paused(session, queue, centre, address)
                    return Destination(address, paused) if address else None
        return None

    def is_answer_to_one(self, mail: ParsedMail) -> bool:
        """Return whether a mail is one that we sent on, or is in its thread."""
        ids = {mail.message_id or "", *mail.references[-_MOST_IDS:]}
        with self._database.reading() as session:
            query = select(Mail.id).where(Mail.forward_message_id.in_(ids)).limit(1)
            return session.scalar(query) is not None


def paused_queues(session: Session) -> list[Queue]:
    """Return the queues of which mail is not sent on at some centre, since it came back."""
    rows = session.scalars(select(QueueSetting).where(QueueSetting.forward_to != "")).all()
    return [
        queue
        for queue in QUEUES
        if any(
            row.shelf == queue and is_paused(session, queue, row.centre, row.forward_to or "")
            for row in rows
        )
    ]


def is_paused(session: Session, queue: str, centre: str | None, address: str) -> bool:
    """Return whether the last mails that were sent on to an address all came back.

    Args:
        session: Read only.
        queue: The queue.
        centre: Slug of the centre; None or empty for none.
        address: Where its mail is sent on to.
    """
    since = session.scalar(
        select(func.max(QueueSetting.forward_resumed_at)).where(
            QueueSetting.shelf == queue, QueueSetting.centre.in_({EVERYWHERE, centre or EVERYWHERE})
        )
    )
    report = aliased(Mail)
    came_back = (
        select(report.id)
        .where(
            report.about_case_id == Mail.case_id,
            report.reported_on == "forward",
            report.reported_action == "failed",
        )
        .exists()
    )
    last = session.execute(
        select(Mail.forwarding, came_back)
        .where(
            Mail.forwarded_to == mask(address),
            Mail.forwarding.in_(["sent", "uncertain", "refused"]),
            *_sent_since(since),
        )
        .order_by(Mail.id.desc())
        .limit(MOST_FAILED)
    ).all()
    return len(last) == MOST_FAILED and all(
        forwarding == "refused" or failed for forwarding, failed in last
    )


def _sent_since(since: datetime | None) -> list[ColumnElement[bool]]:
    if since is None:
        return []
    return [
        select(MailTransition.id)
        .where(
            MailTransition.mail_id == Mail.id,
            MailTransition.to_state == MailState.FORWARDED,
            MailTransition.at > since,
        )
        .exists()
    ]
