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
from triage.cases import LISTINGS, list_mails, mailbox_statuses, queue_counts, read_mail
from triage.models import Mail
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
        tax = list_mails(session, "tax")
        first_page = list_mails(session, "tax", limit=1)
        second_page = list_mails(session, "tax", limit=1, before_id=first_page[0].id)
        assert list_mails(session, "visitation", unsure=False) == []
        (unsure,) = list_mails(session, "visitation", unsure=True)
        (arriving,) = list_mails(session, "arriving")
    assert [mail.id for mail in tax] == [2, 1]
    assert [*first_page, *second_page] == tax
    assert tax[1].subject == "tax, my number is [CPR]"
    assert tax[1].reference == "ICS-000001"
    assert (unsure.decided, unsure.queue, unsure.listing) == (False, "visitation", "visitation")
    assert (arriving.state, arriving.kind, arriving.decided) == (MailState.KEPT, None, None)


def test_one_mail_with_its_way(worked: Database) -> None:
    with worked.transaction() as session:
        mail = read_mail(session, ORIGINALS, 2)
        assert read_mail(session, ORIGINALS, 99) is None
    assert mail is not None
    assert mail.text_new == "Hello, this is question number 2 on tax."
    assert (mail.folder, mail.topics) == ("Queues/Tax", ("tax-card",))
    assert [reason.key for reason in mail.reasons] == ["sentence"]
    assert [transition.to_state for transition in mail.transitions] == [
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
        mail = read_mail(session, ORIGINALS, 6)
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
