"""Mail that is sent on: at most once, never in a circle, and no more where it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest

from ankomst.triage_worker import compose_worker
from storage.database import Database
from storage.migrate import upgrade
from tests.triage.bench import Bench
from tests.triage.composition import (
    SubjectJudge,
    a_mail,
    end_all,
    identified,
    mails_of,
    settings_for,
)
from tests.triage.reports import postfix
from tests.triage.servers import OWN_ADDRESS, RunningServers
from triage.deciding.classifier import Decision, decide
from triage.letters.forwarding import FORWARDED, WhyNot, why_not_forwarded
from triage.models import Mail
from triage.parsing.message import ParsedMail, parse
from triage.queues.forwarding import MOST_FAILED, is_paused, paused_queues
from triage.queues.settings import (
    EVERYWHERE,
    Chosen,
    place,
    resume_forwarding,
    save,
)

THERE = "tax@office.example.org"
OTHER_ICS = "other@example.test"


def forward(database: Database, to: str, centre: str = EVERYWHERE) -> None:
    with database.transaction() as session:
        before = place(session, "tax", centre)
        save(session, "tax", centre, Chosen(forward_to=to), before.revision, "alex")


def forwards(servers: RunningServers, to: str = THERE) -> list[Message]:
    return [mail for mail in servers.received() if mail["Delivered-To"] == to]


def last(bench: Bench) -> Mail:
    return mails_of(bench.database)[-1]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Received": "from a by b", "Precedence": ""}, None),
        ({"From": f"Tax <{THERE.upper()}>"}, "from_there"),
        ({"Reply_To": "tax+answers@office.example.org"}, "from_there"),
        ({"X_Ankomst_Forwarded": "ics@elsewhere.example.org"}, "forwarded_before"),
        ({"Resent_From": THERE}, "forwarded_before"),
        ({"Resent_To": f"Somebody <{THERE}>"}, "forwarded_before"),
        ({"Resent_From": OWN_ADDRESS}, "forwarded_before"),
        ({"Delivered_To": THERE}, "forwarded_before"),
        ({"X_Loop": THERE}, "forwarded_before"),
        # It came to us by a redirection of somebody else's, and was never there.
        ({"Resent_From": "assistant@example.org", "Resent_To": OWN_ADDRESS}, None),
        ({"Delivered_To": OWN_ADDRESS}, None),
        ({"Auto_Submitted": "auto-generated; owner-email=a@example.org"}, "automatic"),
        ({"Auto_Submitted": "no"}, None),
    ],
)
def test_a_mail_that_has_been_there_is_not_sent_there(
    headers: dict[str, str], expected: WhyNot | None
) -> None:
    mail = parse(a_mail(1, **headers))
    assert why_not_forwarded(mail, THERE, frozenset({OWN_ADDRESS})) == expected


def test_nothing_is_sent_to_an_address_of_our_own() -> None:
    mail = parse(a_mail(1))
    for to in (OWN_ADDRESS, "ICS+tax@Example.test"):
        assert why_not_forwarded(mail, to, frozenset({OWN_ADDRESS})) == "own_address"


def test_what_is_sent_on_says_so_and_goes_to_the_centres_address(bench: Bench) -> None:
    forward(bench.database, THERE)
    bench.append(a_mail(1), a_mail(2, "jobseeker"))
    bench.worker().round()
    (sent,) = forwards(bench.servers)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent[FORWARDED] == OWN_ADDRESS
    row = mails_of(bench.database)[0]
    assert (row.forwarding, row.forwarded_to, row.forward_message_id) == (
        "sent",
        THERE,
        sent["Message-ID"],
    )
    assert mails_of(bench.database)[1].forwarding is None


def test_an_answer_to_what_was_sent_on_is_not_sent_on(bench: Bench) -> None:
    forward(bench.database, THERE)
    worker = bench.worker()
    bench.append(a_mail(1))
    worker.round()
    (sent,) = forwards(bench.servers)
    bench.append(a_mail(2, References=str(sent["Message-ID"])))
    worker.round()
    assert (last(bench).forwarding, last(bench).state) == ("forwarded_before", "acknowledged")
    assert len(forwards(bench.servers)) == 1


def decide_there(mail: ParsedMail) -> Decision:
    return decide(mail, SubjectJudge(), frozenset({OTHER_ICS}), identifier=identified)


class Wire:
    """Carries mail for one address from the SMTP server of an office to the inbox of another."""

    def __init__(self, source: RunningServers, target: RunningServers, to: str) -> None:
        self._source, self._target, self._to = source, target, to
        self._carried = 0

    def carry(self, lost: tuple[str, ...]) -> None:
        """Carry what is new, without the headers that get lost on the way."""
        mails = forwards(self._source, self._to)[self._carried :]
        self._carried += len(mails)
        for mail in mails:
            for header in (*lost, "Delivered-To"):
                del mail[header]
        with self._target.view() as view:
            view.append(*(mail.as_bytes() for mail in mails))


@pytest.fixture
def other_servers(tmp_path: Path) -> Iterator[RunningServers]:
    """The mail servers of another office."""
    servers = RunningServers(tmp_path / "other")
    servers._options = replace(servers._options, own_address=OTHER_ICS)
    servers.start()
    yield servers
    servers.stop()


@pytest.mark.parametrize(
    ("lost", "why_not"),
    [
        ((), "automatic"),
        (("Auto-Submitted",), "from_there"),
        (("Auto-Submitted", "X-Auto-Response-Suppress", FORWARDED), "from_there"),
    ],
    ids=["as it is", "without Auto-Submitted", "without any mark"],
)
def test_two_offices_that_forward_to_each_other_stop_after_one_round(
    lost: tuple[str, ...],
    why_not: str,
    bench: Bench,
    other_servers: RunningServers,
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(database)
    forward(bench.database, OTHER_ICS)
    forward(database, OWN_ADDRESS)
    settings = settings_for(
        database.engine.url.render_as_string(),
        tmp_path,
        other_servers.imap_port,
        other_servers.smtp_port,
        mail_address=OTHER_ICS,
    )
    here, there = bench.worker(), compose_worker(settings, database, decide_there)
    to_there = Wire(bench.servers, other_servers, OTHER_ICS)
    to_here = Wire(other_servers, bench.servers, OWN_ADDRESS)
    try:
        bench.append(a_mail(1))
        for _ in range(3):
            here.round()
            to_there.carry(lost)
            there.round()
            to_here.carry(lost)
        assert len(forwards(bench.servers, OTHER_ICS)) == 1
        # Without any mark it is taken for a person's mail and acknowledged, but not sent on.
        assert [mail for mail in other_servers.received() if mail.is_multipart()] == []
        first = mails_of(database)[0]
        assert (first.forwarding or first.kind) == why_not
    finally:
        end_all([there])
        database.close()


def test_after_some_mails_that_came_back_no_more_is_sent(bench: Bench) -> None:
    forward(bench.database, THERE)
    worker = bench.worker()
    for number in range(MOST_FAILED):
        bench.append(a_mail(number))
        worker.round()
        assert last(bench).forwarding == "sent"
        sent = forwards(bench.servers)[-1]
        report = postfix(str(sent["Message-ID"]), str(sent["Subject"]), THERE)
        bench.append(report.replace(b"<report-postfix@", f"<report{number}@".encode()))
        worker.round()
    with bench.database.reading() as session:
        assert is_paused(session, "tax", "odense", THERE)
        assert paused_queues(session) == ["tax"]
        assert not is_paused(session, "tax", None, "other@example.org")
    bench.append(a_mail(7))
    worker.round()
    assert (last(bench).forwarding, last(bench).state) == ("paused", "acknowledged")
    assert len(forwards(bench.servers)) == MOST_FAILED
    # An admin says that it may be tried again; what came back before counts no more.
    with bench.database.transaction() as session:
        resume_forwarding(session, "tax", EVERYWHERE, "alex")
    bench.append(a_mail(8))
    worker.round()
    assert last(bench).forwarding == "sent"
    with bench.database.reading() as session:
        assert paused_queues(session) == []


def test_one_that_arrives_in_between_is_no_reason_to_stop(bench: Bench) -> None:
    forward(bench.database, THERE)
    worker = bench.worker()
    bench.append(*(a_mail(number) for number in range(4)))
    worker.round()
    sent = forwards(bench.servers)
    for number in (0, 1, 3):
        report = postfix(str(sent[number]["Message-ID"]), str(sent[number]["Subject"]), THERE)
        bench.append(report.replace(b"<report-postfix@", f"<report{number}@".encode()))
    worker.round()
    with bench.database.reading() as session:
        assert paused_queues(session) == []
