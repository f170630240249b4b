"""The receipt of a question from the form: by mail, by a worker with real servers, exactly once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from language.languages import LANGUAGES, Language
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.postgres import free_port
from tests.triage.composition import (
    ORIGINALS_KEY,
    end_all,
    mails_of,
    make_mails_due,
    settings_for,
    wait_for,
    worker_for,
)
from tests.triage.questions import Office, asked
from tests.triage.servers import OWN_ADDRESS, RunningServers
from tests.triage.settled import check_history
from tests.triage.smtp_server import moody_smtp
from triage.cases.cases import read_case
from triage.errors import MailboxUnavailableError
from triage.letters import replying
from triage.letters.acknowledgement import load_replies
from triage.letters.receipt import (
    DIRECTORY,
    Receipt,
    compose_receipt,
    find_receipt,
    queue_words,
    receipt_languages,
)
from triage.letters.replying import Draft
from triage.models import Mail
from triage.parsing.message import parse
from triage.states import MailState
from triage.worker import Worker
from understanding.queues import QUEUES

TAX = "How do I get a tax card? (pl)"


class Post:
    """The form's intake, and the worker beside it."""

    def __init__(self, database: Database, servers: RunningServers, folder: Path) -> None:
        self.office = Office(database)
        self.servers = servers
        self._folder = folder
        self._workers: list[Worker] = []

    def worker(self, **changes: Any) -> Worker:
        url = self.office.database.engine.url.render_as_string(hide_password=False)
        ports = {"imap_port": self.servers.imap_port, "smtp_port": self.servers.smtp_port}
        settings = settings_for(url, self._folder, **{**ports, **changes})
        worker = worker_for(settings, self.office.database)
        self._workers.append(worker)
        return worker

    def texts(self) -> list[str]:
        return [
            message_from_bytes(mail.as_bytes(), policy=policy.default).get_content()
            for mail in self.servers.received()
        ]

    def make_due(self) -> None:
        make_mails_due(self.office.database)

    def end(self) -> None:
        end_all(self._workers)


@pytest.fixture
def post(database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Post]:
    made = Post(database, servers, tmp_path)
    yield made
    made.end()


def test_the_worker_sends_it_exactly_once(post: Post) -> None:
    receipt = post.office.intake().receive(asked(TAX, language="pl", address="Anna@example.org"))
    worker = post.worker()
    for _ in range(3):
        worker.round()
        post.make_due()
    (mail,) = post.servers.received()
    assert (mail["Delivered-To"], mail["From"]) == ("anna@example.org", OWN_ADDRESS)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert receipt.reference in parse(mail.as_bytes()).subject
    (text,) = post.texts()
    assert "Numer sprawy: ICS-000001" in text
    assert "Doradztwo podatkowe" in text
    assert "Odpowiadamy na pytania w kolejności" in text
    assert "Hello" not in text
    (row,) = mails_of(post.office.database)
    assert (row.state, row.acknowledgement) == (MailState.ACKNOWLEDGED, "sent")
    assert (row.mailbox_id, row.moved_at, row.due_at) == (None, None, None)
    check_history(post.office.database)
    with post.servers.view() as view:
        assert view.folders() == {}


def test_in_another_language_than_the_page_it_is_in_both(post: Post) -> None:
    post.office.intake().receive(asked(TAX, language="de"))
    post.worker().round()
    (text,) = post.texts()
    assert text.index("Ihr Aktenzeichen") < text.index("Numer sprawy")


def test_a_number_is_told_of_and_not_repeated(post: Post) -> None:
    post.office.intake().receive(asked("tax, my CPR is 010190-1234"))
    post.worker().round()
    (mail,) = post.servers.received()
    (text,) = post.texts()
    assert "looks like a CPR number" in text
    assert "010190" not in mail.as_string()


def test_the_reply_of_a_caseworker_belongs_to_its_thread_and_is_kept(post: Post) -> None:
    database = post.office.database
    post.office.intake().receive(asked("a question on tax"))
    worker = post.worker()
    worker.round()
    with database.transaction() as session:
        case = read_case(session, 1)
        assert case is not None
        replying.hand_over(
            session,
            Originals(ORIGINALS_KEY),
            case,
            case.revision,
            Draft("en", "Re: tax [ICS-000001]", "You get it from the tax agency."),
            sender=OWN_ADDRESS,
            user="kim",
        )
    worker.round()
    receipt, reply = post.servers.received()
    assert reply["In-Reply-To"] == receipt["Message-ID"]
    assert reply["References"] == receipt["Message-ID"]
    with post.servers.view() as view:
        assert view.places() == {str(reply["Message-ID"]): ["Sent"]}


def test_it_is_sent_while_the_mailbox_is_away(post: Post) -> None:
    post.office.intake().receive(asked())
    worker = post.worker(imap_port=free_port())
    with pytest.raises(MailboxUnavailableError):
        worker.round()
    assert post.servers.acknowledged() == ["anna@example.org"]


def test_put_off_by_the_server_it_is_sent_later(post: Post) -> None:
    post.office.intake().receive(asked())
    with moody_smtp() as (smtp, port):
        worker = post.worker(smtp_port=port)
        smtp.content_answer = "451 later"
        worker.round()
        (row,) = mails_of(post.office.database)
        assert (row.state, smtp.took) == (MailState.DECIDED, [])
        smtp.content_answer = None
        post.make_due()
        worker.round()
        assert smtp.took == ["anna@example.org"]
    check_history(post.office.database)


def test_a_question_that_begins_like_an_automatic_answer_is_one_of_a_person(post: Post) -> None:
    post.office.intake().receive(asked("Out of office: what does that mean on my tax letter?"))
    post.worker().round()
    (row,) = mails_of(post.office.database)
    assert row.acknowledgement == "sent"


def test_after_three_days_it_is_given_up(post: Post) -> None:
    post.office.intake().receive(asked())
    long_ago = now() - timedelta(days=4)
    with post.office.database.transaction() as session:
        session.execute(update(Mail).values(received_at=long_ago))
    post.worker().round()
    (row,) = mails_of(post.office.database)
    assert (row.state, row.acknowledgement) == (MailState.NOT_ACKNOWLEDGED, "gave_up")


def test_an_address_gets_so_many_receipts_in_an_hour_and_no_more(post: Post) -> None:
    intake = post.office.intake()
    for number in range(4):
        intake.receive(asked(browser=f"browser-{number}"))
    post.worker(acknowledgements_per_hour=2).round()
    assert len(post.servers.received()) == 2
    assert [row.acknowledgement for row in mails_of(post.office.database)].count("too_many") == 2


def test_the_receipt_on_the_screen_tells_whether_one_comes_by_mail(post: Post) -> None:
    database, intake = post.office.database, post.office.intake(receipts_per_hour=2)
    given = [intake.receive(asked(browser=f"browser-{number}")) for number in range(3)]
    assert [receipt.why_no_mail for receipt in given] == [None, None, "too_many"]
    # Another address, and the same written in capitals.
    assert intake.receive(asked(address="jan@example.org")).why_no_mail is None
    capitals = asked(browser="browser-4", address="ANNA@example.org")
    assert intake.receive(capitals).why_no_mail == "too_many"
    # What the person was told holds, though the worker could send it by now.
    post.worker(acknowledgements_per_hour=100).round()
    assert post.servers.acknowledged() == [
        "anna@example.org",
        "anna@example.org",
        "jan@example.org",
    ]
    check_history(database)
    # An hour later one comes again.
    with database.transaction() as session:
        long_ago = now() - timedelta(hours=2)
        session.execute(
            update(Mail).where(Mail.acknowledged_at.is_not(None)).values(acknowledged_at=long_ago)
        )
    assert intake.receive(asked(browser="browser-5")).why_no_mail is None


def test_the_receipt_on_the_screen_tells_when_it_could_not_be_sent(post: Post) -> None:
    receipt = post.office.intake().receive(asked())
    with moody_smtp() as (smtp, port):
        smtp.content_answer = "550 no such mailbox"
        post.worker(smtp_port=port).round()
    with post.office.database.transaction() as session:
        found = find_receipt(session, receipt.key)
    assert found is not None
    assert found.why_no_mail == "refused"


def test_a_waiting_worker_is_woken_by_a_question(post: Post) -> None:
    worker = post.worker(imap_idle_seconds=280)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        # A first one shows that it is past its start; then it waits for mail.
        for number in (1, 2):
            post.office.intake().receive(asked(browser=f"browser-{number}"))
            wait_for(lambda: len(post.servers.received()) == len(mails_of(post.office.database)))
            threading.Event().wait(2)
    finally:
        worker.stop()
        running.join(30)
    assert {row.state for row in mails_of(post.office.database)} == {MailState.ACKNOWLEDGED}


def test_it_is_forwarded_as_a_mail_of_its_queue(post: Post) -> None:
    post.office.intake().receive(asked("a question on tax"))
    post.worker(forward_addresses={"tax": "tax@example.org"}).round()
    assert post.servers.acknowledged() == ["anna@example.org", "tax@example.org"]
    (row,) = mails_of(post.office.database)
    assert (row.forwarding, row.acknowledgement) == ("sent", "sent")
    check_history(post.office.database)


@pytest.mark.parametrize(
    ("page", "found", "confidence", "expected"),
    [
        ("pl", "pl", 0.9, ("pl",)),
        ("pl", "de", 0.9, ("pl", "de")),
        ("pl", "pl", 0.3, ("pl", "en")),
        ("lt", None, 0.0, ("lt", "en")),
        ("en", None, 0.0, ("da", "en")),
    ],
)
def test_two_languages_where_one_is_not_sure(
    page: Language, found: str | None, confidence: float, expected: tuple[Language, ...]
) -> None:
    assert receipt_languages(page, found, confidence) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_text_of_its_own_with_everything_filled_in(language: Language) -> None:
    receipt = Receipt(
        key="k",
        reference="ICS-000123",
        address="anna@example.org",
        queue="jobseeker",
        languages=(language,),
        asked_at=now(),
        expected_by=date(2026, 12, 1),
        opens_at=datetime(2026, 11, 30, 9, tzinfo=UTC),
        number_hidden=False,
        has_conversation=False,
        why_no_mail=None,
    )
    raw = compose_receipt(parse(b""), load_replies(DIRECTORY), receipt, OWN_ADDRESS)
    found = parse(raw)
    assert "ICS-000123" in found.subject
    assert "ICS-000123" in found.text_new
    assert queue_words("jobseeker", language) in found.text_new
    assert "2026" in found.text_new
    assert "10:00" in found.text_new
    assert "{" not in found.text_new + found.subject
    assert len({queue_words(queue, language) for queue in QUEUES}) == len(QUEUES)
