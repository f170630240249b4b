"""Several mailboxes in one process, each on servers of its own; one that is ill holds up no other."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from ankomst.mailboxes import mailboxes
from ankomst.triage_worker import compose_workers
from settings import Settings, SettingsError
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles
from tests.postgres import free_port
from tests.triage.asked import a_case, ask_to_reply
from tests.triage.composition import (
    a_mail,
    ignore_step,
    mails_of,
    settings_for,
    stand_in,
    wait_for,
    worker_for,
)
from tests.triage.questions import Office, asked
from tests.triage.servers import OWN_ADDRESS, RunningServers, running_servers
from tests.triage.slow_imap import Manner, slow_imap
from triage.cases.cases import mailbox_of_case
from triage.heartbeat import mailbox_statuses
from triage.models import Case
from triage.queues.settings import take_over
from triage.states import MailState
from triage.workers import Workers

OTHER_ADDRESS = "odense@example.test"


def _entry(servers: RunningServers, name: str, address: str, **changes: Any) -> dict[str, Any]:
    return {
        "mailbox_name": name,
        "mail_address": address,
        "imap_port": servers.imap_port,
        "smtp_port": servers.smtp_port,
        **changes,
    }


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[RunningServers, RunningServers]]:
    with (
        running_servers(tmp_path / "first") as first,
        running_servers(tmp_path / "second") as second,
    ):
        yield first, second


@contextmanager
def _running(
    database: Database, folder: Path, entries: Sequence[dict[str, Any]], **changes: Any
) -> Iterator[Workers]:
    file = folder / "mailboxes.yml"
    file.write_text(yaml.safe_dump(list(entries)))
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(url, folder, 0, 0, mailboxes_file=file, **changes)
    assert len(mailboxes(configuration)) == len(entries)
    workers = compose_workers(configuration, database, stand_in, ignore_step)
    thread = threading.Thread(target=workers.run)
    thread.start()
    try:
        yield workers
    finally:
        workers.stop()
        thread.join(60)
        assert not thread.is_alive()


def _states(database: Database) -> list[MailState]:
    return [mail.state for mail in mails_of(database)]


def test_each_mail_is_sorted_and_answered_where_it_came(
    database: Database, both: tuple[RunningServers, RunningServers], tmp_path: Path
) -> None:
    first, second = both
    for servers, number in zip(both, (1, 2), strict=True):
        with servers.view() as view:
            view.append(a_mail(number))
    with database.transaction() as session:
        bring_in_own_articles(session)
    entries = [
        _entry(first, "Aarhus", OWN_ADDRESS, mail_centre="aarhus"),
        _entry(second, "Odense", OTHER_ADDRESS, mail_centre="odense"),
    ]
    with _running(database, tmp_path, entries):
        wait_for(lambda: _states(database) == [MailState.ACKNOWLEDGED] * 2)
    for servers, number, address in ((first, 1, OWN_ADDRESS), (second, 2, OTHER_ADDRESS)):
        with servers.view() as view:
            assert view.places() == {f"<{number}@mail.example.org>": ["Queues/Tax"]}
        (sent,) = servers.received()
        assert (sent["Delivered-To"], sent["From"]) == (f"person{number}@example.org", address)
    with database.transaction() as session:
        assert {status.name for status in mailbox_statuses(session)} == {"Aarhus", "Odense"}
        cases = session.scalars(select(Case)).all()
        came_by = {(mailbox_of_case(session, case.id), case.centre) for case in cases}
    assert came_by == {("Aarhus", "aarhus"), ("Odense", "odense")}


def test_two_offices_do_not_answer_each_other(
    sqlite_database: Database, both: tuple[RunningServers, RunningServers], tmp_path: Path
) -> None:
    first, second = both
    with first.view() as view:
        view.append(a_mail(1, From=f"Odense <{OTHER_ADDRESS}>"))
    entries = [_entry(first, "Aarhus", OWN_ADDRESS), _entry(second, "Odense", OTHER_ADDRESS)]
    with _running(sqlite_database, tmp_path, entries):
        wait_for(
            lambda: bool(mails_of(sqlite_database)) and mails_of(sqlite_database)[0].due_at is None
        )
    (mail,) = mails_of(sqlite_database)
    assert (mail.kind, mail.acknowledgement) != ("mail", "sent")
    assert first.received() == []


@pytest.mark.parametrize("manner", ["says nothing", "dribbles"])
@pytest.mark.parametrize("at", ["greeting", "SEARCH"])
def test_a_mailbox_that_hangs_holds_up_no_other(
    sqlite_database: Database,
    both: tuple[RunningServers, RunningServers],
    tmp_path: Path,
    at: str,
    manner: Manner,
) -> None:
    first, second = both
    with slow_imap(at, manner) as ill, second.view() as view:
        entries = [
            _entry(first, "Aarhus", OWN_ADDRESS, imap_port=ill.port, imap_timeout_seconds=1),
            _entry(second, "Odense", OTHER_ADDRESS),
        ]
        with _running(sqlite_database, tmp_path, entries):
            for number in range(1, 6):
                began = time.monotonic()
                view.append(a_mail(number))
                wait_for(lambda n=number: _states(sqlite_database) == [MailState.ACKNOWLEDGED] * n)  # type: ignore[misc]
                assert time.monotonic() - began < 15


def test_a_mailbox_that_refuses_or_is_flooded_holds_up_no_other(
    sqlite_database: Database, both: tuple[RunningServers, RunningServers], tmp_path: Path
) -> None:
    first, second = both
    with first.view() as view:
        view.append(*(a_mail(number) for number in range(1000, 1150)))
    entries = [
        _entry(first, "flooded", OWN_ADDRESS),
        _entry(first, "refused", "a@example.test", imap_password="wrong", imap_inbox="Other"),
        _entry(first, "away", "b@example.test", imap_port=free_port()),
        _entry(second, "Odense", OTHER_ADDRESS),
    ]
    with _running(sqlite_database, tmp_path, entries), second.view() as view:
        view.append(a_mail(1))
        began = time.monotonic()
        wait_for(lambda: second.acknowledged() == ["person1@example.org"])
        assert time.monotonic() - began < 20
        assert len(first.acknowledged()) < 150
    with sqlite_database.transaction() as session:
        errors = {status.name: status.last_error for status in mailbox_statuses(session)}
    assert errors["Odense"] is None


def test_what_came_by_no_mailbox_is_sent_by_the_first_alone(
    sqlite_database: Database, both: tuple[RunningServers, RunningServers], tmp_path: Path
) -> None:
    first, second = both
    Office(sqlite_database).intake().receive(
        asked("How do I get a tax card? (pl)", address="a@example.org")
    )
    ask_to_reply(sqlite_database, a_case(sqlite_database))
    entries = [_entry(first, "Aarhus", OWN_ADDRESS), _entry(second, "Odense", OTHER_ADDRESS)]
    with _running(sqlite_database, tmp_path, entries):
        wait_for(lambda: len(first.received()) == 2)
        began = time.process_time()
        time.sleep(2)
        # Nobody waits for what is not theirs by asking without a pause.
        assert time.process_time() - began < 1.5
    assert first.acknowledged() == ["a@example.org", "asker1@example.org"]
    assert second.received() == []


def test_a_thread_that_breaks_ends_the_process() -> None:
    class Broken:
        def run(self) -> None:
            raise SystemExit(3)

        def stop(self) -> None:
            """Nothing is left to stop."""

    with pytest.raises(SystemExit):
        Workers({"a": Broken()}).run()  # type: ignore[dict-item]


def _work_until_told(configuration: Settings) -> None:
    """Work, until a thread other than the one that waits is handed the signal to end."""
    database = Database(configuration.effective_database_url())
    workers = Workers({"demo": worker_for(configuration, database)})
    signal.signal(signal.SIGTERM, lambda _number, _frame: workers.stop())

    def tell() -> None:
        wait_for(lambda: len(mails_of(database)) == 1)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    threading.Thread(target=tell).start()
    workers.run()
    database.close()


def test_a_signal_that_does_not_wake_who_waits_is_seen(
    database: Database, both: tuple[RunningServers, RunningServers], tmp_path: Path
) -> None:
    # As one that comes in the instant before the wait begins: Python has noted it, and sleeps.
    first, _ = both
    with first.view() as view:
        view.append(a_mail(1))
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(url, tmp_path, first.imap_port, first.smtp_port)
    process = multiprocessing.get_context("spawn").Process(
        target=_work_until_told, args=(configuration,), daemon=True
    )
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_addresses_that_cannot_be_taken_over_are_refused_until_they_can(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "mailboxes.yml"
    entries = [
        {"mail_address": f"{name}@example.test", "forward_addresses": f"tax={name}@example.org"}
        for name in ("first", "second")
    ]
    file.write_text(yaml.safe_dump([{**one, "imap_user": one["mail_address"]} for one in entries]))
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(url, tmp_path, 0, 0, mailboxes_file=file)
    with pytest.raises(SettingsError, match="mail_centre"):
        compose_workers(configuration, database, stand_in, ignore_step)
    take_over(database, None, {}, 0)
    compose_workers(configuration, database, stand_in, ignore_step)
