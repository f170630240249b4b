"""What caseworkers ask for, carried out by a worker with real servers and databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.postgres import free_port
from tests.triage.asked import (
    a_case,
    ask_to_correct,
    ask_to_reply,
    case_of,
    corrections_of,
    make_errands_due,
    message_of,
    outcomes_of,
    replies_of,
    wait_until_carried_out,
)
from tests.triage.bench import Bench
from tests.triage.composition import (
    ORIGINALS_KEY,
    a_mail,
    ignore_step,
    mails_of,
    wait_for,
)
from tests.triage.line import Break, line_to
from tests.triage.servers import OWN_ADDRESS, RunningServers, running_servers
from tests.triage.smtp_server import moody_smtp
from triage.cases.errands import Errands
from triage.errors import ClaimLostError, MailboxUnavailableError
from triage.heartbeat import mailbox_statuses
from triage.models import Case, Correction, Mail, Mailbox, Reply
from triage.states import CorrectionState, MailState, ReplyState


class Office(Bench):
    """A mailbox with workers, and caseworkers who ask for things."""

    def make_due(self) -> None:
        make_errands_due(self.database)
        super().make_due()


@pytest.fixture
def office(sqlite_database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Office]:
    made = Office(sqlite_database, servers, tmp_path)
    yield made
    made.end()


def _errands(database: Database, worker: str) -> Errands:
    return Errands(database, Originals(ORIGINALS_KEY), worker, 60, ignore_step)


def test_the_mailbox_follows_a_correction(office: Office) -> None:
    office.append(a_mail(1), a_mail(2))
    worker = office.worker()
    worker.round()
    ask_to_correct(office.database, 1, "visitation")
    assert worker.round() == 0
    assert office.places() == {
        "<1@mail.example.org>": ["Queues/Visitation"],
        "<2@mail.example.org>": ["Queues/Tax"],
    }
    (correction,) = corrections_of(office.database)
    assert (correction.state, correction.due_at) == (CorrectionState.DONE, None)
    first = mails_of(office.database)[0]
    # The decision stays what it was.
    assert (first.shelf, first.target_folder, first.target_uid) == ("tax", "Queues/Visitation", 1)
    assert outcomes_of(office.database) == [("moved_in_mailbox", "Queues/Visitation")]


def test_corrections_of_a_mail_are_carried_out_one_after_the_other(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    for shelf in ("visitation", "jobseeker", "jobseeker", "tax"):
        ask_to_correct(office.database, 1, shelf)
    worker.round()
    assert office.places() == {"<1@mail.example.org>": ["Queues/Tax"]}
    assert {row.state for row in corrections_of(office.database)} == {CorrectionState.DONE}
    assert [detail for _, detail in outcomes_of(office.database)] == [
        "Queues/Visitation",
        "Queues/Jobseeker",
        "Queues/Jobseeker",
        "Queues/Tax",
    ]


def test_a_mail_that_a_colleague_took_is_shown_as_gone(office: Office) -> None:
    office.append(a_mail(1), a_mail(2))
    worker = office.worker()
    worker.round()
    with office.servers.view() as view:
        view.move(1, "Mine", source="Queues/Tax")
    ask_to_correct(office.database, 1, "visitation")
    ask_to_correct(office.database, 2, "visitation")
    worker.round()
    assert [row.state for row in corrections_of(office.database)] == [
        CorrectionState.GONE,
        CorrectionState.DONE,
    ]
    assert ("mail_gone", None) in outcomes_of(office.database)
    assert office.places() == {
        "<1@mail.example.org>": ["Mine"],
        "<2@mail.example.org>": ["Queues/Visitation"],
    }


def test_a_mail_that_a_colleague_takes_at_the_last_moment_is_shown_as_gone(office: Office) -> None:
    def _take(step: str, _id: int) -> None:
        if step == "correction_moving":
            with office.servers.view() as view:
                view.move(1, "Mine", source="Queues/Tax")

    office.append(a_mail(1))
    worker = office.worker(_take)
    worker.round()
    ask_to_correct(office.database, 1, "visitation")
    worker.round()
    assert [row.state for row in corrections_of(office.database)] == [CorrectionState.GONE]
    assert office.places() == {"<1@mail.example.org>": ["Mine"]}


def test_a_folder_that_was_deleted_is_as_gone_as_its_mail(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    with office.servers.view() as view:
        view.move(1, "Mine", source="Queues/Tax")
        view._client.select_folder("INBOX")
        view._client.delete_folder("Queues/Tax")
    ask_to_correct(office.database, 1, "visitation")
    worker.round()
    assert [row.state for row in corrections_of(office.database)] == [CorrectionState.GONE]


def test_a_correction_while_the_acknowledgement_waits(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker(smtp_port=free_port())
    worker.round()
    ask_to_correct(office.database, 1, "visitation")
    worker.round()
    assert office.places() == {"<1@mail.example.org>": ["Queues/Visitation"]}
    (mail,) = mails_of(office.database)
    assert mail.state is MailState.MOVED
    office.make_due()
    later = office.worker()
    later.round()
    (mail,) = mails_of(office.database)
    assert mail.state is MailState.ACKNOWLEDGED
    assert office.servers.acknowledged() == ["person1@example.org"]
    assert office.places() == {"<1@mail.example.org>": ["Queues/Visitation"]}


@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize(
    "command", [b"UID MOVE", b"SELECT", b"STATUS", b"UID SEARCH", b"LIST", b"APPEND", b"EXAMINE"]
)
def test_a_line_that_breaks_within_an_errand(
    command: bytes, delivered: bool, office: Office
) -> None:
    office.append(a_mail(1), a_mail(2))
    office.worker().round()
    with line_to(office.servers.imap_port) as line:
        worker = office.worker(imap_port=line.port)
        worker.round()
        ask_to_correct(office.database, 1, "visitation")
        ask_to_correct(office.database, 2, "jobseeker")
        ask_to_reply(office.database, 1)

        line.breaks = Break(command, delivered)
        with pytest.raises(MailboxUnavailableError):
            worker._run_errands(1)
        for _ in range(3):
            office.make_due()
            worker.round()
    assert office.places() == {
        "<1@mail.example.org>": ["Queues/Visitation"],
        "<2@mail.example.org>": ["Queues/Jobseeker"],
        "<reply1@ics.example.test>": ["Sent"],
    }
    assert {row.state for row in corrections_of(office.database)} == {CorrectionState.DONE}
    assert office.servers.acknowledged().count("asker1@example.org") == 1


def test_a_renumbered_folder(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with running_servers(folder) as servers:
        before = Office(sqlite_database, servers, tmp_path)
        # Twins: each correction must move one of them, and not the same.
        before.append(a_mail(1), a_mail(2), a_mail(2), a_mail(3))
        before.worker().round()
        before.end()
    (folder / "demo" / ".Queues.Tax" / "dovecot-uidlist").unlink()
    with running_servers(folder) as servers:
        after = Office(sqlite_database, servers, tmp_path)
        for mail_id in (1, 2, 3):
            ask_to_correct(sqlite_database, mail_id, "visitation")
        after.worker().round()
        assert after.places() == {
            "<1@mail.example.org>": ["Queues/Visitation"],
            "<2@mail.example.org>": ["Queues/Visitation"] * 2,
            "<3@mail.example.org>": ["Queues/Tax"],
        }
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}
        after.end()


def test_a_reply_is_sent_and_kept(office: Office) -> None:
    worker = office.worker()
    worker.round()
    case_id = a_case(office.database)
    ask_to_reply(office.database, case_id)
    worker.round()
    expected = message_of(1, "asker1@example.org", "<reply1@ics.example.test>")
    (received,) = office.servers.received()
    assert received["Return-Path"] == f"<{OWN_ADDRESS}>"
    assert _body(received.as_bytes()) == _body(expected)
    with office.servers.view() as view:
        assert view.flags("Sent") == [(b"\\Seen",)]
        view._client.select_folder("Sent", readonly=True)
        kept = view._client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
    # pymap keeps lines with other ends; tests/interop has the very same bytes.
    assert kept.replace(b"\n", b"\r\n") == expected
    (reply,) = replies_of(office.database)
    assert (reply.state, reply.due_at) == (ReplyState.KEPT, None)
    assert reply.sent_at is not None
    assert outcomes_of(office.database) == [("reply_sent", None)]
    assert case_of(office.database, case_id).closed_at is not None


def _body(mail: bytes) -> bytes:
    return mail.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def test_it_is_kept_in_the_folder_that_people_use(office: Office) -> None:
    with office.servers.view() as view:
        view._client.create_folder("Wysłane")
    ask_to_reply(office.database, a_case(office.database))
    office.worker().round()
    assert office.places() == {"<reply1@ics.example.test>": ["Wysłane"]}


def test_a_server_that_keeps_what_it_sends_gets_no_second_copy(office: Office) -> None:
    with office.servers.view() as view:
        view._client.create_folder("Sent")
        view.append(message_of(1, "asker1@example.org", "<reply1@ics.example.test>"), folder="Sent")
    ask_to_reply(office.database, a_case(office.database))
    office.worker().round()
    assert office.places() == {"<reply1@ics.example.test>": ["Sent"]}
    assert [row.state for row in replies_of(office.database)] == [ReplyState.KEPT]


@pytest.mark.parametrize("stage", ["recipient_answer", "content_answer"])
def test_a_refused_reply_opens_the_case_again(stage: str, office: Office) -> None:
    case_id = a_case(office.database)
    ask_to_reply(office.database, case_id)
    revision = case_of(office.database, case_id).revision
    with moody_smtp() as (server, port):
        setattr(server, stage, "550 5.1.1 no such user")
        office.worker(smtp_port=port).round()
        assert server.took == []
    (reply,) = replies_of(office.database)
    assert (reply.state, reply.sent_at, reply.due_at) == (ReplyState.REFUSED, None, None)
    case = case_of(office.database, case_id)
    assert (case.closed_at, case.revision) == (None, revision + 1)
    assert outcomes_of(office.database) == [("reply_refused", "refused")]
    assert office.places() == {}


@pytest.mark.parametrize("stage", ["recipient_answer", "content_answer"])
def test_a_reply_that_the_server_puts_off_is_sent_later(stage: str, office: Office) -> None:
    ask_to_reply(office.database, a_case(office.database))
    with moody_smtp() as (server, port):
        setattr(server, stage, "451 4.7.1 <asker1@example.org> of 010190-1234 tries again later")
        worker = office.worker(smtp_port=port)
        worker.round()
        (reply,) = replies_of(office.database)
        assert (reply.state, reply.sent_at, reply.attempts) == (ReplyState.WAITING, None, 1)
        assert reply.last_error is not None
        assert "asker1" not in reply.last_error
        assert "1234" not in reply.last_error
        assert reply.due_at is not None
        assert reply.due_at > now()
        office.make_due()
        worker.round()
        assert replies_of(office.database)[0].attempts == 2
        setattr(server, stage, None)
        office.make_due()
        worker.round()
        assert server.took == ["asker1@example.org"]
    assert [row.state for row in replies_of(office.database)] == [ReplyState.KEPT]


def test_a_reply_that_is_put_off_for_days_goes_back_to_the_caseworker(office: Office) -> None:
    case_id = a_case(office.database)
    ask_to_reply(office.database, case_id)
    with office.database.transaction() as session:
        session.execute(update(Reply).values(asked_at=now() - timedelta(days=4)))
    with moody_smtp() as (server, port):
        server.recipient_answer = "452 4.2.2 mailbox full"
        office.worker(smtp_port=port).round()
    assert outcomes_of(office.database) == [("reply_refused", "gave_up")]
    assert case_of(office.database, case_id).closed_at is None


def test_an_answer_lost_after_the_content_leaves_a_reply_uncertain(office: Office) -> None:
    case_id = a_case(office.database)
    ask_to_reply(office.database, case_id, 1)
    ask_to_reply(office.database, case_id, 2)
    with moody_smtp() as (server, port), line_to(port, Break(b"\r\n.\r\n", True)) as line:
        worker = office.worker(smtp_port=line.port)
        worker.round()
        office.make_due()
        worker.round()
        assert sorted(server.took) == ["asker1@example.org", "asker2@example.org"]
    assert [row.state for row in replies_of(office.database)] == [
        ReplyState.UNCERTAIN,
        ReplyState.KEPT,
    ]
    assert outcomes_of(office.database) == [("reply_uncertain", None), ("reply_sent", None)]
    assert office.places() == {"<reply2@ics.example.test>": ["Sent"]}


def test_smtp_away_holds_up_no_move(office: Office) -> None:
    office.append(a_mail(1))
    office.worker().round()
    for number in range(5):
        ask_to_reply(office.database, a_case(office.database), number)
    ask_to_correct(office.database, 1, "visitation")
    office.worker(smtp_port=free_port()).round()
    assert office.places() == {"<1@mail.example.org>": ["Queues/Visitation"]}
    assert {row.state for row in replies_of(office.database)} == {ReplyState.WAITING}
    with office.database.transaction() as session:
        (status,) = mailbox_statuses(session)
    assert "SmtpUnavailableError" in (status.last_error or "")


def test_a_mailbox_that_is_away_holds_up_no_reply(office: Office) -> None:
    imap_port = free_port()
    worker = office.worker(imap_port=imap_port)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        # Asked for during the pauses after failures, too.
        for number in (1, 2):
            ask_to_reply(office.database, a_case(office.database), number)
            wait_for(lambda: len(office.servers.received()) == len(replies_of(office.database)))
        assert {row.state for row in replies_of(office.database)} == {ReplyState.SENT}
    finally:
        worker.stop()
        running.join(30)
    assert all(row.claimed_by is None for row in replies_of(office.database))
    office.worker().round()
    assert {row.state for row in replies_of(office.database)} == {ReplyState.KEPT}
    assert len(office.servers.received()) == 2


def test_a_waiting_worker_is_woken_by_an_errand(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker(imap_idle_seconds=280)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        wait_for(lambda: [row.state for row in mails_of(office.database)] == ["acknowledged"])
        threading.Event().wait(1)
        ask_to_correct(office.database, 1, "visitation")
        ask_to_reply(office.database, 1)
        wait_until_carried_out(office.database, seconds=20)
    finally:
        worker.stop()
        running.join(30)
    assert office.places() == {
        "<1@mail.example.org>": ["Queues/Visitation"],
        "<reply1@ics.example.test>": ["Sent"],
    }


def test_an_errand_that_breaks_holds_up_nothing(office: Office) -> None:
    office.append(a_mail(1), a_mail(2))
    worker = office.worker()
    worker.round()
    ask_to_correct(office.database, 1, "no such shelf")
    ask_to_correct(office.database, 2, "visitation")
    ask_to_reply(office.database, a_case(office.database))
    office.append(a_mail(3))
    worker.round()
    broken_correction, other = corrections_of(office.database)
    assert broken_correction.last_error == "ValueError"
    assert broken_correction.due_at is not None
    assert other.state is CorrectionState.DONE
    assert [row.state for row in replies_of(office.database)] == [ReplyState.KEPT]
    assert mails_of(office.database)[2].state is MailState.ACKNOWLEDGED


def _moved_mail(database: Database, mail_id: int, mailbox_id: int = 1) -> None:
    with database.transaction() as session:
        session.add(
            Mail(
                id=mail_id,
                mailbox_id=mailbox_id,
                folder="INBOX",
                uidvalidity=1,
                uid=mail_id,
                sighted_at=now(),
                state=MailState.ACKNOWLEDGED,
                target_folder="Queues/Tax",
                target_uidvalidity=1,
                target_uid=mail_id,
                moved_at=now(),
                case_id=_case(session),
            )
        )


def _case(session: Session) -> int:
    case = Case(channel="mail", shelf="tax", opened_at=now())
    session.add(case)
    session.flush()
    return case.id


@pytest.fixture
def mailbox_id(database: Database) -> int:
    with database.transaction() as session:
        mailbox = Mailbox(name="ics", first_look_at=now())
        session.add(mailbox)
        session.flush()
        return mailbox.id


def test_an_errand_is_claimed_once(database: Database, mailbox_id: int) -> None:
    one, other = _errands(database, "one"), _errands(database, "other")
    for mail_id in (1, 2):
        _moved_mail(database, mail_id, mailbox_id)
    first = ask_to_correct(database, 1, "visitation")
    second = ask_to_correct(database, 1, "jobseeker")
    third = ask_to_correct(database, 2, "visitation")
    claimed = one.claim_correction(mailbox_id)
    assert claimed is not None
    assert claimed.id == first
    # The second one of the same mail waits for the first.
    next_one = other.claim_correction(mailbox_id)
    assert next_one is not None
    assert next_one.id == third
    assert other.claim_correction(mailbox_id) is None
    due = other.next_due(mailbox_id)
    assert due is not None
    assert due > now()
    one.advance_correction(claimed, CorrectionState.GONE)
    after = other.claim_correction(mailbox_id)
    assert after is not None
    assert after.id == second


def test_a_lost_claim_changes_nothing(database: Database, mailbox_id: int) -> None:
    one, other = _errands(database, "one"), _errands(database, "other")
    _moved_mail(database, 1, mailbox_id)
    ask_to_correct(database, 1, "visitation")
    ask_to_reply(database, a_case(database))
    correction, reply = one.claim_correction(mailbox_id), one.claim_unsent_reply(mailbox_id)
    assert correction is not None
    assert reply is not None
    with database.transaction() as session:
        for table in (Correction, Reply):
            session.execute(update(table).values(claimed_until=now() - timedelta(seconds=1)))
    with pytest.raises(ClaimLostError):
        one.advance_correction(correction, CorrectionState.GONE)
    with pytest.raises(ClaimLostError):
        one.advance_reply(reply, ReplyState.REFUSED)
    assert other.claim_correction(mailbox_id) is not None
    assert other.claim_unsent_reply(mailbox_id) is not None
    one.postpone(reply, "too late")
    assert outcomes_of(database) == []
    assert replies_of(database)[0].last_error is None
    with pytest.raises(ValueError, match="cannot go from waiting to done"):
        one.advance_correction(correction, CorrectionState.DONE)
    with pytest.raises(ValueError, match="cannot go from waiting to sent"):
        one.advance_reply(reply, ReplyState.SENT)


def test_errands_of_another_mailbox_are_left_to_its_worker(
    database: Database, mailbox_id: int
) -> None:
    errands = _errands(database, "one")
    _moved_mail(database, 1, mailbox_id)
    ask_to_correct(database, 1, "visitation")
    (mail,) = mails_of(database)
    ask_to_reply(database, mail.case_id or 0)
    elsewhere = mailbox_id + 1
    assert errands.claim_correction(elsewhere) is None
    assert errands.claim_unsent_reply(elsewhere) is None
    assert errands.claim_unsent_reply(None) is None
    assert errands.next_due(elsewhere) is None
    # A case that no mail began is everybody's.
    ask_to_reply(database, a_case(database), 2)
    claimed = errands.claim_unsent_reply(None)
    assert claimed is not None
    assert claimed.recipient == "asker2@example.org"
