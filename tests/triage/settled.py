"""Waits until the ledger has nothing left to do, and checks what must hold then."""

from __future__ import annotations

import time
from collections import Counter

from sqlalchemy import select

from storage.database import Database
from tests.triage.composition import mails_of
from tests.triage.servers import ImapView
from triage.models import Mail, MailTransition
from triage.states import FINISHED, PERMITTED, MailState


def wait_until_settled(database: Database, mails: int, seconds: float = 60) -> list[Mail]:
    """Wait until so many mails are in the ledger and all of them are finished."""
    until = time.monotonic() + seconds
    while True:
        rows = mails_of(database)
        if len(rows) >= mails and all(row.state in FINISHED for row in rows):
            return rows
        assert time.monotonic() < until, [(row.id, row.state, row.last_error) for row in rows]
        time.sleep(0.1)


def check_exactly_once(
    database: Database, view: ImapView, expected: dict[str, str], acknowledged: list[str]
) -> list[Mail]:
    """Check that each mail is in one folder and one row, and acknowledged at most once.

    Args:
        database: With the ledger.
        view: Into the mailbox.
        expected: For each Message-ID the folder that it belongs in.
        acknowledged: The addresses that got a mail, one entry for each mail.

    Returns:
        The rows.
    """
    assert view.places() == {message_id: [folder] for message_id, folder in expected.items()}
    rows = mails_of(database)
    assert Counter(row.message_id for row in rows) == Counter(list(expected))
    assert all(row.state in FINISHED for row in rows)
    twice = {address: n for address, n in Counter(acknowledged).items() if n > 1}
    assert twice == {}
    for row in rows:
        if row.state is MailState.ACKNOWLEDGED:
            assert row.reply_to in acknowledged
        elif row.state is MailState.NOT_ACKNOWLEDGED:
            assert row.reply_to not in acknowledged
    check_history(database)
    return rows


def check_history(database: Database) -> None:
    """Check that every mail's recorded way is one of permitted moves, without a gap."""
    with database.transaction() as session:
        transitions = session.scalars(select(MailTransition).order_by(MailTransition.id)).all()
        states = {mail.id: mail.state for mail in session.scalars(select(Mail))}
    last: dict[int, MailState | None] = dict.fromkeys(states)
    for transition in transitions:
        assert transition.from_state == last[transition.mail_id]
        if transition.from_state is not None and transition.from_state != transition.to_state:
            assert transition.to_state in PERMITTED[transition.from_state]
        last[transition.mail_id] = transition.to_state
    assert last == states
