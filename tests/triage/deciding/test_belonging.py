"""Reports and answers find the case of the mail of ours that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Database
from tests.triage.asked import a_case, ask_to_reply
from tests.triage.composition import a_mail, end_all, mails_of, settings_for, worker_for
from tests.triage.reports import SHAPES, exchange, postfix, qmail
from tests.triage.servers import RunningServers
from triage.models import Case, CaseEvent, Mail
from triage.worker import Worker

FORWARD = "tax@office.example.org"


class Office:
    """A worker that has sorted, acknowledged and forwarded one mail, and sent one reply."""

    def __init__(self, database: Database, servers: RunningServers, worker: Worker) -> None:
        self.database, self.servers, self._worker = database, servers, worker

    def receive(self, raw: bytes) -> Mail:
        """Let a mail come, and return its row."""
        with self.servers.view() as view:
            view.append(raw)
        self._worker.round()
        return mails_of(self.database)[-1]

    def case(self, case_id: int) -> Case:
        with self.database.transaction() as session:
            return session.get_one(Case, case_id)

    def events(self, case_id: int) -> list[tuple[str, str | None]]:
        with self.database.transaction() as session:
            rows = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id))
            return [(row.action, row.detail) for row in rows if row.action == "not_delivered"]


@pytest.fixture
def office(database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Office]:
    counter_case = a_case(database)
    assert counter_case == 1
    ask_to_reply(database, counter_case)
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(
        url, tmp_path, servers.imap_port, servers.smtp_port, forward_addresses={"tax": FORWARD}
    )
    worker = worker_for(configuration, database)
    made = Office(database, servers, worker)
    made.receive(a_mail(1))
    yield made
    end_all([worker])


REPLY_ID = "<reply1@ics.example.test>"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reply_that_was_not_delivered_opens_its_case_again(shape: str, office: Office) -> None:
    write, status = SHAPES[shape]
    assert office.case(1).closed_at is not None
    revision = office.case(1).revision
    report = office.receive(write(REPLY_ID, "Your question", "asker1@example.org"))
    assert (report.shelf, report.about_case_id) == ("automatic", 1)
    assert (report.reported_on, report.reported_action) == ("reply", "failed")
    assert (report.reported_status, report.reported_recipient) == (status, "asker1@example.org")
    assert office.events(1) == [("not_delivered", f"reply {status}")]
    case = office.case(1)
    assert case.closed_at is None
    assert case.revision > revision
    # A report is never answered.
    assert report.acknowledgement == "automatic"


@pytest.mark.parametrize("sent", ["acknowledgement", "forward"])
def test_a_report_on_what_we_sent_by_ourselves(sent: str, office: Office) -> None:
    first = mails_of(office.database)[0]
    to = "person1@example.org" if sent == "acknowledgement" else FORWARD
    mail = next(one for one in office.servers.received() if one["Delivered-To"] == to)
    column = "acknowledgement_message_id" if sent == "acknowledgement" else "forward_message_id"
    assert getattr(first, column) == mail["Message-ID"]
    with office.database.transaction() as session:
        session.get_one(Case, 2).closed_at = first.received_at
    report = office.receive(postfix(mail["Message-ID"], mail["Subject"], to))
    assert (report.about_case_id, report.reported_on) == (2, sent)
    assert office.events(2) == [("not_delivered", f"{sent} 5.1.1")]
    # Nobody waits for an answer because of that.
    assert office.case(2).closed_at is not None


def test_where_the_server_gave_the_mail_another_id_the_reference_tells(office: Office) -> None:
    other = "<rewritten@relay.example.net>"
    report = office.receive(exchange(other, "Re: hello [ICS-000001]", "asker1@example.org"))
    assert (report.about_case_id, report.reported_on) == (1, "reply")
    assert office.events(1) == [("not_delivered", "reply 5.7.1")]
    # A reference can be guessed: that alone opens no case again.
    assert office.case(1).closed_at is not None
    for stranger in ("stranger@example.org", ""):
        raw = qmail(other, "Re: hello [ICS-000001]", stranger).replace(b"<>:\r\n", b"\r\n")
        assert office.receive(raw).about_case_id is None
    assert office.receive(exchange(other, "Re: [ICS-000777]", "x@example.org")).shelf == "automatic"
    assert len(office.events(1)) == 1


def test_a_report_that_a_reply_is_late_is_linked_and_no_more(office: Office) -> None:
    raw = postfix(REPLY_ID, "Your question", "asker1@example.org")
    raw = raw.replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")
    report = office.receive(raw)
    assert (report.about_case_id, report.reported_action) == (1, "delayed")
    assert office.events(1) == []
    assert office.case(1).closed_at is not None


def test_an_absence_in_answer_to_a_reply_is_no_failure(office: Office) -> None:
    absent = office.receive(
        a_mail(5, Auto_Submitted="auto-replied", Return_Path="<>", In_Reply_To=REPLY_ID)
    )
    assert (absent.about_case_id, absent.reported_on) == (1, None)
    assert office.events(1) == []


def test_an_answer_in_the_thread_finds_the_earlier_case(office: Office) -> None:
    first = mails_of(office.database)[0]
    answer = office.receive(
        a_mail(6, References=f"<1@mail.example.org> {first.acknowledgement_message_id}")
    )
    assert answer.about_case_id == 2
    assert answer.case_id != 2
    # A case of its own, which is acknowledged like any other.
    assert answer.acknowledgement == "sent"


def test_an_answer_by_its_reference_must_come_from_the_same_person(office: Office) -> None:
    same = office.receive(a_mail(7, Subject="Re: tax [ICS-000002]", From="person1@example.org"))
    stranger = office.receive(a_mail(8, Subject="Re: tax [ICS-000002]"))
    plain = office.receive(a_mail(9))
    assert [row.about_case_id for row in (same, stranger, plain)] == [2, None, None]
