"""What the desk reads from the ledger."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.triage.composition import ORIGINALS_KEY, a_mail, settings_for, worker_for
from tests.triage.servers import RunningServers
from triage.cases.cases import LISTINGS, Scope, list_cases, queue_counts, read_arriving, read_case
from triage.heartbeat import mailbox_statuses
from triage.models import Case, Mail
from triage.states import MailState

ORIGINALS = Originals(ORIGINALS_KEY)


@pytest.fixture
def worked(database: Database, servers: RunningServers, tmp_path: Path) -> Database:
    """A ledger after a worker's round over five mails; a sixth is only kept."""
    with servers.view() as view:
        view.append(
            a_mail(1, "tax", Subject="tax, my number is 010190-1234"),
            a_mail(2, "tax"),
            a_mail(3, "not known"),
            a_mail(4, "tax", Auto_Submitted="auto-replied"),
            a_mail(5, "jobseeker"),
            a_mail(6, "tax"),
        )

    class _StoppedError(BaseException):
        """Stops the worker in the middle of the last mail."""

    def _stop(step: str, mail_id: int) -> None:
        if (step, mail_id) == ("kept", 6):
            raise _StoppedError

    configuration = settings_for(
        database.engine.url.render_as_string(hide_password=False),
        tmp_path,
        servers.imap_port,
        servers.smtp_port,
    )
    worker = worker_for(configuration, database, _stop)
    with pytest.raises(_StoppedError):
        worker.round()
    worker.stop()
    worker.run()
    return database


def test_counts(worked: Database) -> None:
    with worked.transaction() as session:
        counts = queue_counts(session)
    assert [count.queue for count in counts] == list(LISTINGS)
    assert {count.queue: (count.total, count.unsure) for count in counts} == {
        "tax": (2, 0),
        "jobseeker": (1, 0),
        "visitation": (1, 1),
        "automatic": (1, 0),
        "spam": (0, 0),
        "unreadable": (0, 0),
        "arriving": (1, 0),
    }
    oldest = {count.queue: count.oldest for count in counts}
    assert oldest["spam"] is None
    assert oldest["tax"] is not None
    assert now() - oldest["tax"] < timedelta(minutes=5)


def test_lists(worked: Database) -> None:
    with worked.transaction() as session:
        tax = list_cases(session, "tax")
        first_page = list_cases(session, "tax", limit=1)
        second_page = list_cases(session, "tax", limit=1, after_id=first_page[0].id)
        (unsure,) = list_cases(session, "visitation", "unsure")
        assert list_cases(session, "visitation", "to_confirm") == [unsure]
        assert list_cases(session, "tax", "unsure") == []
        (arriving,) = list_cases(session, "arriving")
    assert [case.id for case in tax] == [1, 2]
    assert [*first_page, *second_page] == tax
    assert tax[0].subject == "tax, my number is [CPR]"
    assert tax[0].reference == "ICS-000001"
    assert (unsure.decided, unsure.queue, unsure.listing) == (False, "visitation", "visitation")
    assert (arriving.state, arriving.kind, arriving.decided) == (MailState.KEPT, None, None)
    assert (arriving.id, arriving.mail_id) == (None, 6)


def test_a_scope_of_queues_and_centres(worked: Database) -> None:
    with worked.transaction() as session:
        session.execute(update(Case).where(Case.id == 1).values(centre="aarhus"))
        session.execute(update(Case).where(Case.id == 2).values(centre="odense"))
        session.expire_all()
        aarhus = Scope(frozenset({"tax"}), frozenset({"aarhus"}))
        assert [case.id for case in list_cases(session, "tax", scope=aarhus)] == [1]
        counts = {count.queue: count.total for count in queue_counts(session, aarhus)}
        first, second = read_case(session, 1), read_case(session, 2)
    # What is no queue is everybody's.
    assert counts == {"tax": 1, "automatic": 1, "spam": 0, "unreadable": 0, "arriving": 1}
    assert first is not None
    assert second is not None
    assert aarhus.has(first.summary)
    assert not aarhus.has(second.summary)


def test_one_case_with_its_way(worked: Database) -> None:
    with worked.transaction() as session:
        case = read_case(session, 2)
        assert read_case(session, 99) is None
        assert read_arriving(session, ORIGINALS, 2) is None
    assert case is not None
    assert case.text_new == "Hello, this is question number 2 on tax."
    assert (case.folder, case.topics) == ("Queues/Tax", ("tax-card",))
    assert (case.recipient, case.decided_shelf) == ("person2@example.org", "tax")
    assert [reason.key for reason in case.reasons] == ["sentence"]
    assert [event.action for event in case.events] == ["opened"]
    assert [transition.to_state for transition in case.transitions] == [
        MailState.SIGHTED,
        MailState.KEPT,
        MailState.PARSED,
        MailState.DECIDED,
        MailState.MOVING,
        MailState.MOVED,
        MailState.ACKNOWLEDGING,
        MailState.ACKNOWLEDGED,
    ]


def test_a_mail_that_is_only_kept_can_be_read(worked: Database) -> None:
    with worked.transaction() as session:
        mail = read_arriving(session, ORIGINALS, 6)
    assert mail is not None
    assert mail.text_new == "Hello, this is question number 6 on tax."
    assert (mail.folder, mail.reasons) == (None, ())


def test_the_heartbeat(worked: Database) -> None:
    with worked.transaction() as session:
        session.execute(
            update(Mail).where(Mail.id == 5).values(state=MailState.ACKNOWLEDGEMENT_UNCERTAIN)
        )
        (status,) = mailbox_statuses(session)
    assert (status.name, status.waiting, status.troubled, status.uncertain) == ("demo", 1, 0, 1)
