"""Unreadable mail that is read again: it goes where it belongs, once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.triage.asked import wait_until_carried_out
from tests.triage.composition import (
    ORIGINALS_KEY,
    a_mail,
    end_all,
    mails_of,
    make_mails_due,
    settings_for,
    worker_for,
)
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import RunningServers
from tests.triage.settled import check_history, wait_until_settled
from triage.cases import handling
from triage.errors import CaseChangedError, NotUnreadableError
from triage.models import Case, CaseEvent, Mail
from triage.states import MailState

Configure = Callable[..., Any]


@pytest.fixture
def configure(sqlite_database: Database, servers: RunningServers, tmp_path: Path) -> Configure:
    url = sqlite_database.engine.url.render_as_string(hide_password=False)

    def _settings(**changes: Any) -> Any:
        return settings_for(url, tmp_path, servers.imap_port, servers.smtp_port, **changes)

    return _settings


def _sort(database: Database, configuration: Any) -> None:
    worker = worker_for(configuration, database)
    worker.round()
    end_all([worker])


def _ask(database: Database, case_id: int = 1) -> None:
    with database.transaction() as session:
        revision = session.get_one(Case, case_id).revision
        handling.read_again(session, case_id, revision, "berit")


def _folders(servers: RunningServers) -> dict[str, int]:
    with servers.view() as view:
        return {name: len(mails) for name, mails in view.folders().items()}


def _case(database: Database) -> Case:
    with database.transaction() as session:
        return session.scalars(select(Case)).one()


@pytest.fixture
def large(sqlite_database: Database, servers: RunningServers, configure: Configure) -> None:
    """A mail beyond the limit, on its shelf."""
    with servers.view() as view:
        view.append(a_mail(1, "jobseeker") + b"x" * 50_000)
    _sort(sqlite_database, configure(mail_limit_megabytes=0.02))
    assert _folders(servers) == {"Queues/Unreadable": 1}


@pytest.mark.usefixtures("large")
def test_a_mail_that_was_too_large_is_fetched_whole_and_sorted(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    before = mails_of(sqlite_database)[0].original_id
    _ask(sqlite_database)
    worker = worker_for(configure(), sqlite_database)
    worker.round()
    worker.round()
    end_all([worker])
    (row,) = mails_of(sqlite_database)
    assert (row.shelf, row.state, row.acknowledgement) == (
        "jobseeker",
        MailState.ACKNOWLEDGED,
        "sent",
    )
    assert _folders(servers) == {"Queues/Jobseeker": 1}
    assert servers.acknowledged() == ["person1@example.org"]
    assert row.original_complete
    assert row.original_id != before
    with sqlite_database.transaction() as session:
        kept = Originals(ORIGINALS_KEY).read(session, row.original_id or 0)
    assert len(kept) > 50_000
    case = _case(sqlite_database)
    assert (case.shelf, case.closed_at, case.confirmation) == ("jobseeker", None, None)
    assert [action for action, _ in _events(sqlite_database)] == [
        "reading_asked",
        "read_again",
        "moved_in_mailbox",
    ]
    check_history(sqlite_database)


def _events(database: Database) -> list[tuple[str, str | None]]:
    with database.transaction() as session:
        rows = session.scalars(select(CaseEvent).order_by(CaseEvent.id))
        return [(row.action, row.detail) for row in rows if row.action != "opened"]


@pytest.mark.usefixtures("large")
def test_what_still_cannot_be_read_stays_where_it_is(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    _ask(sqlite_database)
    _sort(sqlite_database, configure(mail_limit_megabytes=0.03))
    (row,) = mails_of(sqlite_database)
    assert (row.shelf, row.state) == ("unreadable", MailState.NOT_ACKNOWLEDGED)
    assert row.acknowledgement == "unreadable"
    assert _folders(servers) == {"Queues/Unreadable": 1}
    assert servers.acknowledged() == []
    assert [action for action, _ in _events(sqlite_database)] == [
        "reading_asked",
        "still_unreadable",
    ]
    # And it can be asked for once more.
    _ask(sqlite_database)
    _sort(sqlite_database, configure())
    assert mails_of(sqlite_database)[0].shelf == "jobseeker"


@pytest.mark.usefixtures("large")
def test_what_a_caseworker_did_meanwhile_holds(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    _ask(sqlite_database)
    with sqlite_database.transaction() as session:
        revision = session.get_one(Case, 1).revision
        handling.correct(session, 1, revision, "tax", "berit")
    worker = worker_for(configure(), sqlite_database)
    worker.round()
    worker.round()
    end_all([worker])
    assert _case(sqlite_database).shelf == "tax"
    assert _folders(servers) == {"Queues/Tax": 1}
    assert servers.acknowledged() == []


@pytest.mark.usefixtures("large")
def test_old_mail_is_not_acknowledged_after_all(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    _ask(sqlite_database)
    with sqlite_database.transaction() as session:
        session.execute(update(Mail).values(received_at=now().replace(year=2020)))
    worker = worker_for(configure(), sqlite_database)
    worker.round()
    worker.round()
    end_all([worker])
    assert mails_of(sqlite_database)[0].acknowledgement == "old_mail"
    assert _folders(servers) == {"Queues/Jobseeker": 1}
    assert servers.acknowledged() == []


@pytest.mark.usefixtures("large")
def test_it_is_asked_for_once_and_of_unreadable_mail_alone(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    with sqlite_database.transaction() as session, pytest.raises(CaseChangedError):
        handling.read_again(session, 1, 99, "berit")
    _ask(sqlite_database)
    with pytest.raises(NotUnreadableError):
        _ask(sqlite_database)
    with servers.view() as view:
        view.append(a_mail(2))
    _sort(sqlite_database, configure())
    with pytest.raises(NotUnreadableError):
        _ask(sqlite_database, 2)


def test_all_of_one_reason_are_found(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    with servers.view() as view:
        view.append(a_mail(1) + b"x" * 50_000, b"\x00\x01", a_mail(3), a_mail(4) + b"x" * 50_000)
    _sort(sqlite_database, configure(mail_limit_megabytes=0.02))
    with sqlite_database.transaction() as session:
        assert handling.unreadable_cases(session, "too_large") == [(1, 1), (4, 1)]
        assert handling.unreadable_cases(session) == [(1, 1), (2, 1), (4, 1)]
        handling.close(session, 4, 1, "berit")
        assert handling.unreadable_cases(session, "too_large") == [(1, 1)]
        assert handling.unreadable_cases(session, "too_slow") == []


def test_a_mail_at_whose_second_reading_workers_end_is_shelved_again(
    sqlite_database: Database, servers: RunningServers, configure: Configure
) -> None:
    with servers.view() as view:
        view.append(a_mail(1, "cannot be judged"))
    _sort(sqlite_database, configure())
    _ask(sqlite_database)
    with sqlite_database.transaction() as session:
        session.execute(update(Mail).values(attempts=4))
    _sort(sqlite_database, configure())
    (row,) = mails_of(sqlite_database)
    assert [reason["key"] for reason in row.reasons or ()] == ["unreadable.ended_the_worker"]
    assert row.state is MailState.NOT_ACKNOWLEDGED
    make_mails_due(sqlite_database)
    assert _folders(servers) == {"Queues/Unreadable": 1}


STEPS = [
    "reread",
    "acknowledging",
    "delivered",
    "correction_moving",
    "correction_moved_on_server",
    "correction_done",
]


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_another_worker_goes_on(
    step: str, database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)

    def _settings(**changes: Any) -> Any:
        return settings_for(
            url, tmp_path, servers.imap_port, servers.smtp_port, claim_seconds=1.0, **changes
        )

    with servers.view() as view:
        view.append(a_mail(1, "jobseeker") + b"x" * 50_000)
    _sort(database, _settings(mail_limit_megabytes=0.02))
    _ask(database)
    wait_for_death(start_worker(_settings(), step))
    with servers.view() as view:
        view.append(a_mail(2))
    second = start_worker(_settings())
    wait_until_carried_out(database)
    # Met in its folder before its correction was recorded, it is a row more for a moment.
    wait_until_settled(database, 2)
    end_worker(second)
    row, _ = mails_of(database)
    is_uncertain = step in {"acknowledging", "delivered"}
    expected = MailState.ACKNOWLEDGEMENT_UNCERTAIN if is_uncertain else MailState.ACKNOWLEDGED
    assert row.state is expected
    assert _folders(servers) == {"Queues/Jobseeker": 1, "Queues/Tax": 1}
    # Killed between recording the intention and sending, the sender gets none; never two.
    received = servers.acknowledged().count("person1@example.org")
    assert received == (0 if step == "acknowledging" else 1)
    assert ("moved_in_mailbox", "Queues/Jobseeker") in [
        event for event in _events(database) if event[0] == "moved_in_mailbox"
    ]
    check_history(database)
