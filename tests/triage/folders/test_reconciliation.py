"""Mailbox and ledger are compared, and what differs is named."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from ankomst.triage_worker import reconcile
from storage.times import now
from tests.triage.composition import a_mail, mails_of
from tests.triage.folders.office import Office
from triage.errors import UnknownMailboxError
from triage.folders.reconciliation import Discrepancy, Report, as_report, last_reports
from triage.models import FolderLook, Mail, Mailbox, MailTransition
from triage.states import MailState


def _compare(office: Office) -> Report:
    configuration = office.settings()
    return reconcile(configuration, office.database)


def _sorted(office: Office, mails: int) -> None:
    office.append(*(a_mail(number) for number in range(1, mails + 1)))
    worker = office.worker()
    worker.round()
    worker.round()


def test_all_is_well(office: Office) -> None:
    _sorted(office, 3)
    report = _compare(office)
    assert (report.mails, report.unfinished, report.missing, report.unexplained) == (3, 0, 0, 0)
    assert report.discrepancies == ()
    counts = {f.folder: (f.on_server, f.in_ledger) for f in report.folders}
    assert counts == {"INBOX": (0, 0), "Queues/Tax": (3, 3)}
    with office.database.transaction() as session:
        assert last_reports(session) == [report]
    assert as_report(report.as_dict()) == report


def test_what_happened_since_the_last_look_is_explained(quick: Office) -> None:
    _sorted(quick, 3)
    quick.move(1, "Queues/Visitation", source="Queues/Tax")
    quick.move(2, "Mine", source="Queues/Tax")
    quick.append(a_mail(4))
    report = _compare(quick)
    assert report.unexplained == 0
    assert _kinds(report) == {
        ("elsewhere", "arrived", "Queues/Visitation"),
        ("only_in_ledger", "left", "Queues/Tax"),
        ("only_on_server", "arrived", "INBOX"),
    }
    worker = quick.worker()
    worker.round()
    worker.round()
    report = _compare(quick)
    assert (report.discrepancies, report.missing, report.mails) == ((), 1, 4)


def _kinds(report: Report) -> set[tuple[str, str, str]]:
    return {(d.kind, d.why, d.folder) for d in report.discrepancies}


def test_a_row_that_was_lost_is_unexplained(office: Office) -> None:
    _sorted(office, 2)
    with office.database.transaction() as session:
        session.execute(delete(MailTransition).where(MailTransition.mail_id == 1))
        session.execute(delete(Mail).where(Mail.id == 1))
    report = _compare(office)
    assert report.discrepancies == (Discrepancy("only_on_server", "unexplained", "Queues/Tax", 1),)
    assert report.unexplained == 1


def test_a_mail_that_is_not_at_its_place_is_unexplained(quick: Office) -> None:
    _sorted(quick, 2)
    with quick.database.transaction() as session:
        session.execute(update(Mail).where(Mail.id == 1).values(target_uid=77))
    report = _compare(quick)
    (found,) = report.discrepancies
    assert (found.kind, found.mail_id, found.is_explained) == ("elsewhere", 1, False)
    assert found.reference == "ICS-000001"


def test_a_mail_in_the_inbox_that_was_moved_by_the_ledger_is_at_two_places(quick: Office) -> None:
    _sorted(quick, 1)
    quick.append(a_mail(2))
    with quick.database.transaction() as session:
        session.execute(update(Mail).where(Mail.id == 1).values(uid=2))
    report = _compare(quick)
    assert ("twice", "unexplained", "INBOX") in _kinds(report)


def test_without_a_worker_nothing_is_explained(quick: Office) -> None:
    _sorted(quick, 1)
    quick.append(a_mail(2))
    with quick.database.transaction() as session:
        session.execute(update(FolderLook).values(looked_at=now() - timedelta(hours=1)))
    report = _compare(quick)
    assert _kinds(report) == {("only_on_server", "not_looked", "INBOX")}
    assert report.unexplained == 1


def test_a_worker_compares_once_a_day(quick: Office) -> None:
    _sorted(quick, 1)
    with quick.database.transaction() as session:
        assert last_reports(session) == []
        session.execute(update(Mailbox).values(reconciliation_due_at=None))
    for worker in (quick.worker(), quick.worker()):
        worker.round()
    with quick.database.transaction() as session:
        (report,) = last_reports(session)
        due = session.query(Mailbox).one().reconciliation_due_at
    assert report.unexplained == 0
    assert due is not None
    assert (due - report.at).total_seconds() == 86400


def test_a_mailbox_that_nobody_knows(quick: Office) -> None:
    with pytest.raises(UnknownMailboxError, match="Mailboxes in the ledger: none"):
        _compare(quick)


def test_ten_thousand_mails_take_seconds(quick: Office) -> None:
    _sorted(quick, 1)
    (first,) = mails_of(quick.database)
    rows = [
        {
            "mailbox_id": first.mailbox_id,
            "folder": "INBOX",
            "uidvalidity": first.uidvalidity,
            "uid": 1000 + number,
            "sighted_at": now(),
            "state": MailState.NOT_ACKNOWLEDGED,
            "target_folder": "Queues/Spam",
            "target_uidvalidity": 1,
            "target_uid": number,
            "attempts": 0,
        }
        for number in range(1, 10_001)
    ]
    with quick.database.transaction() as session:
        session.execute(insert(Mail), rows)
    began = time.monotonic()
    report = _compare(quick)
    assert report.mails == 10_001
    assert report.unexplained == 10_000
    assert len(report.as_dict()["discrepancies"]) == 200
    assert time.monotonic() - began < 20
