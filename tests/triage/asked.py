"""What caseworkers ask for, written as the desk writes it, and waiting until it is carried out."""

from __future__ import annotations

import time
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import select, update

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.servers import OWN_ADDRESS
from triage.models import Case, CaseEvent, Correction, Mail, Reply
from triage.states import (
    CORRECTION_FINISHED,
    REPLY_FINISHED,
    CorrectionState,
    ReplyState,
)


def ask_to_correct(database: Database, mail_id: int, to_shelf: str) -> int:
    """Put a mail on another shelf, and return the correction's id."""
    with database.transaction() as session:
        mail = session.get_one(Mail, mail_id)
        session.get_one(Case, mail.case_id).shelf = to_shelf
        correction = Correction(
            mail_id=mail_id,
            to_shelf=to_shelf,
            asked_at=now(),
            state=CorrectionState.WAITING,
            due_at=now(),
        )
        session.add(correction)
        session.flush()
        return correction.id


def a_case(database: Database) -> int:
    """Open a case of a person at the counter, and return its id."""
    with database.transaction() as session:
        case = Case(channel="counter", shelf="tax", opened_at=now())
        session.add(case)
        session.flush()
        return case.id


def ask_to_reply(database: Database, case_id: int, number: int = 1) -> int:
    """Answer a case, which closes it, and return the reply's id."""
    message_id = f"<reply{number}@ics.example.test>"
    recipient = f"asker{number}@example.org"
    content = message_of(number, recipient, message_id)
    with database.transaction() as session:
        session.get_one(Case, case_id).closed_at = now()
        reply = Reply(
            case_id=case_id,
            state=ReplyState.WAITING,
            author="berit",
            asked_at=now(),
            recipient=recipient,
            language="en",
            subject="Your question",
            text="You get it from the tax agency.",
            message_id=message_id,
            original_id=Originals(ORIGINALS_KEY).keep(session, content),
            due_at=now(),
        )
        session.add(reply)
        session.flush()
        return reply.id


def message_of(number: int, recipient: str, message_id: str) -> bytes:
    """The whole message of a reply."""
    message = EmailMessage(policy=SMTP)
    message["From"] = OWN_ADDRESS
    message["To"] = recipient
    message["Subject"] = "Your question"
    message["Message-ID"] = message_id
    message.set_content(f"Reply {number}: you get it from the tax agency. Åh!\n.\nBerit\n")
    return message.as_bytes()


def corrections_of(database: Database) -> list[Correction]:
    """Return all corrections, oldest first."""
    with database.transaction() as session:
        return list(session.scalars(select(Correction).order_by(Correction.id)))


def replies_of(database: Database) -> list[Reply]:
    """Return all replies, oldest first."""
    with database.transaction() as session:
        return list(session.scalars(select(Reply).order_by(Reply.id)))


def case_of(database: Database, case_id: int | None) -> Case:
    """Return a case."""
    with database.transaction() as session:
        return session.get_one(Case, case_id)


def outcomes_of(database: Database) -> list[tuple[str, str | None]]:
    """Return what the worker wrote into the histories of cases, oldest first."""
    with database.transaction() as session:
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.action != "opened").order_by(CaseEvent.id)
        ).all()
    assert all(event.user_name is None for event in events)
    return [(event.action, event.detail) for event in events]


def make_errands_due(database: Database) -> None:
    """Let all pauses of errands be over."""
    with database.transaction() as session:
        for table in (Correction, Reply):
            session.execute(update(table).where(table.due_at.is_not(None)).values(due_at=now()))


def wait_until_carried_out(database: Database, seconds: float = 60) -> None:
    """Wait until all errands are finished."""
    until = time.monotonic() + seconds
    while True:
        corrections, replies = corrections_of(database), replies_of(database)
        if all(row.state in CORRECTION_FINISHED for row in corrections) and all(
            row.state in REPLY_FINISHED for row in replies
        ):
            return
        left: list[Correction | Reply] = [*corrections, *replies]
        assert time.monotonic() < until, [(row.id, row.state, row.last_error) for row in left]
        time.sleep(0.1)
