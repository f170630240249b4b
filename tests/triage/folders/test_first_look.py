"""A mailbox's first look: what is counted, what is touched, and what an admin's decision does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.times import now
from tests.triage.composition import a_mail, end_all, mails_of, settings_for, worker_for
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import RunningServers, running_servers
from tests.triage.settled import check_history, wait_until_settled
from triage.errors import MailboxChangedError, UnknownMailboxError
from triage.folders.first_look import Found, day_of, decide_on_old_mail, read_found
from triage.models import Case, Mailbox
from triage.states import MailState
from triage.worker import Worker

DAY = timedelta(days=1)


class Connected:
    """A mailbox with old mail, and a worker that is connected to it for the first time."""

    def __init__(self, database: Database, servers: RunningServers, folder: Path) -> None:
        self.database = database
        self.servers = servers
        self._folder = folder
        self.workers: list[Worker] = []

    def settings(self, **changes: Any) -> Any:
        return settings_for(
            self.database.engine.url.render_as_string(hide_password=False),
            self._folder,
            self.servers.imap_port,
            self.servers.smtp_port,
            **{"old_mail": "ask", **changes},
        )

    def worker(self, **changes: Any) -> Worker:
        worker = worker_for(self.settings(**changes), self.database)
        self.workers.append(worker)
        return worker

    def append(self, number: int, age: timedelta = timedelta(), **headers: str) -> None:
        with self.servers.view() as view:
            view._client.append("INBOX", a_mail(number, **headers), msg_time=now() - age)

    def folders(self) -> dict[str, int]:
        with self.servers.view() as view:
            return {name: len(mails) for name, mails in view.folders().items()}

    def mailbox(self) -> Mailbox:
        with self.database.transaction() as session:
            return session.scalars(select(Mailbox)).one()

    def found(self) -> Found:
        kept = self.mailbox().found
        assert kept is not None
        return read_found(kept)

    def decide(self, old_mail: Any, since: date | None = None) -> None:
        counted_at = self.mailbox().counted_at
        assert counted_at is not None
        with self.database.transaction() as session:
            decide_on_old_mail(session, 1, counted_at, old_mail, since, "alex")

    def acknowledgements(self) -> dict[str | None, str | None]:
        return {row.message_id: row.acknowledgement for row in mails_of(self.database)}


@pytest.fixture
def connected(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> Iterator[Connected]:
    made = Connected(sqlite_database, servers, tmp_path)
    yield made
    end_all(made.workers)


@pytest.fixture
def looked(connected: Connected) -> Connected:
    """Three old mails, looked at and not decided about."""
    connected.append(1, 40 * DAY)
    connected.append(2, 3 * DAY)
    connected.append(3, timedelta(hours=1))
    connected.worker().round()
    return connected


def test_the_first_look_counts_and_touches_nothing(looked: Connected) -> None:
    found = looked.found()
    assert (found.count, found.unread, found.older) == (3, 3, 2)
    assert found.size > 3 * 200
    assert found.oldest is not None
    assert abs(found.oldest - (now() - 40 * DAY)) < timedelta(minutes=1)
    assert found.newest is not None
    assert found.newest > now() - timedelta(hours=2)
    assert sum(found.days.values()) == 3
    assert found.since(day_of(now() - 3 * DAY)) == 2
    assert looked.folders() == {"INBOX": 3}
    with looked.servers.view() as view:
        assert view.flags("INBOX") == [(), (), ()]
        assert not view._client.folder_exists("Queues/Tax")
    assert mails_of(looked.database) == []
    with looked.database.transaction() as session:
        assert session.scalars(select(Case)).all() == []
    # The heartbeat goes on all the same.
    assert looked.mailbox().last_round_trip_at is not None
    assert looked.mailbox().old_mail is None


def test_mail_that_comes_meanwhile_waits_and_is_then_new(looked: Connected) -> None:
    looked.append(4)
    worker = looked.workers[0]
    worker.round()
    assert looked.mailbox().waiting_new == 1
    assert looked.found().count == 3
    assert mails_of(looked.database) == []
    looked.decide("leave")
    worker.round()
    assert looked.folders() == {"INBOX": 3, "Queues/Tax": 1}
    assert looked.servers.acknowledged() == ["person4@example.org"]
    rows = mails_of(looked.database)
    assert sorted(row.state for row in rows) == [MailState.ACKNOWLEDGED, *[MailState.LEFT] * 3]
    assert all(row.case_id is None and row.original_id is None for row in rows[:3])
    # And so it stays.
    worker.round()
    assert looked.folders() == {"INBOX": 3, "Queues/Tax": 1}
    assert len(mails_of(looked.database)) == 4
    check_history(looked.database)


def test_all_of_the_old_mail_is_sorted_but_not_acknowledged(looked: Connected) -> None:
    looked.append(4)
    looked.decide("sort")
    looked.workers[0].round()
    assert looked.folders() == {"Queues/Tax": 4}
    assert looked.servers.acknowledged() == ["person4@example.org"]
    acknowledgements = looked.acknowledgements()
    assert acknowledgements == {
        **{f"<{number}@mail.example.org>": "old_mail" for number in (1, 2, 3)},
        "<4@mail.example.org>": "sent",
    }
    # New mail comes first.
    assert mails_of(looked.database)[0].message_id == "<4@mail.example.org>"


def test_old_mail_since_a_day_is_sorted_and_the_older_is_left(looked: Connected) -> None:
    looked.decide("since", day_of(now() - 3 * DAY))
    looked.workers[0].round()
    assert looked.folders() == {"INBOX": 1, "Queues/Tax": 2}
    assert looked.servers.acknowledged() == []
    states = [row.state for row in mails_of(looked.database)]
    assert sorted(states) == [MailState.LEFT, *[MailState.NOT_ACKNOWLEDGED] * 2]


def test_new_mail_that_waited_too_long_is_not_acknowledged(looked: Connected) -> None:
    looked.append(4, 4 * DAY)
    looked.append(5, 2 * DAY)
    looked.decide("leave")
    looked.workers[0].round()
    assert looked.servers.acknowledged() == ["person5@example.org"]
    assert looked.acknowledgements()["<4@mail.example.org>"] == "old_mail"


def test_an_empty_mailbox_begins_at_once(connected: Connected) -> None:
    worker = connected.worker()
    worker.round()
    mailbox = connected.mailbox()
    assert (mailbox.old_mail, mailbox.decided_by) == ("sort", None)
    connected.append(1)
    worker.round()
    assert connected.servers.acknowledged() == ["person1@example.org"]


def test_once_colleagues_have_emptied_it_nothing_is_to_be_decided(looked: Connected) -> None:
    with looked.servers.view() as view:
        for uid in (1, 2):
            view.move(uid, "Mine")
    looked.workers[0].round()
    assert looked.found().count == 1
    with looked.servers.view() as view:
        view.move(3, "Mine")
    looked.append(4)
    looked.workers[0].round()
    assert looked.folders() == {"Mine": 3, "Queues/Tax": 1}
    assert looked.servers.acknowledged() == ["person4@example.org"]


@pytest.mark.parametrize(
    ("policy", "folders", "acknowledged"),
    [
        ("sort", {"Queues/Tax": 2}, []),
        ("leave", {"INBOX": 2}, []),
        ("as_new", {"Queues/Tax": 2}, ["person2@example.org"]),
    ],
)
def test_the_settings_can_decide_beforehand(
    connected: Connected, policy: str, folders: dict[str, int], acknowledged: list[str]
) -> None:
    connected.append(1, 40 * DAY)
    connected.append(2, timedelta(hours=1))
    connected.worker(old_mail=policy).round()
    assert connected.folders() == folders
    assert connected.servers.acknowledged() == acknowledged
    assert connected.found().count == 2


def test_a_decision_is_of_what_was_seen_and_is_made_once(looked: Connected) -> None:
    counted_at = looked.mailbox().counted_at
    assert counted_at is not None
    with looked.database.transaction() as session, pytest.raises(UnknownMailboxError):
        decide_on_old_mail(session, 2, counted_at, "sort", None, "alex")
    with looked.database.transaction() as session, pytest.raises(MailboxChangedError):
        decide_on_old_mail(session, 1, counted_at - DAY, "sort", None, "alex")
    looked.decide("leave")
    with pytest.raises(MailboxChangedError):
        looked.decide("sort")
    mailbox = looked.mailbox()
    assert (mailbox.old_mail, mailbox.decided_by) == ("leave", "alex")


def _renumber(folder: Path) -> None:
    (folder / "mail" / "demo" / "dovecot-uidlist").unlink()


@pytest.mark.parametrize("old_mail", ["leave", "sort"])
def test_the_inbox_is_renumbered_before_the_decision(
    sqlite_database: Database, tmp_path: Path, old_mail: str
) -> None:
    with running_servers(tmp_path / "mail") as servers:
        before = Connected(sqlite_database, servers, tmp_path)
        before.append(1, 40 * DAY)
        before.append(2, timedelta(hours=1))
        before.worker().round()
        first = before.mailbox()
        before.append(3, -timedelta(seconds=30))  # after the first look, by the server's clock
        end_all(before.workers)
    _renumber(tmp_path)
    with running_servers(tmp_path / "mail") as servers:
        after = Connected(sqlite_database, servers, tmp_path)
        worker = after.worker()
        worker.round()
        again = after.mailbox()
        assert again.first_uidvalidity != first.first_uidvalidity
        assert again.first_look_at == first.first_look_at
        assert again.counted_at is not None
        assert first.counted_at is not None
        assert again.counted_at > first.counted_at
        assert after.found().count == 3
        after.append(4)
        after.decide(old_mail)
        worker.round()
        # The third came after the first look: it is taken in, but nobody knows that for sure.
        left = {"INBOX": 2} if old_mail == "leave" else {}
        assert after.folders() == {**left, "Queues/Tax": 4 - len(left) * 2}
        assert servers.acknowledged() == ["person4@example.org"]
        end_all(after.workers)


def test_what_was_left_is_left_under_new_numbers_too(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with running_servers(tmp_path / "mail") as servers:
        before = Connected(sqlite_database, servers, tmp_path)
        before.append(1, 40 * DAY)
        before.append(2, 2 * DAY)
        before.worker().round()
        before.decide("since", day_of(now() - 10 * DAY))
        before.workers[0].round()
        assert before.folders() == {"INBOX": 1, "Queues/Tax": 1}
        end_all(before.workers)
    _renumber(tmp_path)
    with running_servers(tmp_path / "mail") as servers:
        after = Connected(sqlite_database, servers, tmp_path)
        after.append(3)
        worker = after.worker()
        for _ in range(2):
            worker.round()
        assert after.folders() == {"INBOX": 1, "Queues/Tax": 2}
        assert servers.acknowledged() == ["person3@example.org"]
        end_all(after.workers)


def test_a_running_worker_goes_on_as_soon_as_it_is_decided(looked: Connected) -> None:
    worker = looked.worker(imap_idle_seconds=200)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        time.sleep(1)
        assert looked.folders() == {"INBOX": 3}
        looked.decide("sort")
        rows = wait_until_settled(looked.database, 3, seconds=20)
    finally:
        worker.stop()
        running.join(30)
    assert {row.acknowledgement for row in rows} == {"old_mail"}


@pytest.mark.parametrize("step", ["sighted", "kept", "decided", "moved_on_server"])
def test_a_kill_while_old_mail_is_sorted(
    database: Database, servers: RunningServers, tmp_path: Path, step: str
) -> None:
    connected = Connected(database, servers, tmp_path)
    for number, days in ((1, 40), (2, 3), (3, 1)):
        connected.append(number, days * DAY)
    connected.worker().round()
    connected.append(4)
    connected.decide("since", day_of(now() - 10 * DAY))
    end_all(connected.workers)
    configuration = connected.settings(claim_seconds=1.0)
    wait_for_death(start_worker(configuration, step, times=2))
    second = start_worker(configuration)
    rows = wait_until_settled(database, 4)
    end_worker(second)
    assert connected.folders() == {"INBOX": 1, "Queues/Tax": 3}
    assert connected.servers.acknowledged() == ["person4@example.org"]
    assert sum(row.state is MailState.LEFT for row in rows) == 1
    check_history(database)


def test_two_workers_look_at_once(
    database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    connected = Connected(database, servers, tmp_path)
    for number in range(1, 13):
        connected.append(number, number * DAY)
    configuration = connected.settings()
    workers = [start_worker(configuration) for _ in range(2)]
    until = time.monotonic() + 60
    while not _is_counted(database):
        assert time.monotonic() < until
        time.sleep(0.1)
    connected.decide("since", day_of(now() - 6 * DAY))
    wait_until_settled(database, 12)
    for worker in workers:
        end_worker(worker)
    assert connected.folders() == {"INBOX": 6, "Queues/Tax": 6}
    assert servers.acknowledged() == []


def _is_counted(database: Database) -> bool:
    with database.transaction() as session:
        mailbox = session.scalars(select(Mailbox)).one_or_none()
        return mailbox is not None and mailbox.found is not None


def test_a_long_inbox_is_worked_on_in_rounds(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.worker._MOST_IN_ROUND", 3)
    for number in range(1, 6):
        connected.append(number, DAY)
    worker = connected.worker(old_mail="sort")
    assert worker.round() == 3
    mailbox = connected.mailbox()
    assert mailbox.last_round_trip_at is not None
    assert mailbox.scanned_uidvalidity is None
    assert worker.round() == 2
    assert connected.mailbox().scanned_uidvalidity is not None
    assert connected.folders() == {"Queues/Tax": 5}


def test_days_are_counted_in_denmark() -> None:
    assert day_of(datetime.fromisoformat("2026-06-30T22:30:00+00:00")) == date(2026, 7, 1)
