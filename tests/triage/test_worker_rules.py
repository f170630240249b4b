"""Rules of admins in a worker that runs: mail by IMAP, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from ankomst.triage_worker import compose_worker
from storage.database import DatabaseUnavailableError
from tests.triage.bench import Bench
from tests.triage.composition import (
    SubjectJudge,
    a_mail,
    identified,
    ignore_step,
    mails_of,
    wait_for,
)
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.servers import OWN_ADDRESS
from triage.deciding.admin_rules.current import CurrentRules
from triage.deciding.classifier import Decision, decide
from triage.parsing.message import ParsedMail
from triage.worker import Worker

decide_without_model = partial(
    decide,
    understanding=SubjectJudge(),
    own_addresses=frozenset({OWN_ADDRESS}),
    identifier=identified,
)


def worker_with_rules(bench: Bench) -> Worker:
    current = CurrentRules(bench.database, kept_seconds=0.1)

    def _decide(mail: ParsedMail) -> Decision:
        return decide_without_model(mail, admin_rules=current.rules())

    return compose_worker(bench.settings(), bench.database, _decide, ignore_step)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(30)


def finished(bench: Bench) -> int:
    return sum(mail.due_at is None for mail in mails_of(bench.database))


def test_a_rule_that_is_written_while_it_runs_holds_for_the_next_mail(bench: Bench) -> None:
    with running(worker_with_rules(bench)):
        bench.append(a_mail(1, "tax"), a_mail(2, "something else"))
        wait_for(lambda: finished(bench) == 2)
        rule_id = keep(bench.database, a_draft("jobseeker", name="PD U2", subjects="tax question"))
        keep(bench.database, a_draft("tax", "unsure", name="unsure", senders="example.org"))
        threading.Event().wait(0.2)
        bench.append(
            a_mail(3, "tax"),
            a_mail(4, "something else"),
            a_mail(5, "tax", List_Id="<news.union.example>"),
            a_mail(6, "tax", From=OWN_ADDRESS),
            a_mail(7, "tax", Return_Path="<>"),
        )
        wait_for(lambda: finished(bench) == 7)
    rows = mails_of(bench.database)
    assert [(row.shelf, row.acknowledgement) for row in rows] == [
        ("tax", "sent"),
        ("visitation", "sent"),
        ("jobseeker", "sent"),
        ("tax", "sent"),
        ("jobseeker", "overruled"),
        ("automatic", "automatic"),
        ("automatic", "automatic"),
    ]
    assert [row.rule_id is not None for row in rows] == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    assert rows[2].rule_id == rule_id
    assert rows[2].reasons == [{"key": "rule.admin", "text": "PD U2"}]
    assert bench.servers.acknowledged() == [f"person{n}@example.org" for n in (1, 2, 3, 4)]
    assert bench.folders() == {
        "Queues/Tax": 2,
        "Queues/Jobseeker": 2,
        "Queues/Visitation": 1,
        "Queues/Automatic": 2,
    }


def test_spam_by_a_rule_is_held_and_told_nobody(bench: Bench) -> None:
    keep(bench.database, a_draft("spam", name="lottery", subjects="*lottery*"))
    bench.append(a_mail(1, "tax lottery"))
    worker = worker_with_rules(bench)
    worker.round()
    (row,) = mails_of(bench.database)
    assert (row.kind, row.shelf, row.acknowledgement) == ("spam", "spam", "spam")
    assert bench.folders() == {"Queues/Spam": 1}
    assert bench.servers.acknowledged() == []
    worker.stop()
    worker.run()


def test_rules_that_cannot_be_read_are_our_fault_and_the_mail_waits(bench: Bench) -> None:
    away = threading.Event()
    away.set()

    def _decide(mail: ParsedMail) -> Decision:
        if away.is_set():
            away.clear()  # it is back a moment later, and still no mail may go to the shelf
            raise DatabaseUnavailableError("away")
        return decide_without_model(mail)

    worker = compose_worker(bench.settings(), bench.database, _decide, ignore_step)
    bench.append(a_mail(1, "tax"))
    with pytest.raises(DatabaseUnavailableError):
        worker.round()
    (row,) = mails_of(bench.database)
    assert (row.state, row.shelf) == ("parsed", None)
    worker.round()
    (row,) = mails_of(bench.database)
    assert row.shelf == "tax"
    worker.stop()
    worker.run()


def test_recipients_are_kept_with_their_numbers_hidden(bench: Bench) -> None:
    bench.append(a_mail(1, "tax", Cc="Jobs <jobs@example.dk>, 010190-1234@example.dk"))
    worker = worker_with_rules(bench)
    worker.round()
    (row,) = mails_of(bench.database)
    with bench.database.reading() as session:
        session.add(row)
        assert row.recipients == [OWN_ADDRESS, "jobs@example.dk", "[CPR]@example.dk"]
    worker.stop()
    worker.run()
