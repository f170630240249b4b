"""What the pages of the desk share."""

from __future__ import annotations

from sqlalchemy import select

from storage.database import Database
from tests.triage.asked import a_case
from tests.triage.composition import a_mail
from tests.triage.desk.ledger import Ledger
from triage.desk.desk import Desk
from triage.models import Mailbox


def test_a_case_is_answered_from_the_mailbox_that_it_came_by(sqlite_database: Database) -> None:
    by_mail, by_hand = Ledger(sqlite_database).add(a_mail(1), "tax"), a_case(sqlite_database)
    desk = Desk(
        originals=None,  # type: ignore[arg-type]
        address="first@example.test",
        addresses={"ics": "ics@example.test"},
        public_url="",
        authority_addresses={},
        search=None,  # type: ignore[arg-type]
    )
    with sqlite_database.transaction() as session:
        assert desk.sender(session, by_mail) == "ics@example.test"
        assert desk.sender(session, by_hand) == "first@example.test"
        # Its mailbox is no longer in the file.
        session.scalars(select(Mailbox)).one().name = "Odense"
        session.flush()
        assert desk.sender(session, by_mail) == "first@example.test"
