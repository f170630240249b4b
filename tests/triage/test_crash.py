"""A worker is killed with SIGKILL after each step of the workflow, and a second one goes on.

The decider is a stand-in without a model (tests/triage/composition.py), so that a worker starts
quickly; the ledger, both mail servers and both databases are real.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings
from storage.database import Database
from tests.triage.composition import a_mail, settings_for
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import OWN_ADDRESS, RunningServers
from tests.triage.settled import check_exactly_once, wait_until_settled
from triage.states import MailState

CLAIM_SECONDS = 1.0

# In the order in which a mail that is written by a person comes by them, on a server with MOVE.
STEPS = [
    "sighted",
    "fetched",
    "kept",
    "parsed",
    "decided",
    "moving",
    "moved_on_server",
    "moved",
    "offered",
    "acknowledging",
    "delivered",
    "acknowledged",
]

# Killed after these, nobody can know whether the acknowledgement was sent.
UNCERTAIN = {"acknowledging", "delivered"}

EXPECTED = {
    "<1@mail.example.org>": "Queues/Tax",
    "<2@mail.example.org>": "Queues/Jobseeker",
    "<3@mail.example.org>": "Queues/Visitation",
    "<4@mail.example.org>": "Queues/Automatic",
}


def _append(servers: RunningServers) -> None:
    with servers.view() as view:
        view.append(
            a_mail(1, "tax"),
            a_mail(2, "jobseeker"),
            a_mail(3, "of another kind"),
            a_mail(4, "tax", Auto_Submitted="auto-replied"),
        )


def _settings(
    database: Database, servers: RunningServers, folder: Path, **changes: object
) -> Settings:
    return settings_for(
        database.engine.url.render_as_string(hide_password=False),
        folder,
        servers.imap_port,
        servers.smtp_port,
        claim_seconds=CLAIM_SECONDS,
        **changes,
    )


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_another_worker_goes_on(
    step: str, database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    _append(servers)
    configuration = _settings(database, servers, tmp_path)
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_until_settled(database, len(EXPECTED))
    end_worker(second)

    with servers.view() as view:
        rows = check_exactly_once(database, view, EXPECTED, servers.acknowledged())
    by_state = {row.message_id: row.state for row in rows}
    first = MailState.ACKNOWLEDGEMENT_UNCERTAIN if step in UNCERTAIN else MailState.ACKNOWLEDGED
    assert by_state == {
        "<1@mail.example.org>": first,
        "<2@mail.example.org>": MailState.ACKNOWLEDGED,
        "<3@mail.example.org>": MailState.ACKNOWLEDGED,
        "<4@mail.example.org>": MailState.NOT_ACKNOWLEDGED,
    }
    # Killed between recording the intention and sending, the sender gets none; never two.
    missing = {"person1@example.org"} if step == "acknowledging" else set()
    everybody = {f"person{number}@example.org" for number in (1, 2, 3)}
    assert set(servers.acknowledged()) == everybody - missing


@pytest.mark.parametrize("step", ["forwarding", "delivered", "forwarded"])
def test_a_mail_is_forwarded_at_most_once(
    step: str, sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    with servers.view() as view:
        view.append(a_mail(1, "tax"))
    to = "tax@office.example.org"
    configuration = _settings(sqlite_database, servers, tmp_path, forward_addresses={"tax": to})
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    (row,) = wait_until_settled(sqlite_database, 1)
    end_worker(second)

    assert row.forwarding == ("sent" if step == "forwarded" else "uncertain")
    assert row.state is MailState.ACKNOWLEDGED
    assert servers.acknowledged().count(to) == (0 if step == "forwarding" else 1)
    assert servers.acknowledged().count("person1@example.org") == 1
    assert all(mail["From"] == OWN_ADDRESS for mail in servers.received())


def test_killed_again_and_again(
    database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    configuration = _settings(database, servers, tmp_path)
    steps = ["parsed", "moved_on_server", "moving", "offered", "decided", "acknowledging"]
    for number, step in enumerate(steps):
        with servers.view() as view:
            view.append(a_mail(number, "tax"))
        wait_for_death(start_worker(configuration, step))
    last = start_worker(configuration)
    wait_until_settled(database, len(steps))
    end_worker(last)
    expected = {f"<{number}@mail.example.org>": "Queues/Tax" for number in range(len(steps))}
    with servers.view() as view:
        check_exactly_once(database, view, expected, servers.acknowledged())


def test_two_workers_at_once(database: Database, servers: RunningServers, tmp_path: Path) -> None:
    kinds = {"tax": "Tax", "jobseeker": "Jobseeker", "other": "Visitation"}
    about = [list(kinds)[number % 3] for number in range(40)]
    with servers.view() as view:
        view.append(*(a_mail(number, kind) for number, kind in enumerate(about)))
    configuration = settings_for(
        database.engine.url.render_as_string(hide_password=False),
        tmp_path,
        servers.imap_port,
        servers.smtp_port,
    )
    workers = [start_worker(configuration) for _ in range(2)]
    wait_until_settled(database, len(about), seconds=120)
    for worker in workers:
        end_worker(worker)
    expected = {
        f"<{number}@mail.example.org>": f"Queues/{kinds[kind]}" for number, kind in enumerate(about)
    }
    with servers.view() as view:
        rows = check_exactly_once(database, view, expected, servers.acknowledged())
    assert {row.state for row in rows} == {MailState.ACKNOWLEDGED}
